package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.LiveRows;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Threads and processes that refresh one view at once, and processes that are killed. Whatever they
 * do, every snapshot of the view is exactly what its lineage says.
 */
abstract class ConcurrentRefreshContract {
  private static final String VIEW = "OrderView";
  private static final int KILLS = 5;
  private static final long SEED = 20261121;

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

  private static List<Object> ids(List<Record> rows) {
    return rows.stream().map(row -> row.getField("order_id")).toList();
  }

  private void assertEverySnapshotIsWhatItsLineageSays() {
    Table table = project.tableOf(VIEW);
    for (Snapshot snapshot : table.snapshots()) {
      Lineage lineage = Lineage.carriedBy(snapshot.summary()).orElseThrow();
      long orders =
          lineage.sources().stream()
              .filter(source -> source.table().name().equals("orders"))
              .findFirst()
              .orElseThrow()
              .snapshotId();
      assertThat(ids(LiveRows.at(table, snapshot.snapshotId())))
          .containsExactlyInAnyOrderElementsOf(ids(LiveRows.at(shop.orders(), orders)));
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
    assertEverySnapshotIsWhatItsLineageSays();
  }

  private void refreshManyTimes(int times) {
    for (int i = 0; i < times; i++) {
      RefreshOutcome outcome = project.refresh(RefreshRequest.of(VIEW).fully());
      assertThat(outcome.failures())
          .allMatch(failure -> failure.error().code() == ErrorCode.COMMIT_CONFLICT);
    }
  }

  @Test
  void processesAtOnceNeitherRepeatNorLoseARow() throws Exception {
    try (RefreshProcess one = RefreshProcess.start(folder, VIEW, 6);
        RefreshProcess other = RefreshProcess.start(folder, VIEW, 6)) {
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
    assertEverySnapshotIsWhatItsLineageSays();
  }

  @Test
  void killedProcessesLeaveTheViewAsBeforeOrAsAfter() throws Exception {
    project.refresh(VIEW);
    Random random = new Random(SEED);
    int rows = 5;
    RefreshProcess next = RefreshProcess.start(folder, VIEW, Integer.MAX_VALUE);
    try {
      for (int kill = 1; kill <= KILLS; kill++) {
        RefreshProcess victim = next;
        victim.awaitReady();
        next = RefreshProcess.start(folder, VIEW, Integer.MAX_VALUE);
        shop.addOrder(100 + kill);
        victim.begin();
        Thread.sleep(random.nextInt(500));
        victim.kill();
        assertThat(project.rows(VIEW)).hasSizeBetween(rows, rows + 1);
        assertEverySnapshotIsWhatItsLineageSays();
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
