package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.history.ViewEvent;
import io.bergview.history.ViewHistory;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that say {@code replace} and have other rows than the one before. */
@Tag("contract")
class FalseCompactionTest {
  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.define("StatusTotals", SmallShop.STATUS_TOTALS);
    refresh();
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void refresh() {
    project.refresh("OrderView");
    project.refresh("StatusTotals");
  }

  private void assertFollowed() {
    for (String view : List.of("OrderView", "StatusTotals")) {
      assertThat(project.state(view).reason()).isEqualTo(Reason.SOURCE_CHANGED);
      assertThat(project.refresh(view).kind()).isIn(RefreshKind.APPEND, RefreshKind.MERGE);
      assertThat(project.verify(view).equal()).isTrue();
      assertThat(project.state(view).state()).isEqualTo(Freshness.FRESH);
    }
    shop.assertOrderViewIsRight();
    shop.assertStatusTotalsAreRight();
  }

  private static UnaryOperator<List<Record>> without(long order) {
    return rows -> rows.stream().filter(row -> !row.getField("order_id").equals(order)).toList();
  }

  /** All files as one, as if no delete file were there. */
  private static void forgetDeletes(Table table) {
    List<FileScanTask> tasks = plan(table);
    Set<DeleteFile> deletes =
        tasks.stream().flatMap(task -> task.deletes().stream()).collect(Collectors.toSet());
    List<Record> rows = LiveRows.at(table, table.currentSnapshot().parentId());
    replace(table, tasks, deletes, rows);
  }

  private static List<FileScanTask> plan(Table table) {
    List<FileScanTask> tasks = new java.util.ArrayList<>();
    table.newScan().planFiles().forEach(tasks::add);
    return tasks;
  }

  private static void replace(
      Table table, List<FileScanTask> tasks, Set<DeleteFile> deletes, List<Record> rows) {
    List<DataFile> files = RowFiles.write(table, FileFormat.PARQUET, 0, rows);
    table
        .newRewrite()
        .validateFromSnapshot(table.currentSnapshot().snapshotId())
        .rewriteFiles(
            tasks.stream().map(FileScanTask::file).collect(Collectors.toSet()),
            deletes,
            Set.copyOf(files),
            Set.of())
        .commit();
  }

  @Test
  void rowsThatItLosesAreFollowed() {
    Compaction.falsify(shop.orders(), without(10));
    assertFollowed();
  }

  @Test
  void rowsThatItLosesBetweenOtherChangesAreFollowed() {
    shop.addOrder(20);
    Compaction.falsify(shop.orders(), without(11));
    Compaction.rewrite(shop.orders());
    shop.addOrder(21);
    assertFollowed();
  }

  @Test
  void deletesThatItForgetsAreFollowed() {
    RowDeletes.byPosition(shop.orders(), Expressions.equal("order_id", 10L));
    refresh();
    forgetDeletes(shop.orders());
    assertThat(LiveRows.of(shop.orders())).hasSize(5);
    assertFollowed();
  }

  @Test
  void deletionVectorsThatItForgetsAreFollowed() {
    shop.orders().updateProperties().set("format-version", "3").commit();
    RowDeletes.byVector(shop.orders(), Expressions.equal("order_id", 10L));
    refresh();
    forgetDeletes(shop.orders());
    assertFollowed();
  }

  @Test
  void rollingItBackIsFollowedToo() {
    long before = shop.orders().currentSnapshot().snapshotId();
    Compaction.falsify(shop.orders(), without(10));
    refresh();
    shop.orders().manageSnapshots().rollbackTo(before).commit();
    assertThat(project.state("OrderView").reason()).isEqualTo(Reason.SOURCE_ROLLED_BACK);
    refresh();
    shop.assertOrderViewIsRight();
    shop.assertStatusTotalsAreRight();
  }

  @Test
  void foldedDeletesOfEveryFormAreNoChange() {
    RowDeletes.byPosition(shop.orders(), Expressions.equal("order_id", 10L));
    shop.addOrders(shop.order(20, 1L, "paid", "1.00", 1), shop.order(21, 2L, "open", "2.00", 1));
    RowDeletes.byPositionInPartition(shop.orders(), Expressions.in("order_id", 11L, 20L));
    RowDeletes.byEquality(shop.orders(), Expressions.equal("order_id", 12L), "order_id");
    refresh();
    Compaction.rewrite(shop.orders());
    assertThat(project.state("OrderView").reason()).isEqualTo(Reason.UP_TO_DATE);
    assertThat(project.refresh("OrderView").reason()).isEqualTo("ONLY_COMPACTION");
    shop.assertOrderViewIsRight();
  }

  @Test
  void aViewWhoseOwnTableLostRowsSoIsInvalid() {
    Table view = project.tableOf("OrderView");
    List<Record> rows = LiveRows.of(view);
    replace(view, plan(view), Set.of(), rows.subList(1, rows.size()));
    assertThat(project.state("OrderView").reason()).isEqualTo(Reason.FOREIGN_WRITES);
    assertThat(project.state("OrderView").message()).contains("replace", "not as many rows");
    assertThat(project.failure("OrderView").code()).isEqualTo(ErrorCode.FOREIGN_WRITES);
    assertThat(ViewHistory.of(project.tableOf("OrderView"), 1))
        .extracting(ViewEvent::what)
        .containsExactly(ViewEvent.EventKind.FOREIGN);
    project.refreshFully("OrderView");
    shop.assertOrderViewIsRight();
  }

  @Test
  void aViewOverAViewThatLostRowsSoIsStale() {
    project.write("types/over.yaml", "$type: Row\n$table: shop_views.order_view\n$id: order_id\n");
    project.define("Over", "$from: OrderView\n$select: [order_id, status]\n");
    project.refresh("Over");
    Compaction.falsify(project.tableOf("OrderView"), without(10));
    assertThat(project.state("Over").reason()).isEqualTo(Reason.SOURCE_CHANGED);
    project.refresh("Over");
    assertThat(project.contents("Over"))
        .extracting(row -> row.get("order_id"))
        .containsExactlyInAnyOrder(11L, 12L, 13L, 14L);
  }
}
