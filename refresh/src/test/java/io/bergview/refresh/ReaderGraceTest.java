package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.SetClock;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.maintain.VacuumResult;
import io.bergview.maintain.ViewMaintenance;
import io.bergview.settings.MaintenanceLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long the files of snapshots stay that have gone, for those who read them. */
class ReaderGraceTest extends MaintainedView {
  private static final Duration GRACE = Duration.ofMinutes(5);

  private final SetClock clock = new SetClock();

  @Override
  String projectText() {
    return TestProject.SQLITE;
  }

  private ViewMaintenance maintenance(Duration retention, Duration grace) {
    return project.maintenance(
        clock,
        RefreshProgress.SILENT,
        new MaintenanceLimits(retention, grace, 1, 3, 50, 1000, 1000, 5, 0.1));
  }

  /** Eight snapshots, each with a data file that no other one has; three are to be kept. */
  private ViewMaintenance eightOfWhichThreeStay() {
    refreshed(SmallShop.ORDER_VIEW, 1);
    refreshFully(7);
    return maintenance(LATER, GRACE);
  }

  private void refreshFully(int times) {
    for (int i = 0; i < times; i++) {
      project.refreshFully("OrderView");
    }
    clock.set(Instant.now().plusSeconds(1));
  }

  @Test
  void filesOfYoungSnapshotsWaitForThoseWhoReadThem() {
    ViewMaintenance maintenance = eightOfWhichThreeStay();
    Table asReadersHaveIt = view();
    ViewMaintenance.Bounded bounded = maintenance.keepBounded("OrderView");
    assertThat(bounded.vacuum().freed().snapshots()).isEqualTo(5);
    assertThat(bounded.vacuum().freed().files()).isZero();
    assertThat(bounded.again()).contains(clock.instant().plus(GRACE));
    assertThat(snapshots()).isEqualTo(3);
    List<List<Map<String, @Nullable Object>>> read = new ArrayList<>();
    for (Snapshot snapshot : asReadersHaveIt.snapshots()) {
      read.add(RowContents.of(LiveRows.at(asReadersHaveIt, snapshot.snapshotId())));
    }
    assertThat(read).hasSize(8).allSatisfy(rows -> assertThat(rows).hasSameSizeAs(read.get(0)));
    clock.set(clock.instant().plus(Duration.ofMinutes(4)));
    assertThat(maintenance.keepBounded("OrderView").vacuum().freed().files()).isZero();
    clock.set(clock.instant().plus(Duration.ofMinutes(1)));
    ViewMaintenance.Bounded later = maintenance.keepBounded("OrderView");
    assertThat(later.vacuum().freed().dataFiles()).isEqualTo(5);
    assertThat(later.vacuum().freed().manifests()).isGreaterThanOrEqualTo(5);
    assertThat(later.again()).isEmpty();
    assertThat(project.dataFiles("OrderView")).hasSize(3);
    assertGoesOn();
  }

  @Test
  void filesThatWaitWhenTheProcessEndsAreOrphansOnce() {
    eightOfWhichThreeStay().keepBounded("OrderView");
    assertThat(project.dataFiles("OrderView")).hasSize(8);
    assertThat(vacuum(Duration.ofDays(2)).freed().orphans()).isZero();
    assertThat(vacuum(Duration.ofDays(4)).freed().orphans()).isGreaterThanOrEqualTo(10);
    assertThat(project.dataFiles("OrderView")).hasSizeLessThanOrEqualTo(3);
    assertGoesOn();
  }

  @Test
  void vacuumLeavesFilesToReadersUnlessNothingIsToBeKept() {
    ViewMaintenance maintenance = eightOfWhichThreeStay();
    VacuumResult forecast = only(maintenance.vacuum(MaintenanceRequest.of("OrderView").dry()));
    VacuumResult result = only(maintenance.vacuum(MaintenanceRequest.of("OrderView")));
    assertThat(forecast.freed()).isEqualTo(result.freed());
    assertThat(result.freed().snapshots()).isEqualTo(5);
    assertThat(result.freed().files()).isZero();
    assertThat(result.remarks()).anyMatch(remark -> remark.contains("kept for their readers"));
    assertThat(project.dataFiles("OrderView")).hasSize(8);
    refreshFully(2);
    MaintenanceRequest all = MaintenanceRequest.of("OrderView").keeping(Duration.ZERO);
    VacuumResult nothingKept = only(maintenance.vacuum(all));
    assertThat(nothingKept.freed().dataFiles()).isEqualTo(4);
    assertThat(nothingKept.remarks()).isEmpty();
    assertGoesOn();
  }

  @Test
  void anOldSnapshotThatWasTheCurrentOneUntilNowHasReadersToo() throws InterruptedException {
    Duration kept = Duration.ofSeconds(20);
    refreshed(SmallShop.ORDER_VIEW, 1);
    Instant old = Instant.ofEpochMilli(view().currentSnapshot().timestampMillis());
    Thread.sleep(200);
    refreshFully(1);
    clock.set(old.plus(kept).plusMillis(100));
    ViewMaintenance maintenance = maintenance(kept, kept);
    VacuumResult result = maintenance.keepBounded("OrderView").vacuum();
    assertThat(result.freed().snapshots()).isEqualTo(1);
    assertThat(result.freed().dataFiles()).isZero();
    clock.set(old.plus(kept).plus(kept).plusMillis(100));
    assertThat(maintenance.keepBounded("OrderView").vacuum().freed().dataFiles()).isEqualTo(1);
    assertGoesOn();
  }
}
