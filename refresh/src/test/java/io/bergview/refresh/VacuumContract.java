package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.UsageException;
import io.bergview.fixtures.Compaction;
import io.bergview.maintain.CompactionResult;
import io.bergview.maintain.MaintenanceOutcome;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.maintain.VacuumResult;
import io.bergview.maintain.VacuumResult.Freed;
import io.bergview.maintain.ViewMaintenance;
import io.bergview.settings.MaintenanceLimits;
import io.bergview.staleness.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Vacuum of a view: what goes, what stays, and that no row is another for it. */
abstract class VacuumContract extends MaintainedView {
  /** Every file under the project with its size and when it was changed. */
  private Map<String, String> tree() throws IOException {
    Map<String, String> tree = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder.resolve("warehouse"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().startsWith("catalog.db-")) {
          tree.put(
              file.toString(), Arrays.hashCode(Files.readAllBytes(file)) + "/" + Files.size(file));
        }
      }
    }
    return tree;
  }

  private Path plant(Path file, Duration age) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "left over");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    return file;
  }

  @Test
  void vacuumExpiresOldSnapshotsAndDoesNotChangeTheView() throws IOException {
    refreshed(SmallShop.ORDER_VIEW, 6);
    Map<String, String> before = tree();
    Lineage lineage = project.lineageOf("OrderView").lineage();
    VacuumResult result = vacuum(LATER);
    assertThat(result.snapshotsKept()).isEqualTo(2);
    assertThat(snapshots()).isEqualTo(2);
    assertThat(result.freed().snapshots()).isEqualTo(4);
    assertThat(before.size() - tree().size())
        .isBetween((int) result.freed().files() - 2, (int) result.freed().files() + 20);
    assertThat(result.freed().bytes()).isPositive();
    assertThat(project.lineageOf("OrderView").lineage()).isEqualTo(lineage);
    for (Snapshot snapshot : view().snapshots()) {
      assertThat(project.contentsAt("OrderView", snapshot.snapshotId()))
          .containsExactlyInAnyOrderElementsOf(
              shop.orderViewAt(SmallShop.lineageAt(view(), snapshot)));
    }
    assertGoesOn();
  }

  @Test
  void vacuumDeletesWhatFullRefreshesReplaced() {
    refreshed(SmallShop.ORDER_VIEW, 1);
    for (int i = 0; i < 4; i++) {
      project.refreshFully("OrderView");
    }
    VacuumResult result = vacuum(LATER);
    assertThat(result.freed().dataFiles()).isEqualTo(3);
    assertThat(result.freed().manifests()).isGreaterThanOrEqualTo(3);
    assertThat(project.dataFiles("OrderView")).hasSize(2);
    assertThat(vacuum(LATER).freed()).isEqualTo(Freed.NOTHING);
    assertGoesOn();
  }

  @Test
  void youngSnapshotsStay() {
    refreshed(SmallShop.ORDER_VIEW, 4);
    assertThat(vacuum(Duration.ofDays(6)).freed().snapshots()).isZero();
    ViewMaintenance later = project.maintenance(Duration.ofDays(6));
    MaintenanceRequest fewer = MaintenanceRequest.of("OrderView").keeping(Duration.ofDays(5));
    assertThat(only(later.vacuum(fewer)).freed().snapshots()).isEqualTo(2);
  }

  @Test
  void theViewSaysHowLongItsSnapshotsAreKept() {
    refreshed(SmallShop.ORDER_VIEW + "$refresh: {retention: 60d}\n", 4);
    assertThat(vacuum(LATER).retention()).isEqualTo(Duration.ofDays(60));
    assertThat(snapshots()).isEqualTo(4);
    assertThat(vacuum(Duration.ofDays(61)).snapshotsKept()).isEqualTo(2);
  }

  @Test
  void theTableSaysHowManySnapshotsAreKept() {
    refreshed(SmallShop.ORDER_VIEW, 6);
    view().updateProperties().set(TableProperties.MIN_SNAPSHOTS_TO_KEEP, "4").commit();
    assertThat(vacuum(LATER).snapshotsKept()).isEqualTo(4);
    assertGoesOn();
  }

  @Test
  void noMoreThanTheMaximumIsKeptHoweverYoung() {
    refreshed(SmallShop.ORDER_VIEW, 8);
    MaintenanceLimits few = new MaintenanceLimits(LATER, Duration.ZERO, 1, 5, 50, 5, 40, 5, 0.1);
    VacuumResult result =
        only(
            project
                .maintenance(NOW, RefreshProgress.SILENT, few)
                .vacuum(MaintenanceRequest.of("OrderView")));
    assertThat(result.freed().snapshots()).isEqualTo(3);
    assertGoesOn();
  }

  @Test
  void whatTagsAndBranchesPointToStaysReadable() {
    refreshed(SmallShop.ORDER_VIEW, 2);
    long tagged = view().currentSnapshot().snapshotId();
    project.refreshFully("OrderView");
    long branched = view().currentSnapshot().snapshotId();
    view().manageSnapshots().createTag("month-end", tagged).createBranch("test", branched).commit();
    List<Map<String, @Nullable Object>> atTag = project.contentsAt("OrderView", tagged);
    List<Map<String, @Nullable Object>> atBranch = project.contentsAt("OrderView", branched);
    for (int i = 0; i < 4; i++) {
      refreshAgain();
      project.refreshFully("OrderView");
    }
    vacuum(LATER);
    assertThat(view().refs()).containsKeys("month-end", "test");
    assertThat(project.contentsAt("OrderView", tagged)).containsExactlyInAnyOrderElementsOf(atTag);
    assertThat(project.contentsAt("OrderView", branched))
        .containsExactlyInAnyOrderElementsOf(atBranch);
    assertGoesOn();
  }

  @Test
  void tagsThatHaveOutlivedTheirAgeGo() {
    refreshed(SmallShop.ORDER_VIEW, 2);
    long tagged = view().currentSnapshot().snapshotId();
    view()
        .manageSnapshots()
        .createTag("short", tagged)
        .setMaxRefAgeMs("short", Duration.ofDays(10).toMillis())
        .commit();
    refreshAgain();
    refreshAgain();
    refreshAgain();
    vacuum(Duration.ofDays(9));
    assertThat(view().refs()).containsKey("short");
    vacuum(LATER);
    assertThat(view().refs()).containsOnlyKeys("main");
    assertThat(view().snapshot(tagged)).isNull();
  }

  @Test
  void snapshotsOfDownstreamLineagesAreKept() {
    refreshed(SmallShop.ORDER_VIEW, 2);
    project.define("Paid", "$from: OrderView\n$filter: {status: paid}\n");
    project.refresh("Paid");
    long named = view().currentSnapshot().snapshotId();
    for (int i = 0; i < 5; i++) {
      refreshAgain();
    }
    vacuum(LATER);
    assertThat(view().snapshot(named)).isNotNull();
    assertThat(snapshots()).isEqualTo(4);
    assertThat(project.refresh("Paid").kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.verify("Paid").equal()).isTrue();
    vacuum(LATER);
    assertThat(view().snapshot(named)).isNull();
  }

  @Test
  void compactionsAndVacuumLeaveViewsOverTheViewFresh() {
    refreshed(SmallShop.ORDER_VIEW, 6);
    project.define("Paid", "$from: OrderView\n$filter: {status: paid}\n");
    project.refresh("Paid");
    for (int i = 0; i < 3; i++) {
      Compaction.rewrite(view());
    }
    vacuum(LATER);
    assertThat(project.state("Paid").state()).isEqualTo(Freshness.FRESH);
    assertThat(project.state("OrderView").state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void lineageIsKeptAcrossForeignCompactions() {
    refreshed(SmallShop.ORDER_VIEW, 3);
    for (int i = 0; i < 4; i++) {
      Compaction.rewrite(view());
    }
    assertThat(vacuum(LATER).snapshotsKept()).isEqualTo(5);
    assertGoesOn();
  }

  @Test
  void orphansGoAndNothingElse() throws IOException {
    refreshed(SmallShop.ORDER_VIEW, 2);
    Path home = location(view());
    Duration old = Duration.ofDays(4);
    List<Path> orphans =
        List.of(
            plant(home.resolve("data/killed-00000.parquet"), old),
            plant(home.resolve("data/killed-scratch/part-0.parquet"), old),
            plant(home.resolve("data/städte=%C3/ä b.parquet"), old),
            plant(home.resolve("metadata/.snap-1.avro.uuid.tmp"), old),
            plant(home.resolve("metadata/killed-m0.avro"), old));
    TableIdentifier nested = TableIdentifier.of("shop", "nested");
    List<Path> others = new ArrayList<>();
    others.add(plant(home.resolve("data/running-00000.parquet"), Duration.ofDays(2)));
    others.add(plant(home.resolveSibling(home.getFileName() + "2").resolve("data/x"), old));
    others.add(plant(home.resolve("elsewhere/metadata/v1.metadata.json"), old));
    others.add(plant(home.resolve("elsewhere/data/y.parquet"), old));
    if (canNest()) {
      project
          .catalog()
          .createTable(
              nested,
              SmallShop.ORDERS,
              PartitionSpec.unpartitioned(),
              view().location() + "/nested",
              Map.of());
      others.add(plant(home.resolve("nested/data/z.parquet"), old));
    }
    VacuumResult forecast =
        only(project.maintenance(NOW).vacuum(MaintenanceRequest.of("OrderView").dry()));
    assertThat(forecast.freed().orphans()).isEqualTo(orphans.size());
    VacuumResult result = vacuum(NOW);
    assertThat(result.freed()).isEqualTo(forecast.freed());
    assertThat(orphans).noneMatch(Files::exists);
    assertThat(others).allMatch(Files::exists);
    assertGoesOn();
  }

  /** Whether the catalog lets a table lie where it is told to. */
  boolean canNest() {
    return true;
  }

  @Test
  void filesOfOthersThatASnapshotNamedStay() {
    refreshed(SmallShop.ORDER_VIEW, 2);
    DataFile foreign =
        shop.orders().currentSnapshot().addedDataFiles(shop.orders().io()).iterator().next();
    view().newAppend().appendFile(foreign).commit();
    project.refreshFully("OrderView");
    project.refreshFully("OrderView");
    assertThat(vacuum(LATER).freed().snapshots()).isEqualTo(3);
    assertThat(shop.orders().io().newInputFile(foreign.location()).exists()).isTrue();
    assertGoesOn();
  }

  /** A catalog that has tables only where their names say lets no other table in. */
  @Test
  void folderOfAnotherTableIsRefused() throws IOException {
    refreshed(SmallShop.ORDER_VIEW, 5);
    if (!canNest()) {
      assertThatThrownBy(this::createTwinInTheFolderOfTheView)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("custom location");
      return;
    }
    createTwinInTheFolderOfTheView();
    Map<String, String> before = tree();
    MaintenanceOutcome<VacuumResult> outcome =
        project.maintenance(LATER).vacuum(MaintenanceRequest.of("OrderView"));
    assertThat(outcome.failures())
        .singleElement()
        .matches(failure -> failure.error().code() == ErrorCode.POLICY_REFUSED)
        .matches(failure -> failure.error().getMessage().contains("shop.twin"));
    assertThat(tree()).isEqualTo(before);
  }

  private void createTwinInTheFolderOfTheView() {
    project
        .catalog()
        .createTable(
            TableIdentifier.of("shop", "twin"),
            SmallShop.ORDERS,
            PartitionSpec.unpartitioned(),
            view().location() + "/",
            Map.of());
  }

  @Test
  void filesOfARefreshThatRunsAreLeftAlone() {
    refreshed(SmallShop.ORDER_VIEW, 2);
    shop.addOrder(nextOrder++);
    PhaseHook vacuum = PhaseHook.committing(() -> vacuum(NOW));
    assertThat(project.refresh("OrderView", vacuum).kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(vacuum.happened()).isTrue();
    shop.assertOrderViewIsRight();
    assertThat(project.verify("OrderView").equal()).isTrue();
  }

  @Test
  void snapshotsThatExpireWhileARefreshRunsDoNotDisturbIt() {
    refreshed(OLTP, 5);
    changeOrders();
    ViewMaintenance maintenance = project.maintenance(NOW);
    MaintenanceRequest all = MaintenanceRequest.of("OrderView").keeping(Duration.ZERO);
    PhaseHook vacuum = PhaseHook.committing(() -> only(maintenance.vacuum(all)));
    assertThat(project.refresh("OrderView", vacuum).kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(vacuum.happened()).isTrue();
    assertGoesOn();
  }

  @Test
  void dryRunsChangeNothing() throws IOException {
    refreshed(OLTP, 6);
    plant(location(view()).resolve("data/killed-00000.parquet"), Duration.ofDays(4));
    Map<String, String> before = tree();
    ViewMaintenance maintenance = project.maintenance(LATER);
    VacuumResult vacuum = only(maintenance.vacuum(MaintenanceRequest.of("OrderView").dry()));
    CompactionResult compaction =
        only(maintenance.compact(MaintenanceRequest.of("OrderView").dry()));
    assertThat(tree()).isEqualTo(before);
    assertThat(vacuum.freed().snapshots()).isEqualTo(4);
    assertThat(vacuum.freed().orphans()).isGreaterThanOrEqualTo(1);
    assertThat(compaction.filesRewritten()).isEqualTo(6);
    VacuumResult done = vacuum(LATER);
    assertThat(done.freed().snapshots()).isEqualTo(vacuum.freed().snapshots());
    assertThat(done.freed().dataFiles()).isEqualTo(vacuum.freed().dataFiles());
    assertThat(done.freed().manifests()).isEqualTo(vacuum.freed().manifests());
    assertThat(compact().filesRewritten()).isEqualTo(6);
  }

  @Test
  void nothingIsDeletedWhereTheTableSaysSo() throws IOException {
    refreshed(SmallShop.ORDER_VIEW, 5);
    view().updateProperties().set(TableProperties.GC_ENABLED, "false").commit();
    plant(location(view()).resolve("data/killed-00000.parquet"), Duration.ofDays(4));
    Map<String, String> before = tree();
    VacuumResult result = vacuum(LATER);
    assertThat(result.freed()).isEqualTo(Freed.NOTHING);
    assertThat(result.snapshotsKept()).isEqualTo(5);
    assertThat(result.remarks()).anyMatch(remark -> remark.contains("gc.enabled=false"));
    assertThat(tree()).isEqualTo(before);
    assertThat(project.maintenance(LATER).keepBounded("OrderView").vacuum().freed())
        .isEqualTo(Freed.NOTHING);
  }

  @Test
  void metadataFilesThatTheLogDoesNotNameGo() throws IOException {
    refreshed(SmallShop.ORDER_VIEW, 2);
    view().updateProperties().set(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "3").commit();
    for (int i = 0; i < 6; i++) {
      refreshAgain();
    }
    assertThat(metadataFiles()).isGreaterThan(4);
    VacuumResult result = vacuum(NOW);
    assertThat(result.freed().metadataFiles()).isPositive();
    assertThat(metadataFiles()).isEqualTo(4);
    assertGoesOn();
  }

  @Test
  void viewThatWasNeverRefreshedHasNothingToFree() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    assertThat(vacuum(LATER).freed().snapshots()).isZero();
    CompactionResult result = compact();
    assertThat(result.isNothing()).isTrue();
    assertThat(result.remarks()).containsExactly("it has not been refreshed yet");
    assertThat(project.maintenance(NOW).need(project.view("OrderView")).isNone()).isTrue();
    project.refresh("OrderView");
    shop.assertOrderViewIsRight();
  }

  @Test
  void unknownViewsAndNegativeTimesAreRefused() {
    refreshed(SmallShop.ORDER_VIEW, 1);
    assertThatThrownBy(
            () -> project.maintenance(NOW).vacuum(MaintenanceRequest.of("OrderVew", "OrderView")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("did you mean 'OrderView'");
    assertThatThrownBy(() -> MaintenanceRequest.of("OrderView").keeping(Duration.ofDays(-1)))
        .isInstanceOf(UsageException.class);
    assertThatThrownBy(MaintenanceRequest::of).isInstanceOf(UsageException.class);
  }

  @Test
  void tagsOnFormerSourcesAreRemoved() {
    refreshed(SmallShop.ORDER_VIEW + "$refresh: {pin: true}\n", 2);
    Table orders = shop.orders();
    long seen = orders.currentSnapshot().snapshotId();
    long old = orders.currentSnapshot().parentId();
    orders
        .manageSnapshots()
        .createTag("bergview-" + view().uuid() + "-" + old, old)
        .createTag("mine", old)
        .commit();
    vacuum(NOW);
    assertThat(shop.orders().refs()).containsOnlyKeys("main", "mine", "bergview-" + view().uuid());
  }

  @Test
  void vacuumContinuesWithTheOtherViewsAfterAFailure() throws IOException {
    refreshed(SmallShop.ORDER_VIEW, 4);
    project.define("StatusTotals", SmallShop.STATUS_TOTALS);
    project.refresh("StatusTotals");
    project.createNamespace("other");
    view().updateProperties().set("bergview.definition", "{\"format\": 99}").commit();
    MaintenanceOutcome<VacuumResult> outcome =
        project.maintenance(LATER).vacuum(MaintenanceRequest.ofAll());
    assertThat(outcome.done()).extracting(VacuumResult::view).containsExactly("StatusTotals");
    assertThat(outcome.failures())
        .singleElement()
        .extracting(failure -> failure.error())
        .isInstanceOf(BergviewException.class);
    assertThat(outcome.done().get(0).remarks()).anyMatch(remark -> remark.contains("OrderView"));
  }
}
