package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.LocalDisk;
import io.bergview.fixtures.Seeds;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.damage.Damage;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Views, and sources, of which files are lost though their snapshots are there. */
@Tag("seeded")
abstract class LostFilesContract {
  @TempDir Path folder;
  TestProject project;
  SmallShop shop;

  abstract String projectText();

  /** Parts whose loss each way to meet it is tried with, in a build one. */
  static List<LostPart> parts() {
    return Seeds.many()
        ? List.of(
            LostPart.DATA_FILE,
            LostPart.POSITION_DELETES,
            LostPart.MANIFEST,
            LostPart.MANIFEST_LIST)
        : List.of(LostPart.MANIFEST);
  }

  @BeforeEach
  void open() {
    project = TestProject.create(folder, projectText());
    shop = SmallShop.filled(project);
  }

  @AfterEach
  void close() {
    project.close();
  }

  /** A view of rows and one of groups, each with several files, and with deletes. */
  private void followed(int formatVersion) {
    followed(formatVersion, "");
  }

  private void followed(int formatVersion, String more) {
    project.define("OrderView", SmallShop.ORDER_VIEW + "$projection: oltp\n" + more);
    project.define("StatusTotals", SmallShop.STATUS_TOTALS + "$projection: oltp\n" + more);
    for (String view : new String[] {"OrderView", "StatusTotals"}) {
      project.refresh(view);
      project
          .tableOf(view)
          .updateProperties()
          .set(TableProperties.FORMAT_VERSION, Integer.toString(formatVersion))
          .commit();
    }
    shop.addOrder(20);
    refreshBoth();
    CopyOnWrite.delete(shop.orders(), Expressions.equal("order_id", 12L));
    refreshBoth();
    assertRight();
  }

  @Test
  void readThatWasInterruptedFindsNoDamage() {
    followed(2);
    RegisteredView view = project.view("OrderView");
    Damage damage = project.damage();
    Thread.currentThread().interrupt();
    try {
      assertThat(Damage.mayExplain(new IllegalStateException("closed by interrupt"))).isFalse();
      assertThat(damage.ofView(view)).isEmpty();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(damage.noted(view)).isEmpty();
    assertBackAndFresh("OrderView");
  }

  private void refreshBoth() {
    project.refresh("OrderView");
    project.refresh("StatusTotals");
  }

  private void assertRight() {
    shop.assertOrderViewIsRight();
    shop.assertStatusTotalsAreRight();
  }

  private void assertBackAndFresh(String view) {
    assertRight();
    assertThat(project.inspected(view).state()).isEqualTo(Freshness.FRESH);
    assertThat(project.verify(view).equal()).isTrue();
    shop.addOrder(30);
    assertThat(project.refresh(view).kind()).isIn(RefreshKind.MERGE, RefreshKind.APPEND);
    project.refresh(view.equals("OrderView") ? "StatusTotals" : "OrderView");
    assertRight();
    assertThat(project.maintenance(Duration.ofDays(30)).vacuum(MaintenanceRequest.of(view)))
        .satisfies(outcome -> assertThat(outcome.failures()).isEmpty());
    assertRight();
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource
  void theNextRefreshOfAViewOfRowsRecomputesIt(LostPart part) {
    theNextRefreshRecomputes("OrderView", part);
  }

  @ParameterizedTest
  @EnumSource
  void theNextRefreshOfAViewOfGroupsRecomputesIt(LostPart part) {
    theNextRefreshRecomputes("StatusTotals", part);
  }

  private void theNextRefreshRecomputes(String view, LostPart part) {
    followed(part.formatVersion());
    String lost = part.lose(project.tableOf(view));
    ViewState state = project.inspected(view);
    assertThat(state.state()).isEqualTo(Freshness.INVALID);
    assertThat(state.reason()).isEqualTo(Reason.VIEW_FILES_LOST);
    part.assertSaidIn(state.message(), lost);
    assertThat(project.state(view).reason()).isEqualTo(Reason.VIEW_FILES_LOST);
    assertThat(project.states().views())
        .filteredOn(listed -> listed.view().equals(view))
        .singleElement()
        .matches(listed -> listed.reason() == Reason.VIEW_FILES_LOST);
    assertThat(project.explain(view).refreshNow().reason()).isEqualTo("VIEW_FILES_LOST");
    RefreshResult result = project.refresh(view);
    assertThat(result.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(result.reason()).isEqualTo("VIEW_FILES_LOST");
    part.assertSaidIn(result.message(), lost);
    assertBackAndFresh(view);
  }

  @ParameterizedTest
  @MethodSource("parts")
  void aRefreshThatWouldSkipNotices(LostPart part) {
    followed(part.formatVersion());
    part.lose(project.tableOf("StatusTotals"));
    assertThat(project.refresh("StatusTotals").reason()).isEqualTo("VIEW_FILES_LOST");
    assertRight();
  }

  @ParameterizedTest
  @MethodSource("parts")
  void aMergeThatMeetsALostFileRecomputes(LostPart part) {
    followed(part.formatVersion());
    part.lose(project.tableOf("StatusTotals"));
    CopyOnWrite.update(
        shop.orders(),
        Expressions.alwaysTrue(),
        row -> {
          row.setField("quantity", 7);
          row.setField("total", new BigDecimal("2.00"));
          return row;
        });
    RefreshResult result = project.refresh("StatusTotals");
    assertThat(result.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(result.reason()).isEqualTo("VIEW_FILES_LOST");
    shop.assertStatusTotalsAreRight();
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("parts")
  void requestedFullRefreshRestoresIt(LostPart part) {
    followed(part.formatVersion());
    part.lose(project.tableOf("OrderView"));
    assertThat(project.refreshFully("OrderView").kind()).isEqualTo(RefreshKind.FULL);
    assertBackAndFresh("OrderView");
  }

  @ParameterizedTest
  @MethodSource("parts")
  void verifyingNamesTheFileAndARepairRewritesAllRows(LostPart part) {
    followed(part.formatVersion());
    String lost = part.lose(project.tableOf("StatusTotals"));
    assertThatThrownBy(() -> project.verify("StatusTotals"))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.FILE_LOST);
              part.assertSaidIn(e.getMessage(), lost);
            });
    VerifyResult repaired =
        project.verify("StatusTotals", VerifyOptions.defaults().repairing().sample(50));
    assertThat(repaired.repaired().orElseThrow().kind()).isEqualTo(RefreshKind.FULL);
    assertThat(repaired.repaired().orElseThrow().rowsAdded()).isEqualTo(3);
    assertBackAndFresh("StatusTotals");
  }

  @ParameterizedTest
  @MethodSource("parts")
  void maintenanceSaysWhichFileIsLostAndDeletesNoRows(LostPart part) {
    followed(part.formatVersion());
    String lost = part.lose(project.tableOf("OrderView"));
    project
        .maintenance(Duration.ofDays(30))
        .vacuum(MaintenanceRequest.of("OrderView"))
        .failures()
        .forEach(failure -> part.assertSaidIn(failure.error().getMessage(), lost));
    project
        .maintenance(Duration.ofDays(30))
        .compact(MaintenanceRequest.of("OrderView"))
        .failures()
        .forEach(failure -> part.assertSaidIn(failure.error().getMessage(), lost));
    assertThat(project.refresh("OrderView").reason()).isEqualTo("VIEW_FILES_LOST");
    assertRight();
  }

  static List<LostPart> partsOfADroppedView() {
    return Seeds.many()
        ? List.of(
            LostPart.DATA_FILE,
            LostPart.MANIFEST,
            LostPart.TORN_MANIFEST,
            LostPart.EMPTY_MANIFEST_LIST)
        : List.of(LostPart.MANIFEST, LostPart.EMPTY_MANIFEST_LIST);
  }

  @ParameterizedTest
  @MethodSource("partsOfADroppedView")
  void aBrokenViewCanBeDropped(LostPart part) {
    followed(part.formatVersion());
    part.lose(project.tableOf("OrderView"));
    project.registry().drop("OrderView");
    project.apply();
    project.refresh("OrderView");
    assertRight();
  }

  @Test
  void aFileThatIsBackMakesTheViewFreshAgain() throws Exception {
    followed(2);
    String list = project.tableOf("OrderView").currentSnapshot().manifestListLocation();
    Path file = LocalDisk.path(list);
    byte[] whole = Files.readAllBytes(file);
    LostPart.MANIFEST_LIST.lose(project.tableOf("OrderView"));
    assertThat(project.inspected("OrderView").state()).isEqualTo(Freshness.INVALID);
    Files.write(file, whole);
    assertThat(project.state("OrderView").state()).isEqualTo(Freshness.FRESH);
    assertThat(project.refresh("OrderView").kind()).isEqualTo(RefreshKind.SKIP);
  }

  @Test
  void theStrictPolicyRefusesToRecomputeAndFullDoes() {
    followed(2, "$refresh: {policy: strict}\n");
    LostPart.DATA_FILE.lose(project.tableOf("OrderView"));
    BergviewException refused = project.failure("OrderView");
    assertThat(refused.code()).isEqualTo(ErrorCode.POLICY_REFUSED);
    assertThat(refused).hasMessageContaining("VIEW_FILES_LOST");
    project.refreshFully("OrderView");
    assertRight();
  }

  @Test
  void aViewOverADamagedViewSaysWhichOneIsToBeRefreshed() {
    followed(2);
    project.define("Paid", "$from: OrderView\n$filter: {status: paid}\n");
    project.refresh("Paid");
    String lost = LostPart.DATA_FILE.lose(project.tableOf("OrderView"));
    BergviewException failure =
        project.failure(RefreshRequest.of("Paid").fully(), RefreshProgress.SILENT);
    assertThat(failure.code()).isEqualTo(ErrorCode.FILE_LOST);
    assertThat(failure).hasMessageContaining(lost).hasMessageContaining("refreshView OrderView");
    assertThat(project.state("Paid").reason()).isEqualTo(Reason.UPSTREAM_INVALID);
    project.refresh(RefreshRequest.of("Paid").withUpstream());
    assertThat(project.state("Paid").state()).isEqualTo(Freshness.FRESH);
    assertThat(project.verify("Paid").equal()).isTrue();
  }

  static List<LostPart> partsOfASource() {
    return Seeds.many()
        ? List.of(
            LostPart.DATA_FILE, LostPart.TORN_DATA_FILE, LostPart.MANIFEST, LostPart.MANIFEST_LIST)
        : List.of(LostPart.TORN_DATA_FILE, LostPart.MANIFEST_LIST);
  }

  @ParameterizedTest
  @MethodSource("partsOfASource")
  void aDamagedSourceIsNamedWithItsFileAndNotSaidToHaveExpired(LostPart part) {
    followed(2);
    String lost = part.lose(shop.orders());
    BergviewException failure;
    try (TestProject remembersNothing = TestProject.open(folder)) {
      failure =
          remembersNothing.failure(RefreshRequest.of("OrderView").fully(), RefreshProgress.SILENT);
    }
    assertThat(failure.code()).isEqualTo(ErrorCode.FILE_LOST);
    assertThat(failure).hasMessageContaining("shop.orders is damaged");
    part.assertSaidIn(failure.getMessage(), lost);
    assertThat(project.state("OrderView").state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void lostBatchesAreNeitherComputedAgainNorForgotten() {
    String scheduled = "$refresh: {mode: scheduled, schedule: '0 * * * *', strategy: append}\n";
    project.define("Batches", SmallShop.STATUS_TOTALS + scheduled);
    Instant one = Instant.parse("2026-05-01T01:00:00Z");
    project.refresh(RefreshRequest.due(Map.of("Batches", one)));
    String lost = LostPart.DATA_FILE.lose(project.tableOf("Batches"));
    assertThat(project.inspected("Batches").message()).contains(lost, "cannot be recomputed");
    assertThatThrownBy(() -> project.verify("Batches", VerifyOptions.defaults().repairing()))
        .hasMessageContaining("cannot be recomputed");
    RefreshOutcome next =
        project.refresh(RefreshRequest.due(Map.of("Batches", one.plusSeconds(3600))));
    assertThat(next.done().get(0).kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.state("Batches").reason()).isEqualTo(Reason.VIEW_FILES_LOST);
  }
}
