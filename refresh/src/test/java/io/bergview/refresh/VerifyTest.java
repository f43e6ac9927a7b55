package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Seeds;
import io.bergview.staleness.Reason;
import io.bergview.staleness.ViewState;
import io.bergview.verify.KeyDifference;
import io.bergview.verify.KeyDifference.DifferenceKind;
import io.bergview.verify.KeyDifference.Value;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Views that are not what they should be, in each format version and layout of their tables. */
@Tag("contract")
@Tag("seeded")
@ParameterizedClass(name = "format {0}, {1}")
@MethodSource("layouts")
class VerifyTest {
  private static final VerifyOptions REPAIR = VerifyOptions.defaults().repairing();

  /** In a build, one of each. */
  static Stream<Arguments> layouts() {
    return Stream.of(
            Arguments.of(2, "olap"),
            Arguments.of(3, "oltp"),
            Arguments.of(2, "oltp"),
            Arguments.of(3, "olap"))
        .limit(Seeds.many() ? 4 : 1);
  }

  @Parameter(0)
  int formatVersion;

  @Parameter(1)
  String projection;

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    define("OrderView", SmallShop.ORDER_VIEW);
    define("StatusTotals", SmallShop.STATUS_TOTALS);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void define(String view, String text) {
    project.define(view, "$projection: " + projection + "\n" + text);
    project
        .tableOf(view)
        .updateProperties()
        .set(TableProperties.FORMAT_VERSION, Integer.toString(formatVersion))
        .commit();
  }

  private void refresh() {
    assertThat(project.refresh(RefreshRequest.ofAll()).failures()).isEmpty();
  }

  /** Rewrites a view's table as compaction does, but with other rows. */
  private void falsify(String view, UnaryOperator<List<Record>> change) {
    Compaction.falsify(project.tableOf(view), change);
    assertThat(LineageLookup.of(project.tableOf(view)))
        .isInstanceOf(LineageLookup.RecordedLineage.class);
  }

  /** Replaces a view's rows as a refresh does that goes wrong, with the lineage that it has. */
  private void spoil(String view, UnaryOperator<List<Record>> change) {
    Table table = project.tableOf(view);
    OverwriteFiles overwrite = table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
    RowFiles.write(table, FileFormat.PARQUET, 0, change.apply(project.rows(view)))
        .forEach(overwrite::addFile);
    project.lineageOf(view).lineage().toSummary("lake", "lake").forEach(overwrite::set);
    overwrite.commit();
  }

  private void change(String view, String column, Object is, UnaryOperator<Record> change) {
    falsify(
        view,
        rows ->
            rows.stream()
                .map(row -> is.equals(row.getField(column)) ? change.apply(row.copy()) : row)
                .toList());
  }

  private static Record with(Record row, String column, Object value) {
    row.setField(column, value);
    return row;
  }

  private void assertClean(String view, long rows) {
    VerifyResult result = project.verify(view);
    assertThat(result.examples()).isEmpty();
    assertThat(result.equal()).isTrue();
    assertThat(result.rowsCompared()).isEqualTo(rows);
    assertThat(result.repaired()).isEmpty();
    assertThat(result.snapshotId()).isEqualTo(project.tableOf(view).currentSnapshot().snapshotId());
  }

  private void assertRepairs(String view, long rows) {
    ViewState before = project.state(view);
    VerifyResult.Repaired repaired = project.verify(view, REPAIR).repaired().orElseThrow();
    Snapshot made = project.tableOf(view).currentSnapshot();
    assertThat(repaired.snapshotId()).isEqualTo(made.snapshotId());
    assertThat(made.summary()).containsEntry("bergview.reason", "REPAIRED");
    ViewState after = project.state(view);
    assertThat(after.reason()).isEqualTo(before.reason());
    assertThat(after.lastRefresh()).isEqualTo(before.lastRefresh());
    assertThat(after.sources()).isEqualTo(before.sources());
    assertClean(view, rows);
  }

  private static List<Object> keys(VerifyResult result) {
    return result.examples().stream().map(example -> example.key().get(0).value()).toList();
  }

  private static List<Tuple> shown(List<Value> values) {
    return values.stream().map(value -> Tuple.tuple(value.column(), value.value())).toList();
  }

  @Test
  void viewsAreCleanAfterFullAndIncrementalRefreshes() {
    refresh();
    assertClean("OrderView", 5);
    assertClean("StatusTotals", 3);
    for (int round = 0; round < 3; round++) {
      shop.addOrder(20 + round);
      CopyOnWrite.delete(shop.orders(), Expressions.equal("order_id", 10 + round));
      int zip = round;
      CopyOnWrite.update(
          shop.customers(),
          Expressions.equal("customer_id", 1),
          row -> with(row, "name", "Ada " + zip));
      refresh();
      assertThat(project.lineageOf("OrderView").refresh().orElseThrow().kind()).isEqualTo("merge");
      assertClean("OrderView", 5);
      assertThat(project.verify("StatusTotals").equal()).isTrue();
    }
  }

  @Test
  void aViewIsComparedWithWhatItHasReadNotWithNow() {
    refresh();
    shop.addOrder(20);
    CopyOnWrite.delete(shop.orders(), Expressions.equal("order_id", 10));
    assertClean("OrderView", 5);
    assertClean("StatusTotals", 3);
    assertThat(project.state("OrderView").reason()).isEqualTo(Reason.SOURCE_CHANGED);
  }

  @Test
  void changedRowsAreFoundByKeyAndRepaired() {
    refresh();
    shop.addOrder(20);
    change("OrderView", "order_id", 11L, row -> with(row, "total", new BigDecimal("0.02")));
    long falsified = project.tableOf("OrderView").currentSnapshot().snapshotId();

    VerifyResult found = project.verify("OrderView");
    assertThat(found.different()).isEqualTo(1);
    assertThat(found.missing() + found.unexpected()).isZero();
    assertThat(found.equal()).isFalse();
    KeyDifference example = found.examples().get(0);
    assertThat(example.kind()).isEqualTo(DifferenceKind.DIFFERENT);
    assertThat(shown(example.key())).containsExactly(Tuple.tuple("order_id", 11L));
    assertThat(shown(example.inView()))
        .containsExactly(Tuple.tuple("total", new BigDecimal("0.02")));
    assertThat(shown(example.recomputed()))
        .containsExactly(Tuple.tuple("total", new BigDecimal("0.01")));
    assertThat(found.repaired()).isEmpty();
    assertThat(project.tableOf("OrderView").currentSnapshot().snapshotId())
        .as("nothing is written unasked")
        .isEqualTo(falsified);

    assertRepairs("OrderView", 5);
    project.refresh("OrderView");
    shop.assertOrderViewIsRight();
    assertClean("OrderView", 6);
  }

  @Test
  void aRepairWritesOnlyTheKeysThatDiffer() {
    refresh();
    change("OrderView", "order_id", 11L, row -> with(row, "status", "lost"));
    VerifyResult.Repaired repaired = project.verify("OrderView", REPAIR).repaired().orElseThrow();
    assertThat(repaired.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(repaired.rowsAdded()).isEqualTo(1);
    assertThat(repaired.rowsRemoved()).isEqualTo(1);
    shop.assertOrderViewIsRight();
    long done = project.tableOf("OrderView").currentSnapshot().snapshotId();
    assertThat(project.verify("OrderView", REPAIR).repaired()).isEmpty();
    assertThat(project.tableOf("OrderView").currentSnapshot().snapshotId()).isEqualTo(done);
  }

  @Test
  void missingUnexpectedAndDuplicatedRowsAreDistinguished() {
    refresh();
    spoil(
        "OrderView",
        rows -> {
          List<Record> others = new ArrayList<>();
          for (Record row : rows) {
            long id = (Long) row.getField("order_id");
            if (id == 10) {
              continue;
            }
            others.add(row);
            if (id == 12) {
              others.add(row);
            }
            if (id == 14) {
              others.add(with(row.copy(), "order_id", 77L));
            }
          }
          return others;
        });
    VerifyResult found = project.verify("OrderView");
    assertThat(found.examples())
        .extracting(KeyDifference::kind, example -> example.key().get(0).value())
        .containsExactly(
            Tuple.tuple(DifferenceKind.MISSING, 10L),
            Tuple.tuple(DifferenceKind.UNEXPECTED, 12L),
            Tuple.tuple(DifferenceKind.UNEXPECTED, 77L));
    assertThat(found.missing()).isEqualTo(1);
    assertThat(found.unexpected()).isEqualTo(2);
    assertThat(found.different()).isZero();
    assertThat(found.rowsCompared()).isEqualTo(5);
    assertThat(shown(found.examples().get(0).recomputed()))
        .contains(Tuple.tuple("order_id", 10L), Tuple.tuple("customer_name", "Ada"));
    assertThat(found.examples().get(0).inView()).isEmpty();
    assertThat(found.examples().get(2).recomputed()).isEmpty();
    assertThat(project.verify("OrderView", VerifyOptions.defaults().showing(1)).examples())
        .hasSize(1);
    assertRepairs("OrderView", 5);
    shop.assertOrderViewIsRight();
  }

  @Test
  void groupsWhoseHiddenStateAloneIsWrongAreFound() {
    refresh();
    change(
        "StatusTotals",
        "status",
        "paid",
        row -> {
          Record state = ((Record) row.getField("_state")).copy();
          Record of = ((Record) state.getField("of")).copy();
          Record revenue = ((Record) of.getField("revenue")).copy();
          return with(
              row, "_state", with(state, "of", with(of, "revenue", with(revenue, "n", 9L))));
        });
    VerifyResult found = project.verify("StatusTotals");
    assertThat(keys(found)).containsExactly("paid");
    assertThat(found.examples().get(0).inView())
        .extracting(Value::column)
        .containsExactly("_state");
    assertRepairs("StatusTotals", 3);
  }

  @Test
  void groupsThatVanishedAndTheGroupOfNullAreFound() {
    refresh();
    falsify(
        "StatusTotals",
        rows ->
            rows.stream()
                .filter(row -> !"open".equals(row.getField("status")))
                .map(row -> row.getField("status") == null ? with(row.copy(), "orders", 5L) : row)
                .toList());
    VerifyResult found = project.verify("StatusTotals");
    assertThat(found.examples())
        .extracting(KeyDifference::kind, example -> example.key().get(0).value())
        .containsExactly(
            Tuple.tuple(DifferenceKind.DIFFERENT, null),
            Tuple.tuple(DifferenceKind.MISSING, "open"));
    assertRepairs("StatusTotals", 3);
    shop.assertStatusTotalsAreRight();
  }

  @Test
  void aViewOverAViewIsComparedWithWhatThatHeldThen() {
    define(
        "PerCustomer",
        "$from: OrderView\n$groupBy: [customer_name]\n$compute: {n: {$count: '*'}}\n");
    refresh();
    assertClean("PerCustomer", 3);
    shop.addOrders(shop.order(20, 3L, "paid", "1.00", 1), shop.order(21, 1L, "paid", "1.00", 1));
    project.refresh("OrderView");
    assertClean("PerCustomer", 3);
    change("PerCustomer", "customer_name", "Ada", row -> with(row, "n", 3L));
    assertThat(keys(project.verify("PerCustomer")))
        .as("Ada has 3 orders by now")
        .containsExactly("Ada");
    assertRepairs("PerCustomer", 3);
  }

  @Test
  void aGrandTotalIsOneRow() {
    define("Total", "$from: Order\n$groupBy: []\n$compute: {n: {$sum: quantity}}\n");
    refresh();
    assertClean("Total", 1);
    spoil("Total", rows -> List.of(with(rows.get(0).copy(), "n", 1L), rows.get(0)));
    VerifyResult found = project.verify("Total", VerifyOptions.defaults().sample(1));
    assertThat(found.unexpected()).isEqualTo(1);
    assertThat(found.examples().get(0).key()).isEmpty();
    falsify("Total", rows -> List.of(with(rows.get(0).copy(), "n", 1L)));
    assertThat(project.verify("Total").different()).isEqualTo(1);
    assertRepairs("Total", 1);
  }

  @Test
  void aKeyThatTheViewDoesNotShowIsFoundInItsState() {
    define("Names", "$from: Order\n$expand: [customer]\n$select: [status, customer_name]\n");
    refresh();
    assertClean("Names", 5);
    falsify(
        "Names",
        rows ->
            rows.stream()
                .map(
                    row ->
                        "Bob".equals(row.getField("customer_name"))
                            ? with(row.copy(), "status", "lost")
                            : row)
                .toList());
    VerifyResult found = project.verify("Names");
    assertThat(shown(found.examples().get(0).key())).containsExactly(Tuple.tuple("order_id", 12L));
    assertRepairs("Names", 5);
  }

  @Test
  void rowsOfAViewWithoutKeyAreComparedAsWholesAndRepairedTogether() {
    project.write("types/bare.yaml", "$type: Bare\n$table: shop.orders\n");
    define("Statuses", "$from: Bare\n$select: [status]\n");
    refresh();
    assertClean("Statuses", 5);
    falsify(
        "Statuses",
        rows ->
            rows.stream()
                .map(
                    row ->
                        "paid".equals(row.getField("status"))
                            ? with(row.copy(), "status", "open")
                            : row)
                .toList());
    VerifyResult found = project.verify("Statuses");
    assertThat(found.missing()).isEqualTo(2);
    assertThat(found.unexpected()).isEqualTo(2);
    assertThat(found.examples()).hasSize(2).allSatisfy(e -> assertThat(e.key()).isEmpty());
    ViewState before = project.state("Statuses");
    VerifyResult.Repaired repaired = project.verify("Statuses", REPAIR).repaired().orElseThrow();
    assertThat(repaired.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(project.state("Statuses").lastRefresh()).isEqualTo(before.lastRefresh());
    assertClean("Statuses", 5);
  }

  @Test
  void aSampleSeesAShareOfTheKeysOnBothSides() {
    shop.addOrders(
        LongStream.range(1000, 1400)
            .mapToObj(id -> shop.order(id, 1L, "s" + id, "1.00", 1))
            .toArray(Record[]::new));
    refresh();
    VerifyOptions quarter = VerifyOptions.defaults().sample(25).showing(1000);
    for (String view : List.of("OrderView", "StatusTotals")) {
      VerifyResult clean = project.verify(view, quarter);
      assertThat(clean.equal()).isTrue();
      assertThat(clean.rowsCompared()).isBetween(50L, 150L);
    }
    falsify("OrderView", rows -> thirds(rows, "order_id", id -> (Long) id + 100_000));
    falsify("StatusTotals", rows -> thirds(rows, "status", status -> "other " + status));
    for (String view : List.of("OrderView", "StatusTotals")) {
      VerifyResult all = project.verify(view, VerifyOptions.defaults().showing(1000));
      VerifyResult some = project.verify(view, quarter);
      assertThat(some.missing()).isBetween(10L, all.missing() / 2);
      assertThat(some.unexpected()).isBetween(10L, all.unexpected() / 2);
      assertThat(some.different()).isBetween(10L, all.different() / 2);
      assertThat(keys(all)).containsAll(keys(some));
      VerifyResult repaired = project.verify(view, quarter.repairing());
      assertThat(repaired.differences()).isEqualTo(some.differences());
      assertThat(project.verify(view, quarter).equal()).isTrue();
      assertThat(project.verify(view).differences())
          .isEqualTo(all.differences() - some.differences());
    }
  }

  /** A third of the rows gone, a third under another key, a third changed. */
  private static List<Record> thirds(
      List<Record> rows, String key, UnaryOperator<Object> otherKey) {
    List<Record> changed = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Record row = rows.get(i).copy();
      if (i % 3 == 1 && row.getField(key) != null) {
        changed.add(with(row, key, otherKey.apply(row.getField(key))));
      } else if (i % 3 == 2) {
        String column = row.struct().field("orders") == null ? "quantity" : "orders";
        Object value = column.equals("orders") ? (Object) 4711L : (Object) 4711;
        changed.add(with(row, column, value));
      }
    }
    return changed;
  }

  @Test
  void aRepairThatComesSecondLooksAgain() {
    refresh();
    change("OrderView", "order_id", 11L, row -> with(row, "status", "lost"));
    shop.addOrder(20);
    PhaseHook during = PhaseHook.committing(() -> project.refreshFully("OrderView"));
    VerifyResult result = project.verify("OrderView", REPAIR, during);
    assertThat(during.happened()).isTrue();
    assertThat(result.equal()).isTrue();
    assertThat(result.repaired()).isEmpty();
    shop.assertOrderViewIsRight();
    assertThat(RowContents.of(LiveRows.of(project.tableOf("OrderView")))).hasSize(6);
  }
}
