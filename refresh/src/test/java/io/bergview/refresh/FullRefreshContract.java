package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.catalog.lineage.UsedColumn;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a full refresh does on each kind of catalog. */
abstract class FullRefreshContract {
  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  /** The text of {@code bergview.yaml} for a folder whose catalog is empty. */
  abstract String projectText(Path project);

  @BeforeEach
  void open() {
    project = TestProject.create(folder, projectText(folder));
    shop = SmallShop.filled(project);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void defineBoth() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.define("StatusTotals", SmallShop.STATUS_TOTALS);
  }

  @Test
  void firstRefreshComputesTheRowsOfTheSources() {
    defineBoth();
    RefreshOutcome outcome = project.refresh(RefreshRequest.ofAll());
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.done())
        .extracting(RefreshResult::view, RefreshResult::kind, RefreshResult::reason)
        .containsExactlyInAnyOrder(
            Tuple.tuple("OrderView", RefreshKind.FULL, "FIRST_REFRESH"),
            Tuple.tuple("StatusTotals", RefreshKind.FULL, "FIRST_REFRESH"));
    shop.assertOrderViewIsRight();
    shop.assertStatusTotalsAreRight();
    assertThat(project.state("OrderView").state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void lineageIsInTheSnapshotThatHoldsTheRows() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    RefreshResult result = project.refresh("OrderView");
    Snapshot made = Objects.requireNonNull(project.tableOf("OrderView").currentSnapshot());
    assertThat(made.snapshotId()).isEqualTo(result.snapshotId());
    Lineage lineage = Lineage.carriedBy(made.summary()).orElseThrow();
    assertThat(lineage.definitionVersion()).isEqualTo(1);
    assertThat(lineage.sources())
        .extracting(
            source -> source.table().name(), SourceSnapshot::snapshotId, SourceSnapshot::uuid)
        .containsExactlyInAnyOrder(
            Tuple.tuple(
                "orders",
                shop.orders().currentSnapshot().snapshotId(),
                shop.orders().uuid().toString()),
            Tuple.tuple(
                "customers",
                shop.customers().currentSnapshot().snapshotId(),
                shop.customers().uuid().toString()));
    assertThat(lineage.sources()).allMatch(SourceSnapshot::direct);
    SourceSnapshot customers =
        lineage.sources().stream()
            .filter(source -> source.table().name().equals("customers"))
            .findFirst()
            .orElseThrow();
    assertThat(customers.columns())
        .containsEntry("name", new UsedColumn(2, "string"))
        .containsEntry("address.zip", new UsedColumn(5, "int"));
  }

  @Test
  void mirrorPropertySaysWhatTheSnapshotSays() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    shop.addOrder(20);
    project.refresh("OrderView");
    Table table = project.tableOf("OrderView");
    assertThat(table.properties())
        .containsEntry(LineageLookup.MIRROR_PROPERTY, Lineage.mirrorOf(table.currentSnapshot()));
  }

  @Test
  void snapshotRecordsWhatTheRefreshDid() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    shop.addOrder(20);
    RefreshResult result = project.refresh("OrderView");
    assertThat(result.rowsAdded()).isEqualTo(1);
    assertThat(result.rowsRemoved()).isEqualTo(0);
    Snapshot made = project.tableOf("OrderView").currentSnapshot();
    RefreshRecord record = RefreshRecord.of(made.summary()).orElseThrow();
    assertThat(record.kind()).isEqualTo("append");
    assertThat(record.reason()).isEqualTo("SOURCE_CHANGED");
    assertThat(record.message()).contains("shop.orders").contains("1 change");
    assertThat(record.definitionVersion()).isEqualTo(1);
    assertThat(record.rowsAdded()).isEqualTo(1);
    assertThat(record.rowsRemoved()).isEqualTo(0);
    long files =
        project.dataFiles("OrderView").stream().filter(f -> f.contains(record.refreshId())).count();
    assertThat(files).as("files named for the refresh").isEqualTo(1);
    assertThat(record.bytesWritten())
        .isEqualTo(Long.parseLong(made.summary().get("added-files-size")));
    assertThat(made.summary()).containsKeys(SummaryKeys.DURATION_MILLIS, SummaryKeys.REFRESH_ID);
  }

  @Test
  void readerOfTheOldSnapshotStillSeesTheOldRows() throws Exception {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    long first = project.refresh("OrderView").snapshotId();
    List<Map<String, Object>> before = List.copyOf(project.contents("OrderView"));
    try (CloseableIterable<Record> open =
        IcebergGenerics.read(project.tableOf("OrderView")).build()) {
      CopyOnWrite.delete(shop.orders(), Expressions.equal("status", "paid"));
      project.refresh("OrderView");
      assertThat(open).hasSize(5);
    }
    assertThat(project.contentsAt("OrderView", first)).hasSameElementsAs(before).hasSize(5);
    assertThat(project.contents("OrderView")).hasSize(3);
    shop.assertOrderViewIsRight();
  }

  @Test
  void tablesWithoutSnapshotsGiveASnapshotWithoutRows() {
    Path empty = folder.resolve("empty");
    try (TestProject other = TestProject.create(empty, projectText(empty))) {
      SmallShop nothing = SmallShop.empty(other);
      other.define("OrderView", SmallShop.ORDER_VIEW);
      other.define("StatusTotals", SmallShop.STATUS_TOTALS);
      other.define("Total", "$from: Order\n$groupBy: []\n$compute: {orders: {$count: '*'}}\n");
      assertThat(other.refresh(RefreshRequest.ofAll()).failures()).isEmpty();
      assertThat(other.rows("OrderView")).isEmpty();
      assertThat(other.rows("StatusTotals")).isEmpty();
      assertThat(other.contents("Total")).containsExactly(Map.of("orders", 0L));
      assertThat(other.tableOf("OrderView").currentSnapshot()).isNotNull();
      assertThat(other.lineageOf("OrderView").lineage().sources())
          .hasSize(2)
          .allMatch(source -> source.snapshotId() == SourceSnapshot.NONE);
      assertThat(other.refresh("OrderView").kind()).isEqualTo(RefreshKind.SKIP);
      nothing.addOrder(1);
      assertThat(other.refresh("OrderView").kind()).isEqualTo(RefreshKind.APPEND);
      nothing.assertOrderViewIsRight();
    }
  }

  @Test
  void viewThatLosesAllRowsIsEmptyAndFresh() {
    defineBoth();
    project.refresh(RefreshRequest.ofAll());
    shop.orders().newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
    project.refresh(RefreshRequest.ofAll());
    assertThat(project.rows("OrderView")).isEmpty();
    assertThat(project.rows("StatusTotals")).isEmpty();
    assertThat(project.state("StatusTotals").reason()).isEqualTo(Reason.UP_TO_DATE);
  }

  @Test
  void secondRefreshOfAFreshViewDoesNothing() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    RefreshResult first = project.refresh("OrderView");
    RefreshResult second = project.refresh("OrderView");
    assertThat(second.kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(second.reason()).isEqualTo("UP_TO_DATE");
    assertThat(second.snapshotId()).isEqualTo(first.snapshotId());
    assertThat(project.tableOf("OrderView").snapshots()).hasSize(1);
  }

  @Test
  void compactionOfASourceKeepsTheViewFresh() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    assertThat(Compaction.rewrite(shop.orders())).isPositive();
    assertThat(project.refresh("OrderView").kind()).isEqualTo(RefreshKind.SKIP);
    shop.addOrder(20);
    assertThat(project.refresh("OrderView").reason()).isEqualTo("SOURCE_CHANGED");
    shop.assertOrderViewIsRight();
  }

  @Test
  void everyKindOfChangeOfASourceIsSeen() {
    defineBoth();
    project.refresh(RefreshRequest.ofAll());
    shop.addOrder(20);
    refreshAndCompare();
    CopyOnWrite.update(
        shop.orders(),
        Expressions.equal("order_id", 10L),
        row -> {
          row.setField("status", "open");
          return row;
        });
    refreshAndCompare();
    RowDeletes.byPosition(shop.orders(), Expressions.equal("order_id", 11L));
    refreshAndCompare();
    RowDeletes.byEquality(shop.orders(), Expressions.equal("status", "paid"), "order_id");
    refreshAndCompare();
    RowDeletes.upsert(shop.orders(), List.of(shop.order(14, 2L, "paid", "1.00", 1)), "order_id");
    refreshAndCompare();
  }

  private void refreshAndCompare() {
    assertThat(project.state("OrderView").reason()).isEqualTo(Reason.SOURCE_CHANGED);
    RefreshOutcome outcome = project.refresh(RefreshRequest.ofAll());
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.done())
        .noneMatch(result -> result.kind() == RefreshKind.FULL)
        .allMatch(result -> result.reason().equals("SOURCE_CHANGED"));
    shop.assertOrderViewIsRight();
    shop.assertStatusTotalsAreRight();
    assertThat(project.state("OrderView").state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void fullRefreshOfAFreshViewRecomputesAsRequested() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    long first = project.refresh("OrderView").snapshotId();
    RefreshResult second = project.refreshFully("OrderView");
    assertThat(second.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(second.reason()).isEqualTo("REQUESTED");
    assertThat(second.snapshotId()).isNotEqualTo(first);
    shop.assertOrderViewIsRight();
  }

  @Test
  void dryRunSaysWhatWouldBeDoneAndDoesNothing() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    RefreshRequest dry = RefreshRequest.of("OrderView").dry();
    RefreshResult before = project.refresh(dry).done().get(0);
    assertThat(before.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(before.reason()).isEqualTo("FIRST_REFRESH");
    assertThat(before.snapshotId()).isEqualTo(-1);
    assertThat(project.tableOf("OrderView").currentSnapshot()).isNull();
    assertThat(project.dataFiles("OrderView")).isEmpty();
    long made = project.refresh("OrderView").snapshotId();
    shop.addOrder(20);
    RefreshResult after = project.refresh(dry).done().get(0);
    assertThat(after.reason()).isEqualTo("SOURCE_CHANGED");
    assertThat(after.snapshotId()).isEqualTo(made);
    assertThat(project.tableOf("OrderView").currentSnapshot().snapshotId()).isEqualTo(made);
    assertThat(project.rows("OrderView")).hasSize(5);
  }

  @Test
  void foreignRowsAreRefusedUntilAFullRefreshReplacesThem() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    RowFiles.append(project.tableOf("OrderView"), List.of(project.rows("OrderView").get(0)));
    BergviewException failure = project.failure("OrderView");
    assertThat(failure.code()).isEqualTo(ErrorCode.FOREIGN_WRITES);
    assertThat(failure.code().exitCode()).isEqualTo(ErrorCode.ExitCode.REFUSED);
    assertThat(failure).hasMessageContaining("--full");
    assertThat(project.rows("OrderView")).hasSize(6);
    RefreshResult replaced = project.refreshFully("OrderView");
    assertThat(replaced.reason()).isEqualTo("FOREIGN_WRITES");
    assertThat(replaced.rowsRemoved()).isEqualTo(6);
    shop.assertOrderViewIsRight();
    assertThat(project.refresh("OrderView").kind()).isEqualTo(RefreshKind.SKIP);
  }

  @Test
  void foreignDeletesAreRefusedToo() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    RowDeletes.byPosition(project.tableOf("OrderView"), Expressions.equal("order_id", 10L));
    assertThat(project.failure("OrderView").code()).isEqualTo(ErrorCode.FOREIGN_WRITES);
    RefreshResult replaced = project.refreshFully("OrderView");
    assertThat(replaced.rowsRemoved()).as("rows that were still there").isEqualTo(4);
    shop.assertOrderViewIsRight();
  }

  @Test
  void compactionOfTheViewByOthersChangesNothing() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    Compaction.rewrite(project.tableOf("OrderView"));
    assertThat(project.tableOf("OrderView").currentSnapshot().operation())
        .isEqualTo(DataOperations.REPLACE);
    assertThat(project.refresh("OrderView").kind()).isEqualTo(RefreshKind.SKIP);
    shop.addOrder(20);
    project.refresh("OrderView");
    shop.assertOrderViewIsRight();
  }

  @Test
  void droppedSourceFailsTheRefreshAndTheViewKeepsItsRows() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    long made = project.refresh("OrderView").snapshotId();
    project.catalog().dropTable(TableIdentifier.of("shop", "customers"), false);
    for (RefreshRequest request :
        List.of(RefreshRequest.of("OrderView"), RefreshRequest.of("OrderView").fully())) {
      BergviewException failure = project.failure(request, RefreshProgress.SILENT);
      assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
      assertThat(failure).hasMessageContaining("shop.customers");
    }
    assertThat(project.tableOf("OrderView").currentSnapshot().snapshotId()).isEqualTo(made);
    assertThat(project.rows("OrderView")).hasSize(5);
  }

  @Test
  void recreatedSourceIsReadInFull() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    TableIdentifier orders = TableIdentifier.of("shop", "orders");
    project.catalog().dropTable(orders, true);
    project.catalog().createTable(orders, SmallShop.ORDERS);
    shop.addOrder(77);
    RefreshResult result = project.refresh("OrderView");
    assertThat(result.reason()).isEqualTo("SOURCE_RECREATED");
    assertThat(project.rows("OrderView")).hasSize(1);
    shop.assertOrderViewIsRight();
  }

  @Test
  void rolledBackSourceIsFollowed() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    long before = shop.orders().currentSnapshot().snapshotId();
    shop.addOrder(20);
    project.refresh("OrderView");
    assertThat(project.rows("OrderView")).hasSize(6);
    shop.orders().manageSnapshots().rollbackTo(before).commit();
    assertThat(project.refresh("OrderView").reason()).isEqualTo("SOURCE_ROLLED_BACK");
    assertThat(project.rows("OrderView")).hasSize(5);
    shop.assertOrderViewIsRight();
  }

  @Test
  void expiredSourceSnapshotMeansAFullRefreshWithThatReason() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    long seen = shop.orders().currentSnapshot().snapshotId();
    shop.addOrder(20);
    shop.addOrder(21);
    shop.orders().expireSnapshots().expireSnapshotId(seen).cleanExpiredFiles(false).commit();
    assertThat(project.refresh("OrderView").reason()).isEqualTo("SOURCE_SNAPSHOT_EXPIRED");
    shop.assertOrderViewIsRight();
  }

  @Test
  void sourceReplacedByOneWithOtherColumnsIsRefusedAndNothingIsLost() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    long made = project.refresh("OrderView").snapshotId();
    Schema other =
        new Schema(
            Types.NestedField.required(1, "order_id", Types.LongType.get()),
            Types.NestedField.optional(2, "customer_id", Types.LongType.get()),
            Types.NestedField.optional(3, "state", Types.StringType.get()));
    project
        .catalog()
        .buildTable(TableIdentifier.of("shop", "orders"), other)
        .createOrReplaceTransaction()
        .commitTransaction();
    assertThat(project.state("OrderView").reason()).isEqualTo(Reason.SOURCE_SCHEMA_CHANGED);
    BergviewException failure = project.failure("OrderView");
    assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED);
    assertThat(project.tableOf("OrderView").currentSnapshot().snapshotId()).isEqualTo(made);
    assertThat(project.rows("OrderView")).hasSize(5);
  }

  @Test
  void replacedSourceWithTheSameColumnsIsReadInFull() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    project
        .catalog()
        .buildTable(TableIdentifier.of("shop", "orders"), SmallShop.ORDERS)
        .createOrReplaceTransaction()
        .commitTransaction();
    shop.addOrder(5);
    RefreshResult result = project.refresh("OrderView");
    assertThat(result.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(project.rows("OrderView")).hasSize(1);
    shop.assertOrderViewIsRight();
  }

  @Test
  void oneViewsFailureDoesNotKeepOthersFromBeingRefreshed() {
    defineBoth();
    project.catalog().dropTable(TableIdentifier.of("shop", "customers"), false);
    RefreshOutcome outcome = project.refresh(RefreshRequest.ofAll());
    assertThat(outcome.failures())
        .extracting(RefreshOutcome.Failure::view)
        .containsExactly("OrderView");
    assertThat(outcome.done()).extracting(RefreshResult::view).containsExactly("StatusTotals");
    shop.assertStatusTotalsAreRight();
  }
}
