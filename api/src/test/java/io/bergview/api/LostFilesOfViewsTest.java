package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultOrigin;
import io.bergview.query.ResultOrigin.AnsweredBy;
import io.bergview.query.Routing.CandidateStatus;
import io.bergview.query.Routing.RoutingCandidate;
import io.bergview.refresh.RefreshRequest;
import io.bergview.staleness.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queries where views have lost files that they need for the answer. */
@Tag("long")
class LostFilesOfViewsTest {
  @TempDir private Path folder;
  private Bergview bergview;

  @BeforeEach
  void shop() {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    files.put(
        "views/Statuses.yaml",
        "$type: Statuses\n$from: Order\n$groupBy: [status]\n$compute: {n: {$count: '*'}}\n");
    files.put(
        "views/Finer.yaml",
        "$type: Finer\n"
            + "$from: Order\n"
            + "$groupBy: [status, customer.tier]\n"
            + "$compute: {n: {$count: '*'}}\n");
    bergview = Projects.create(folder, "settings: {memory-limit: 1GiB, threads: 2}\n", files);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.05, 7), Progress.SILENT);
    bergview.apply();
    bergview.refreshView(RefreshRequest.ofAll());
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  /** What is lost of a view's table. */
  private enum Part {
    DATA_FILE,
    TORN_DATA_FILE,
    MANIFEST,
    MANIFEST_LIST;

    String lose(Table table) {
      String location =
          switch (this) {
            case DATA_FILE, TORN_DATA_FILE -> dataFile(table);
            case MANIFEST -> table.currentSnapshot().allManifests(table.io()).get(0).path();
            case MANIFEST_LIST -> table.currentSnapshot().manifestListLocation();
          };
      Path file = path(location);
      try {
        byte[] whole = Files.readAllBytes(file);
        Files.delete(file);
        if (this == TORN_DATA_FILE) {
          Files.write(file, Arrays.copyOf(whole, whole.length - 9));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return location;
    }

    private static String dataFile(Table table) {
      try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
        return tasks.iterator().next().file().location();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Path path(String location) {
    return Path.of(location.replaceFirst("^file:/*", "/"));
  }

  private Table tableOf(String view) {
    return bergview
        .catalog("lake")
        .loadTable(TableIdentifier.of("shop_views", view.toLowerCase(Locale.ROOT)));
  }

  private Find byStatus() {
    return bergview.find("Order").groupBy("status").compute("{n: {$count: '*'}}").sort("status");
  }

  private static ResultOrigin origin(Find find) {
    try (QueryResult answer = find.answer()) {
      return answer.origin();
    }
  }

  private static RoutingCandidate of(ResultOrigin origin, String view) {
    return origin.routing().orElseThrow().candidates().stream()
        .filter(candidate -> candidate.view().orElse("(sources)").equals(view))
        .findFirst()
        .orElseThrow();
  }

  private void reopen() {
    bergview.close();
    bergview = Bergview.open(folder);
  }

  @ParameterizedTest
  @EnumSource
  void aQueryOfATypeFallsBackToTheNextViewAndThenToTheTables(Part part) {
    List<Map<String, Object>> right = rows(byStatus().withoutRoute());
    assertThat(of(origin(byStatus()), "Statuses").verdict()).isEqualTo(CandidateStatus.CHOSEN);
    String lost = part.lose(tableOf("Statuses"));
    reopen();
    assertThat(rows(byStatus())).isNotEmpty().isEqualTo(right);
    ResultOrigin next = origin(byStatus());
    assertThat(of(next, "Statuses").verdict()).isEqualTo(CandidateStatus.UNREADABLE);
    assertThat(of(next, "Statuses").why()).contains(lost);
    assertThat(of(next, "Finer").verdict()).isEqualTo(CandidateStatus.CHOSEN);
    assertThat(bergview.getViewState("Statuses").reason()).isEqualTo(Reason.VIEW_FILES_LOST);
    part.lose(tableOf("Finer"));
    reopen();
    assertThat(rows(byStatus())).isEqualTo(right);
    assertThat(origin(byStatus()).by()).isEqualTo(AnsweredBy.SOURCES);
    assertThat(bergview.queriesFallenBack()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aQueryToTheViewItselfIsAnsweredByItsDefinition(Part part) {
    List<Map<String, Object>> right = rows(bergview.find("Statuses").sort("status"));
    String lost = part.lose(tableOf("Statuses"));
    reopen();
    assertThat(rows(bergview.find("Statuses").sort("status"))).isNotEmpty().isEqualTo(right);
    ResultOrigin origin = origin(bergview.find("Statuses"));
    assertThat(origin.by()).isEqualTo(AnsweredBy.SOURCES);
    assertThat(origin.state().orElseThrow().message()).contains(lost);
    assertThatThrownBy(() -> bergview.find("Statuses").staleOk().answer())
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.FILE_LOST);
              assertThat(e).hasMessageContaining(lost).hasMessageContaining("refreshView Statuses");
            });
    bergview.refreshView(RefreshRequest.of("Statuses"));
    assertThat(origin(bergview.find("Statuses")).by()).isEqualTo(AnsweredBy.VIEW);
    assertThat(rows(bergview.find("Statuses").sort("status"))).isEqualTo(right);
  }

  @Test
  void aDamagedTableIsNamedWithItsFile() {
    Table orders = bergview.catalog("lake").loadTable(TableIdentifier.of("shop", "orders"));
    String lost = Part.DATA_FILE.lose(orders);
    assertThatThrownBy(() -> rows(byStatus().withoutRoute()))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_LOST))
        .hasMessageContaining("shop.orders is damaged")
        .hasMessageContaining(lost);
  }

  @Test
  void aViewWhoseMetadataFileIsLostHidesNoOtherAndCanBeDroppedAndAppliedAgain() throws Exception {
    List<Map<String, Object>> right = rows(byStatus().withoutRoute());
    String lost = ((BaseTable) tableOf("Statuses")).operations().current().metadataFileLocation();
    Files.delete(path(lost));
    reopen();
    assertThat(rows(byStatus())).isEqualTo(right);
    assertThat(of(origin(byStatus()), "Statuses").verdict()).isEqualTo(CandidateStatus.UNREADABLE);
    assertThat(bergview.listViews().views())
        .filteredOn(view -> view.view().equals("Statuses"))
        .singleElement()
        .satisfies(
            view -> {
              assertThat(view.reason()).isEqualTo(Reason.UNREADABLE);
              assertThat(view.message()).contains(lost, "dropView Statuses");
            });
    assertThat(bergview.getViewState("Finer").reason()).isEqualTo(Reason.UP_TO_DATE);
    assertThatThrownBy(() -> bergview.find("Statuses").answer())
        .hasMessageContaining(lost)
        .hasMessageContaining("dropView Statuses");
    assertThat(bergview.refreshView(RefreshRequest.ofAll()).failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.view()).isEqualTo("Statuses"));
    assertThat(bergview.dropView("Statuses").filesDeleted()).isPositive();
    bergview.apply();
    bergview.refreshView(RefreshRequest.of("Statuses"));
    assertThat(of(origin(byStatus()), "Statuses").verdict()).isEqualTo(CandidateStatus.CHOSEN);
    assertThat(rows(byStatus())).isEqualTo(right);
  }
}
