package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.refresh.pin.BaseTables;
import io.bergview.refresh.pin.StalePinException;
import io.bergview.refresh.run.PinnedRefresh;
import io.bergview.refresh.spark.EngineTask;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which engine a refresh takes. There is no Spark here, which shows that it was chosen. */
class EngineChoiceTest {
  private static final String VIEW = "OrderView";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  private void open(String engine, String threshold) {
    project =
        TestProject.create(
            folder,
            TestProject.SQLITE
                + "engine: %s\nspark: {home: nowhere, threshold: %s}\n"
                    .formatted(engine, threshold));
    shop = SmallShop.filled(project);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void define(String engine) {
    project.define(
        VIEW, SmallShop.ORDER_VIEW + (engine.equals("-") ? "" : "$engine: " + engine + "\n"));
  }

  private String engineOf(RefreshRequest request) {
    RefreshOutcome outcome = project.refresh(request);
    List<ErrorCode> failures =
        outcome.failures().stream()
            .map(RefreshOutcome.Failure::error)
            .map(BergviewException::code)
            .toList();
    if (failures.isEmpty()) {
      return "embedded";
    }
    assertThat(failures).containsExactly(ErrorCode.SPARK_NOT_FOUND);
    return "spark";
  }

  @ParameterizedTest
  @CsvSource({
    "embedded, -, -, embedded",
    "spark, -, -, spark",
    "spark, embedded, -, embedded",
    "embedded, spark, -, spark",
    "spark, spark, embedded, embedded",
    "embedded, embedded, spark, spark",
    "embedded, auto, -, embedded",
  })
  void theCommandDecidesThenTheViewThenTheProject(
      String ofProject, String ofView, String ofCommand, String chosen) {
    open(ofProject, "32GB");
    define(ofView);
    RefreshRequest request = RefreshRequest.of(VIEW);
    assertThat(
            engineOf(
                ofCommand.equals("-")
                    ? request
                    : request.by(EngineChoice.ofWord(ofCommand).orElseThrow())))
        .isEqualTo(chosen);
  }

  @Test
  void autoCountsWhatIsReadInFullAndWhatHasChanged() {
    open("auto", "1kB");
    define("-");
    assertThat(engineOf(RefreshRequest.of(VIEW))).isEqualTo("spark");
    assertThat(engineOf(RefreshRequest.of(VIEW).by(EngineChoice.EMBEDDED))).isEqualTo("embedded");
    shop.addOrder(20);
    long changed =
        Long.parseLong(shop.orders().currentSnapshot().summary().get("added-files-size"));
    project.close();

    reopen(changed + 1);
    assertThat(engineOf(RefreshRequest.of(VIEW))).isEqualTo("embedded");
    shop.addOrder(21);
    project.close();

    reopen(changed / 2);
    assertThat(engineOf(RefreshRequest.of(VIEW))).isEqualTo("spark");
  }

  private void reopen(long threshold) {
    project =
        TestProject.create(
            folder,
            TestProject.SQLITE
                + "engine: auto\nspark: {home: nowhere, threshold: %dB}\n".formatted(threshold));
    shop = SmallShop.of(project);
  }

  @Test
  void whatNeedsNoWorkAndWhatIsOnlyPlannedStartsNoSpark() {
    open("spark", "32GB");
    define("-");
    assertThat(project.refresh(RefreshRequest.of(VIEW).dry()).failures()).isEmpty();
    project.refresh(RefreshRequest.of(VIEW).by(EngineChoice.EMBEDDED));
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.SKIP);
  }

  @Test
  void anotherEngineIsNoOtherVersionOfTheDefinition() {
    open("embedded", "32GB");
    define("-");
    project.refresh(VIEW);
    int version = project.view(VIEW).definitionVersion();
    define("spark");
    assertThat(project.view(VIEW).definitionVersion()).isEqualTo(version);
    assertThat(project.view(VIEW).definition().view().refresh().engine())
        .contains(EngineChoice.SPARK);
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.SKIP);
  }

  @Test
  void aPinnedRefreshReadsBaseTablesAsTheyWerePinned() {
    open("spark", "32GB");
    define("-");
    try (ProjectContext context =
        ProjectContext.open(io.bergview.catalog.Project.open(folder), Clock.systemUTC())) {
      BaseTables bases = new BaseTables(context.catalogs());
      bases.pin(List.of(context.registry().find(VIEW)));
      Map<String, Long> pinned = bases.snapshots();
      assertThat(pinned).hasSize(2).doesNotContainValue(-1L);
      shop.addOrder(20);

      EngineTask task = new EngineTask(VIEW, false, true, true, Instant.EPOCH, pinned);
      RefreshResult result =
          new PinnedRefresh(context).refresh(task, RefreshProgress.SILENT, new RunningSession());
      assertThat(result.rowsAdded()).isEqualTo(5);
      assertThat(
              project
                  .refresh(RefreshRequest.of(VIEW).by(EngineChoice.EMBEDDED))
                  .done()
                  .get(0)
                  .rowsAdded())
          .isEqualTo(1);

      shop.orders()
          .expireSnapshots()
          .expireSnapshotId(pinned.get("lake.shop.orders"))
          .cleanExpiredFiles(false)
          .commit();
      assertThatThrownBy(
              () ->
                  new PinnedRefresh(context)
                      .refresh(task, RefreshProgress.SILENT, new RunningSession()))
          .isInstanceOf(StalePinException.class);
    }
  }
}
