package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.LocalDisk;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.staleness.Reason;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Others who commit while a refresh is between its plan and its commit. */
abstract class CommitRaceContract {
  private static final String VIEW = "OrderView";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  abstract String projectText();

  @BeforeEach
  void open() {
    project = TestProject.create(folder, projectText());
    shop = SmallShop.filled(project);
    project.define(VIEW, SmallShop.ORDER_VIEW);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private RefreshResult refreshWhile(Runnable event) {
    PhaseHook during = PhaseHook.committing(event);
    RefreshResult result = project.refresh(VIEW, during);
    assertThat(during.happened()).isTrue();
    return result;
  }

  private BergviewException failureWhile(Runnable event) {
    PhaseHook during = PhaseHook.committing(event);
    BergviewException failure = project.failure(RefreshRequest.of(VIEW), during);
    assertThat(during.happened()).isTrue();
    return failure;
  }

  private void assertOnlyCommittedFilesAreThere() {
    Table table = project.tableOf(VIEW);
    long committed = 0;
    for (Snapshot snapshot : table.snapshots()) {
      for (var ignored : snapshot.addedDataFiles(table.io())) {
        committed++;
      }
    }
    assertThat(project.dataFiles(VIEW)).hasSize((int) committed);
  }

  @Test
  void refresherThatComesSecondFindsTheViewFresh() {
    RefreshResult result = refreshWhile(() -> project.refresh(VIEW));
    assertThat(result.kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(project.tableOf(VIEW).snapshots()).hasSize(1);
    shop.assertOrderViewIsRight();
    assertOnlyCommittedFilesAreThere();
  }

  @Test
  void refresherWithOlderRowsDoesNotReplaceNewerOnes() {
    project.refresh(VIEW);
    shop.addOrder(20);
    RefreshResult result =
        refreshWhile(
            () -> {
              shop.addOrder(21);
              project.refresh(VIEW);
            });
    assertThat(result.kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(project.rows(VIEW)).hasSize(7);
    shop.assertOrderViewIsRight();
    assertOnlyCommittedFilesAreThere();
  }

  @Test
  void fullRefreshThatComesSecondRecomputesOnTopOfTheOther() {
    PhaseHook during = PhaseHook.committing(() -> project.refresh(VIEW));
    RefreshResult result =
        project.refresher(during).refresh(RefreshRequest.of(VIEW).fully()).done().get(0);
    assertThat(result.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(result.reason()).isEqualTo("REQUESTED");
    assertThat(result.rowsRemoved()).isEqualTo(5);
    assertThat(project.tableOf(VIEW).snapshots()).hasSize(2);
    shop.assertOrderViewIsRight();
    assertOnlyCommittedFilesAreThere();
  }

  @Test
  void compactionByOthersInBetweenIsPassedOver() {
    project.refresh(VIEW);
    shop.addOrder(20);
    RefreshResult result = refreshWhile(() -> Compaction.rewrite(project.tableOf(VIEW)));
    Table table = project.tableOf(VIEW);
    Snapshot made = table.currentSnapshot();
    assertThat(made.snapshotId()).isEqualTo(result.snapshotId());
    assertThat(table.snapshot(made.parentId()).operation()).isEqualTo(DataOperations.REPLACE);
    assertThat(table.snapshots()).as("nothing was planned twice").hasSize(3);
    shop.assertOrderViewIsRight();
    assertThat(project.state(VIEW).reason()).isEqualTo(Reason.UP_TO_DATE);
  }

  @Test
  void concurrentForeignRowsAreNotReplaced() {
    project.refresh(VIEW);
    shop.addOrder(20);
    BergviewException failure =
        failureWhile(
            () -> RowFiles.append(project.tableOf(VIEW), List.of(project.rows(VIEW).get(0))));
    assertThat(failure.code()).isEqualTo(ErrorCode.FOREIGN_WRITES);
    assertThat(project.rows(VIEW)).hasSize(6);
    assertOnlyCommittedFilesAreThere();
  }

  @Test
  void concurrentForeignDeletesAreNotUndone() {
    project.refresh(VIEW);
    shop.addOrder(20);
    BergviewException failure =
        failureWhile(
            () -> RowDeletes.byPosition(project.tableOf(VIEW), Expressions.equal("order_id", 10L)));
    assertThat(failure.code()).isEqualTo(ErrorCode.FOREIGN_WRITES);
    assertThat(project.rows(VIEW)).hasSize(4);
  }

  @Test
  void rollBackOfTheViewInBetweenIsAConflict() {
    long first = project.refresh(VIEW).snapshotId();
    shop.addOrder(20);
    project.refresh(VIEW);
    shop.addOrder(21);
    RefreshResult result =
        refreshWhile(() -> project.tableOf(VIEW).manageSnapshots().rollbackTo(first).commit());
    assertThat(result.rowsAdded()).as("since the snapshot rolled back to").isEqualTo(2);
    assertThat(project.tableOf(VIEW).currentSnapshot().parentId()).isEqualTo(first);
    shop.assertOrderViewIsRight();
  }

  @Test
  void aDefinitionChangedBetweenPlanAndCommitWins() {
    project.refresh(VIEW);
    shop.addOrder(20);
    RefreshResult result =
        refreshWhile(() -> project.define(VIEW, "$from: Order\n$filter: {status: paid}\n"));
    assertThat(result.reason()).isEqualTo("DEFINITION_CHANGED");
    assertThat(project.view(VIEW).definitionVersion()).isEqualTo(2);
    Table table = project.tableOf(VIEW);
    assertThat(
            RefreshRecord.of(table.currentSnapshot().summary()).orElseThrow().definitionVersion())
        .isEqualTo(2);
    assertThat(project.contents(VIEW))
        .hasSize(3)
        .allMatch(row -> "paid".equals(row.get("status")) && !row.containsKey("customer_name"));
    assertOnlyCommittedFilesAreThere();
  }

  @Test
  void settingsChangedInBetweenAreThoseThatCountAndMakeNoRecompute() {
    project.refresh(VIEW);
    shop.addOrder(20);
    RefreshResult result =
        refreshWhile(
            () -> project.define(VIEW, SmallShop.ORDER_VIEW + "$refresh: {policy: strict}\n"));
    assertThat(result.reason()).isEqualTo("SOURCE_CHANGED");
    assertThat(project.view(VIEW).definitionVersion()).isEqualTo(1);
    assertThat(project.state(VIEW).reason()).isEqualTo(Reason.UP_TO_DATE);
    assertThat(project.tableOf(VIEW).properties())
        .containsEntry("bergview.refresh.policy", "strict");
    shop.assertOrderViewIsRight();
    assertOnlyCommittedFilesAreThere();
  }

  @Test
  void aDefinitionChangedBeforeTheFirstCommitWins() {
    refreshWhile(() -> project.define(VIEW, "$from: Order\n$filter: {status: paid}\n"));
    assertThat(project.contents(VIEW))
        .hasSize(2)
        .allMatch(row -> !row.containsKey("customer_name"));
    assertThat(project.state(VIEW).reason()).isEqualTo(Reason.UP_TO_DATE);
  }

  @Test
  void refreshSettingsChangedInBetweenAreKept() {
    project.refresh(VIEW);
    shop.addOrder(20);
    refreshWhile(
        () -> project.define(VIEW, SmallShop.ORDER_VIEW + "$refresh: {gracePeriod: 1h}\n"));
    assertThat(project.view(VIEW).definition().view().refresh().gracePeriod()).hasHours(1);
    assertThat(project.state(VIEW).reason()).isEqualTo(Reason.UP_TO_DATE);
    shop.assertOrderViewIsRight();
  }

  @Test
  void propertySetByOthersInBetweenIsKept() {
    project.refresh(VIEW);
    shop.addOrder(20);
    RefreshResult result =
        refreshWhile(() -> project.tableOf(VIEW).updateProperties().set("owner", "Ada").commit());
    assertThat(result.kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.tableOf(VIEW).properties()).containsEntry("owner", "Ada");
    shop.assertOrderViewIsRight();
    assertThat(project.tableOf(VIEW).snapshots()).as("nothing was planned twice").hasSize(2);
  }

  @Test
  void changeOfASourceAfterPinningIsLeftToTheNextRefresh() {
    project.refresh(VIEW);
    shop.addOrder(20);
    long pinned = shop.orders().currentSnapshot().snapshotId();
    PhaseHook during = PhaseHook.computing(() -> shop.addOrder(21));
    project.refresh(VIEW, during);
    assertThat(during.happened()).isTrue();
    assertThat(project.rows(VIEW)).hasSize(6);
    assertThat(project.lineageOf(VIEW).lineage().sources())
        .anyMatch(
            source -> source.table().name().equals("orders") && source.snapshotId() == pinned);
    assertThat(project.state(VIEW).reason()).isEqualTo(Reason.SOURCE_CHANGED);
    project.refresh(VIEW);
    shop.assertOrderViewIsRight();
  }

  @Test
  void pinnedFilesThatExpireMeanPlanningAgain() {
    PhaseHook during =
        PhaseHook.reading(
            "shop.orders",
            () -> {
              CopyOnWrite.delete(shop.orders(), Expressions.equal("order_id", 10L));
              Table orders = shop.orders();
              orders.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
            });
    RefreshResult result = project.refresh(VIEW, during);
    assertThat(result.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(project.rows(VIEW)).hasSize(4);
    shop.assertOrderViewIsRight();
    assertOnlyCommittedFilesAreThere();
  }

  @Test
  void viewDroppedInBetweenIsNotFoundAndLeavesNothing() {
    project.refresh(VIEW);
    shop.addOrder(20);
    Path data = LocalDisk.path(project.tableOf(VIEW).location());
    BergviewException failure = failureWhile(() -> project.registry().drop(VIEW));
    assertThat(failure.code()).isEqualTo(ErrorCode.VIEW_NOT_FOUND);
    assertThat(data.resolve("data"))
        .satisfiesAnyOf(
            folderGone -> assertThat(folderGone).doesNotExist(),
            folderEmpty -> assertThat(folderEmpty).isEmptyDirectory());
  }

  @Test
  void refresherThatAlwaysLosesGivesUpWithAConflict() {
    project.refresh(VIEW);
    RefreshProgress beaten =
        new RefreshProgress() {
          @Override
          public void phase(String view, String phase) {
            if (phase.equals("committing")) {
              project.refreshFully(VIEW);
            }
          }

          @Override
          public void advance(String view, double fraction, String detail) {}
        };
    BergviewException failure = project.failure(RefreshRequest.of(VIEW).fully(), beaten);
    assertThat(failure.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT);
    assertThat(failure.code().exitCode()).isEqualTo(ErrorCode.ExitCode.CONFLICT);
    shop.assertOrderViewIsRight();
    assertOnlyCommittedFilesAreThere();
  }

  @Test
  void twoViewsOfOneSourceDoNotDisturbEachOther() {
    project.define("StatusTotals", SmallShop.STATUS_TOTALS);
    refreshWhile(() -> project.refresh("StatusTotals"));
    shop.assertOrderViewIsRight();
    shop.assertStatusTotalsAreRight();
    assertThat(project.tableOf(VIEW).snapshots()).hasSize(1);
  }
}
