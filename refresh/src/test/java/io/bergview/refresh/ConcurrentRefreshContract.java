package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowDeletes;
import io.bergview.refresh.RefreshProcess.Way;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Threads and processes that refresh one view at once, in full or following changes, and processes
 * that are killed. Whatever they do, every snapshot of the view is exactly what its lineage says.
 */
abstract class ConcurrentRefreshContract {
  private static final String VIEW = "OrderView";
  private static final String FOLLOWED = "FollowedView";
  private static final int KILLS = 5;
  private static final long SEED = 20261121;

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  abstract String projectText();

  /** How many processes follow changes at once, at most. */
  int followers() {
    return 4;
  }

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

  private void assertEverySnapshotIsWhatItsLineageSays(String view) {
    Table table = project.tableOf(view);
    for (Snapshot snapshot : table.snapshots()) {
      assertThat(project.contentsAt(view, snapshot.snapshotId()))
          .containsExactlyInAnyOrderElementsOf(
              shop.orderViewAt(SmallShop.lineageAt(table, snapshot)));
    }
  }

  @Test
  void threadsAtOnceNeitherRepeatNorLoseARow() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        running.add(threads.submit(() -> refreshManyTimes(8)));
      }
      for (int id = 100; id < 106; id++) {
        shop.addOrder(id);
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    project.refresh(VIEW);
    shop.assertOrderViewIsRight();
    assertEverySnapshotIsWhatItsLineageSays(VIEW);
  }

  private void refreshManyTimes(int times) {
    for (int i = 0; i < times; i++) {
      RefreshOutcome outcome = project.refresh(RefreshRequest.of(VIEW).fully());
      assertThat(outcome.failures())
          .allMatch(failure -> failure.error().code() == ErrorCode.COMMIT_CONFLICT);
    }
  }

  @Tag("long")
  @Test
  void processesAtOnceNeitherRepeatNorLoseARow() throws Exception {
    try (RefreshProcess one = RefreshProcess.start(folder, VIEW, Way.FULLY, 6);
        RefreshProcess other = RefreshProcess.start(folder, VIEW, Way.FULLY, 6)) {
      one.awaitReady();
      other.awaitReady();
      one.begin();
      other.begin();
      for (int id = 100; id < 104; id++) {
        shop.addOrder(id);
      }
      one.awaitDone();
      other.awaitDone();
    }
    project.refresh(VIEW);
    shop.assertOrderViewIsRight();
    assertThat(project.tableOf(VIEW).snapshots()).hasSizeGreaterThan(6);
    assertEverySnapshotIsWhatItsLineageSays(VIEW);
  }

  @Tag("long")
  @Test
  void processesThatFollowChangesAtOnceNeitherRepeatNorLoseARow() throws Exception {
    project.define(FOLLOWED, SmallShop.ORDER_VIEW + "$projection: both\n");
    project.refresh(FOLLOWED);
    List<RefreshProcess> processes = new ArrayList<>();
    try {
      for (int i = 0; i < followers(); i++) {
        processes.add(RefreshProcess.start(folder, FOLLOWED, Way.FOLLOWING, Integer.MAX_VALUE));
      }
      for (RefreshProcess process : processes) {
        process.awaitReady();
      }
      followAtOnce(processes.subList(0, 2), 200);
      if (followers() > 2) {
        followAtOnce(processes, 300);
      }
    } finally {
      for (RefreshProcess process : processes) {
        process.close();
      }
    }
    Table table = project.tableOf(FOLLOWED);
    assertThat(table.snapshots()).hasSizeGreaterThan(3);
    assertThat(table.snapshots())
        .filteredOn(snapshot -> snapshot.parentId() != null)
        .extracting(snapshot -> snapshot.summary().get(SummaryKeys.REFRESH_KIND))
        .containsOnly("append", "merge");
    assertEverySnapshotIsWhatItsLineageSays(FOLLOWED);
  }

  /** Two orders come, one of them changes, its customer too, and the other goes. */
  private void followAtOnce(List<RefreshProcess> processes, int firstId)
      throws IOException, InterruptedException {
    for (RefreshProcess process : processes) {
      process.begin();
    }
    for (int id = firstId; id < firstId + 4; id += 2) {
      String name = "renamed " + id;
      shop.addOrders(
          shop.order(id, 3L, "open", null, 1), shop.order(id + 1, 1L, "paid", "1.00", 2));
      CopyOnWrite.update(
          shop.orders(),
          Expressions.equal("order_id", (long) id),
          row -> with(row, "status", name));
      CopyOnWrite.update(
          shop.customers(), Expressions.equal("customer_id", 3L), row -> with(row, "name", name));
      RowDeletes.byPosition(shop.orders(), Expressions.equal("order_id", id + 1L));
      awaitFollowed();
    }
    for (RefreshProcess process : processes) {
      process.end();
    }
    for (RefreshProcess process : processes) {
      process.awaitDone();
    }
    assertThat(project.refresh(FOLLOWED).kind()).isEqualTo(RefreshKind.SKIP);
  }

  /** One of the processes has committed what happened so far. */
  private void awaitFollowed() throws InterruptedException {
    long orders = shop.orders().currentSnapshot().snapshotId();
    for (int tries = 0; tries < 6_000; tries++) {
      if (SmallShop.snapshotOf("orders", project.lineageOf(FOLLOWED).lineage()) == orders) {
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("the change of the orders is not followed");
  }

  private static Record with(Record row, String column, Object value) {
    row.setField(column, value);
    return row;
  }

  @Tag("long")
  @Test
  void killedProcessesLeaveTheViewAsBeforeOrAsAfter() throws Exception {
    project.refresh(VIEW);
    Random random = new Random(SEED);
    int rows = 5;
    RefreshProcess next = RefreshProcess.start(folder, VIEW, Way.FULLY, Integer.MAX_VALUE);
    try {
      for (int kill = 1; kill <= KILLS; kill++) {
        RefreshProcess victim = next;
        victim.awaitReady();
        next = RefreshProcess.start(folder, VIEW, Way.FULLY, Integer.MAX_VALUE);
        shop.addOrder(100 + kill);
        victim.begin();
        Thread.sleep(random.nextInt(500));
        victim.close();
        assertThat(project.rows(VIEW)).hasSizeBetween(rows, rows + 1);
        assertEverySnapshotIsWhatItsLineageSays(VIEW);
        project.refresh(VIEW);
        rows++;
        assertThat(project.rows(VIEW)).hasSize(rows);
        shop.assertOrderViewIsRight();
      }
    } finally {
      next.close();
    }
  }
}
