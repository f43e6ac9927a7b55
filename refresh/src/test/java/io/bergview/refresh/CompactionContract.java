package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowFiles;
import io.bergview.history.ViewEvent;
import io.bergview.history.ViewHistory;
import io.bergview.maintain.CompactionResult;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.maintain.ViewMaintenance;
import io.bergview.settings.MaintenanceLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compaction of a view, and refreshes beside it: its files are others, its rows the same. */
abstract class CompactionContract extends MaintainedView {
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void compactionMergesSmallFilesAndFoldsDeletesIn(int version) throws IOException {
    refreshed(OLTP, 1);
    view()
        .updateProperties()
        .set(TableProperties.FORMAT_VERSION, Integer.toString(version))
        .commit();
    for (int i = 0; i < 4; i++) {
      refreshAgain();
      changeOrders();
      project.refresh("OrderView");
    }
    assertThat(tasks()).anyMatch(task -> !task.deletes().isEmpty());
    int files = tasks().size();
    LineageLookup.RecordedLineage before = project.lineageOf("OrderView");
    CompactionResult result = compact();
    assertThat(result.filesRewritten()).isEqualTo(files);
    assertThat(result.filesWritten()).isEqualTo(1);
    assertThat(result.deletesFolded()).isPositive();
    assertThat(tasks()).singleElement().matches(task -> task.deletes().isEmpty());
    assertThat(tasks().get(0).file().sortOrderId()).isEqualTo(view().sortOrder().orderId());
    assertThat(view().currentSnapshot().deleteManifests(view().io()))
        .allMatch(manifest -> !manifest.hasAddedFiles() && !manifest.hasExistingFiles());
    assertThat(view().currentSnapshot().operation()).isEqualTo(DataOperations.REPLACE);
    LineageLookup.RecordedLineage after = project.lineageOf("OrderView");
    assertThat(after.lineage()).isEqualTo(before.lineage());
    assertThat(after.snapshotId()).isEqualTo(view().currentSnapshot().snapshotId());
    assertThat(ViewHistory.of(view(), 1).get(0).what()).isEqualTo(ViewEvent.EventKind.MAINTENANCE);
    assertThat(compact().isNothing()).isTrue();
    vacuum(LATER);
    assertGoesOn();
  }

  @Test
  void whatCarriedTheLineageMayExpireAfterACompaction() {
    refreshed(SmallShop.ORDER_VIEW, 6);
    long carrier = view().currentSnapshot().snapshotId();
    compact();
    view().updateProperties().set(TableProperties.MIN_SNAPSHOTS_TO_KEEP, "1").commit();
    assertThat(vacuum(LATER).snapshotsKept()).isEqualTo(1);
    assertThat(view().snapshot(carrier)).isNull();
    assertGoesOn();
  }

  @Test
  void fewFilesAreLeftAlone() {
    refreshed(SmallShop.ORDER_VIEW, 3);
    long before = view().currentSnapshot().snapshotId();
    assertThat(compact().isNothing()).isTrue();
    assertThat(view().currentSnapshot().snapshotId()).isEqualTo(before);
  }

  @Test
  void filesOfAnEarlierLayoutAreWrittenInThatOfNow() throws IOException {
    refreshed(SmallShop.ORDER_VIEW, 2);
    project.define("OrderView", SmallShop.ORDER_VIEW + "$sortBy: [total]\n");
    assertThat(compact().filesRewritten()).isEqualTo(2);
    assertThat(tasks())
        .singleElement()
        .matches(task -> task.file().sortOrderId() == view().sortOrder().orderId());
    project.define("OrderView", SmallShop.ORDER_VIEW + "$partitionBy: [status]\n$sortBy: []\n");
    compact();
    assertThat(tasks()).hasSize(3).allMatch(task -> task.file().specId() == view().spec().specId());
    assertThat(compact().isNothing()).isTrue();
    assertGoesOn();
  }

  @Test
  void viewWhoseDefinitionChangedIsNotCompacted() {
    refreshed(SmallShop.ORDER_VIEW, 6);
    project.define("OrderView", SmallShop.ORDER_VIEW + "$filter: {status: paid}\n");
    CompactionResult result = compact();
    assertThat(result.isNothing()).isTrue();
    assertThat(result.remarks()).singleElement().asString().contains("definition has changed");
  }

  @Test
  void deletingAllRowsLeavesNoFile() throws IOException {
    refreshed(OLTP, 6);
    CopyOnWrite.update(shop.orders(), Expressions.alwaysTrue(), row -> null);
    project.refresh("OrderView");
    compact();
    assertThat(tasks()).isEmpty();
    assertThat(project.rows("OrderView")).isEmpty();
    shop.addOrder(nextOrder++);
    project.refresh("OrderView");
    shop.assertOrderViewIsRight();
  }

  @Test
  void appendBetweenPlanAndCommitOfACompactionStays() throws IOException {
    refreshed(SmallShop.ORDER_VIEW, 6);
    PhaseHook refresh =
        PhaseHook.committing(() -> assertThat(refreshAgain().kind()).isEqualTo(RefreshKind.APPEND));
    CompactionResult result =
        only(
            project
                .maintenance(NOW, refresh, MaintenanceLimits.defaults())
                .compact(MaintenanceRequest.of("OrderView")));
    assertThat(refresh.happened()).isTrue();
    assertThat(result.filesRewritten()).isEqualTo(6);
    assertThat(tasks()).hasSize(2);
    assertGoesOn();
  }

  @ParameterizedTest
  @ValueSource(strings = {"oltp", "olap", "both"})
  void mergeBetweenPlanAndCommitOfACompactionIsNotUndone(String projection) {
    refreshed(SmallShop.ORDER_VIEW + "$projection: " + projection + "\n", 6);
    changeOrders();
    PhaseHook refresh =
        PhaseHook.committing(
            () -> assertThat(project.refresh("OrderView").kind()).isEqualTo(RefreshKind.MERGE));
    only(
        project
            .maintenance(NOW, refresh, MaintenanceLimits.defaults())
            .compact(MaintenanceRequest.of("OrderView")));
    assertThat(refresh.happened()).isTrue();
    shop.assertOrderViewIsRight();
    assertGoesOn();
  }

  @ParameterizedTest
  @ValueSource(strings = {"oltp", "olap"})
  void compactionBetweenPlanAndCommitOfARefreshLosesNothing(String projection) {
    refreshed(SmallShop.ORDER_VIEW + "$projection: " + projection + "\n", 6);
    changeOrders();
    PhaseHook compaction =
        PhaseHook.committing(() -> assertThat(compact().filesRewritten()).isPositive());
    assertThat(project.refresh("OrderView", compaction).kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(compaction.happened()).isTrue();
    shop.assertOrderViewIsRight();
    assertGoesOn();
  }

  @Test
  void fullRefreshBetweenPlanAndCommitOfACompactionWins() {
    refreshed(SmallShop.ORDER_VIEW, 6);
    PhaseHook refresh = PhaseHook.committing(() -> project.refreshFully("OrderView"));
    only(
        project
            .maintenance(NOW, refresh, MaintenanceLimits.defaults())
            .compact(MaintenanceRequest.of("OrderView")));
    assertThat(refresh.happened()).isTrue();
    assertGoesOn();
  }

  @Test
  void cancelledCompactionLeavesNoFiles() {
    refreshed(SmallShop.ORDER_VIEW, 6);
    long before = view().currentSnapshot().snapshotId();
    AtomicReference<ViewMaintenance> running = new AtomicReference<>();
    PhaseHook cancel = PhaseHook.committing(() -> running.get().cancel());
    running.set(project.maintenance(NOW, cancel, MaintenanceLimits.defaults()));
    assertThat(running.get().compact(MaintenanceRequest.of("OrderView")).failures())
        .singleElement()
        .matches(failure -> failure.error().code() == ErrorCode.CANCELLED);
    assertThat(view().currentSnapshot().snapshotId()).isEqualTo(before);
    assertThat(project.dataFiles("OrderView")).hasSize(6);
    assertGoesOn();
  }

  @Test
  void manyManifestsAreMerged() {
    refreshed(SmallShop.ORDER_VIEW, 12);
    MaintenanceLimits limits =
        new MaintenanceLimits(Duration.ofDays(7), Duration.ZERO, 2, 100, 10, 100, 1000, 5, 0.1);
    ViewMaintenance maintenance = project.maintenance(NOW, RefreshProgress.SILENT, limits);
    assertThat(maintenance.need(project.view("OrderView")).manifests()).isTrue();
    CompactionResult result = only(maintenance.compact(MaintenanceRequest.of("OrderView")));
    assertThat(result.manifestsMerged()).isEqualTo(12);
    assertThat(result.filesRewritten()).isZero();
    assertThat(view().currentSnapshot().allManifests(view().io())).hasSize(1);
    assertThat(maintenance.need(project.view("OrderView")).isNone()).isTrue();
    assertGoesOn();
  }

  @Tag("long")
  @Test
  void keptBoundedAViewStaysSmallOverManyCommits() throws IOException {
    refreshed(OLTP, 1);
    view().updateProperties().set(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "5").commit();
    MaintenanceLimits limits =
        new MaintenanceLimits(Duration.ofDays(7), Duration.ZERO, 2, 8, 6, 3, 6, 5, 0.1);
    ViewMaintenance maintenance = project.maintenance(NOW, RefreshProgress.SILENT, limits);
    int most = 0;
    for (int i = 1; i <= 30; i++) {
      if (i % 3 == 0) {
        changeOrders();
      }
      assertThat(refreshAgain().kind()).isNotEqualTo(RefreshKind.FULL);
      if (i % 5 == 0) {
        maintenance.keepBounded("OrderView");
        assertThat(snapshots()).isLessThanOrEqualTo(9);
        assertThat(metadataFiles()).isLessThanOrEqualTo(6);
      }
      most = Math.max(most, tasks().size());
    }
    assertThat(most).isLessThan(20);
    assertThat(project.dataFiles("OrderView").size()).isLessThan(30);
    assertGoesOn();
  }

  @Test
  void whatWasMergedBeforeIsNotWrittenAgainForAFewRows() throws IOException {
    shop.addOrders(
        LongStream.range(1_000, 21_000)
            .mapToObj(id -> shop.order(id, 1L, "order " + id * 7919 % 20_011, "1.00", 1))
            .toArray(Record[]::new));
    refreshed(SmallShop.ORDER_VIEW, 6);
    String large = largest();
    MaintenanceLimits limits =
        new MaintenanceLimits(Duration.ofDays(7), Duration.ZERO, 2, 100, 50, 3, 3, 5, 0.1);
    project.maintenance(NOW, RefreshProgress.SILENT, limits).keepBounded("OrderView");
    assertThat(tasks()).hasSize(2);
    assertThat(largest()).isEqualTo(large);
    refreshAgain();
    refreshAgain();
    refreshAgain();
    assertThat(compact().filesRewritten()).isEqualTo(5);
    assertThat(tasks()).hasSize(1);
    assertGoesOn();
  }

  private String largest() throws IOException {
    return tasks().stream()
        .map(FileScanTask::file)
        .max(Comparator.comparing(DataFile::fileSizeInBytes))
        .orElseThrow()
        .location();
  }

  @Tag("long")
  @Test
  void maintenanceBesideRefreshesLosesNothing() throws Exception {
    refreshed(OLTP, 6);
    MaintenanceLimits limits =
        new MaintenanceLimits(Duration.ofDays(7), Duration.ZERO, 1, 6, 4, 3, 3, 2, 0.1);
    ViewMaintenance maintenance = project.maintenance(NOW, RefreshProgress.SILENT, limits);
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService beside = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> rewritten =
          beside.submit(
              () -> {
                int files = 0;
                while (!over.get()) {
                  files += (int) keptBounded(maintenance);
                }
                return files;
              });
      for (int i = 0; i < 12; i++) {
        changeOrders();
        RefreshOutcome outcome = project.refresh(RefreshRequest.of("OrderView"));
        assertThat(outcome.failures())
            .allMatch(failure -> failure.error().code() == ErrorCode.COMMIT_CONFLICT);
        refreshAgain();
      }
      over.set(true);
      assertThat(rewritten.get()).isPositive();
    } finally {
      over.set(true);
      beside.shutdown();
    }
    project.refresh("OrderView");
    assertGoesOn();
  }

  private static long keptBounded(ViewMaintenance maintenance) {
    try {
      return maintenance.keepBounded("OrderView").compaction().filesRewritten();
    } catch (ConflictException nextTime) {
      return 0;
    }
  }

  @Test
  void rowsWrittenByOthersAreNotMadeTheViewsOwn() {
    refreshed(SmallShop.ORDER_VIEW, 6);
    RowFiles.append(view(), List.of(project.rows("OrderView").get(0)));
    CompactionResult result = compact();
    assertThat(result.isNothing()).isTrue();
    assertThat(result.remarks()).hasSize(1);
    vacuum(LATER);
    assertThat(LineageLookup.of(view())).isInstanceOf(LineageLookup.LostLineage.class);
  }
}
