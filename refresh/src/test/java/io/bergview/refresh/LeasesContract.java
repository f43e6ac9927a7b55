package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.SourceLease;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.pin.SourceLeases;
import io.bergview.refresh.run.Refresher;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases on source snapshots, in a kind of catalog. */
abstract class LeasesContract {
  private static final String VIEW = "OrderView";
  private static final String LEASED = SmallShop.ORDER_VIEW + "$refresh: {pin: 2d}\n";

  @TempDir private Path folder;
  private TestProject project;
  private SmallShop shop;

  /** The text of {@code bergview.yaml}. */
  abstract String settings();

  @BeforeEach
  void open() {
    project = TestProject.create(folder, settings());
    shop = SmallShop.filled(project);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private static void expireAllButTheNewest(Table table) {
    table
        .expireSnapshots()
        .expireOlderThan(System.currentTimeMillis() + 60_000)
        .retainLast(1)
        .commit();
  }

  private Map<String, SnapshotRef> tags(Table table) {
    Map<String, SnapshotRef> tags = new TreeMap<>(table.refs());
    tags.values().removeIf(ref -> !ref.isTag());
    return tags;
  }

  private String tag(String view) {
    return "bergview-" + project.tableOf(view).uuid();
  }

  private void assertLeaseFollowsTheLineage(String view) {
    assertThat(tags(shop.orders())).containsKey(tag(view));
    assertThat(tags(shop.orders()).get(tag(view)).snapshotId())
        .isEqualTo(project.state(view).sources().get(0).lineageSnapshotId());
  }

  @Test
  void expiryByOthersLeavesTheNextRefreshIncrementalWithALease() {
    project.define(VIEW, LEASED);
    project.define("Unleased", SmallShop.ORDER_VIEW);
    project.refresh(VIEW);
    project.refresh("Unleased");
    shop.addOrder(20);
    shop.addOrder(21);
    expireAllButTheNewest(shop.orders());
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.APPEND);
    assertLeaseFollowsTheLineage(VIEW);
    assertThat(project.rows(VIEW)).hasSizeGreaterThan(2);
  }

  @Test
  void expiryByOthersMakesTheNextRefreshFullWithoutALease() {
    project.define(VIEW, SmallShop.ORDER_VIEW);
    project.refresh(VIEW);
    shop.addOrder(20);
    shop.addOrder(21);
    expireAllButTheNewest(shop.orders());
    RefreshResult full = project.refresh(VIEW);
    assertThat(full.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(full.reason()).isEqualTo("SOURCE_SNAPSHOT_EXPIRED");
    List<?> rows = project.contents(VIEW);
    project.define("Leased", LEASED);
    project.refresh("Leased");
    assertThat(project.contents("Leased"))
        .containsExactlyInAnyOrderElementsOf(List.copyOf(project.contents(VIEW)));
    assertThat(rows).isNotEmpty();
  }

  @Test
  void anOldSnapshotIsHeldAsLongAsAYoungOne() {
    project.define(VIEW, SmallShop.ORDER_VIEW + "$refresh: {pin: 1m}\n");
    project.refresh(VIEW);
    SourceLease lease = lease();
    Instant now = Instant.now();
    assertThat(lease.until()).isBetween(now.plusSeconds(30), now.plusSeconds(61));
    ProjectContext later =
        project.context().withClock(Clock.offset(Clock.systemUTC(), Duration.ofHours(3)));
    new Refresher(later, RefreshProgress.SILENT).refresh(RefreshRequest.of(VIEW));
    assertThat(lease().until())
        .isBetween(
            now.plus(Duration.ofHours(3)), Instant.now().plus(Duration.ofHours(3)).plusSeconds(61));
  }

  private SourceLease lease() {
    return project.state(VIEW).leases().get(0);
  }

  @Test
  void aTagIsNoChangeOfTheSource() {
    project.define(VIEW, LEASED);
    project.define("Other", LEASED);
    project.refresh(VIEW);
    project.refresh("Other");
    assertThat(tags(shop.orders())).containsOnlyKeys(tag(VIEW), tag("Other"));
    assertThat(project.state(VIEW).state().label()).isEqualTo("fresh");
    RefreshResult skipped = project.refresh(VIEW);
    assertThat(skipped.kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(skipped.reason()).isEqualTo("UP_TO_DATE");
  }

  @Test
  void aLeaseThatAKilledProcessLeftBehindIsMendedByARefreshWithNothingElseToDo() {
    project.define(VIEW, LEASED);
    project.refresh(VIEW);
    Table orders = shop.orders();
    long old = orders.currentSnapshot().snapshotId();
    shop.addOrder(20);
    project.refresh(VIEW);
    shop.orders().manageSnapshots().replaceTag(tag(VIEW), old).commit();
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.SKIP);
    assertLeaseFollowsTheLineage(VIEW);
    shop.orders().manageSnapshots().removeTag(tag(VIEW)).commit();
    SourceLeases.renewAll(project.context());
    assertLeaseFollowsTheLineage(VIEW);
  }

  @Test
  void leasesInOrderAreNotWrittenAgain() {
    project.define(VIEW, LEASED);
    project.refresh(VIEW);
    int versions = history(shop.orders());
    project.refresh(VIEW);
    SourceLeases.renewAll(project.context());
    project.maintenance(Duration.ZERO).vacuum(MaintenanceRequest.of(VIEW));
    assertThat(history(shop.orders())).isEqualTo(versions);
    project.maintenance(Duration.ofHours(30)).vacuum(MaintenanceRequest.of(VIEW));
    assertThat(history(shop.orders())).isEqualTo(versions + 1);
  }

  private static int history(Table table) {
    return ((HasTableOperations) table).operations().current().previousFiles().size();
  }

  @Test
  void theTableOfAnUpstreamViewIsHeldToo() {
    project.define(VIEW, SmallShop.ORDER_VIEW);
    project.define("Over", "$from: OrderView\n$select: [order_id, total]\n$refresh: {pin: true}\n");
    project.refresh(VIEW);
    project.refresh("Over");
    assertThat(tags(project.tableOf(VIEW))).containsOnlyKeys(tag("Over"));
    assertThat(tags(shop.orders())).isEmpty();
    shop.addOrder(20);
    project.refresh(VIEW);
    expireAllButTheNewest(project.tableOf(VIEW));
    assertThat(project.refresh("Over").kind()).isEqualTo(RefreshKind.APPEND);
  }

  @Test
  void aSourceThatIsTakenAwayFromTheViewIsLetGo() {
    project.define(VIEW, LEASED);
    project.refresh(VIEW);
    assertThat(tags(shop.customers())).containsOnlyKeys(tag(VIEW));
    project.define(VIEW, "$from: Order\n$refresh: {pin: 2d}\n");
    assertThat(tags(shop.customers())).isEmpty();
    project.refresh(VIEW);
    assertThat(tags(shop.customers())).isEmpty();
    assertLeaseFollowsTheLineage(VIEW);
  }

  @Test
  void manyViewsOfOneSourceTakeTheirLeasesAtOnce() throws Exception {
    List<String> views = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      views.add("Race" + i);
      project.define("Race" + i, LEASED);
    }
    ExecutorService threads = Executors.newFixedThreadPool(5);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (String view : views) {
        running.add(threads.submit(() -> project.refresh(view)));
      }
      running.add(
          threads.submit(
              () -> {
                for (int i = 30; i < 34; i++) {
                  shop.addOrder(i);
                }
              }));
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(tags(shop.orders())).hasSize(views.size());
    views.forEach(this::assertLeaseFollowsTheLineage);
  }
}
