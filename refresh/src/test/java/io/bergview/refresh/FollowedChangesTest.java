package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowDeletes;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which kind of refresh follows which change, why, and what it leaves. */
class FollowedChangesTest {
  private static final String VIEW = "OrderView";
  private static final String CITY_TOTALS =
      "$from: Order\n"
          + "$groupBy: [customer.address.city]\n"
          + "$compute: {least: {$min: total}, orders: {$count: '*'}}\n";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    project.define(VIEW, SmallShop.ORDER_VIEW);
    project.refresh(VIEW);
  }

  @AfterEach
  void close() {
    project.close();
  }

  @Test
  void newRootRowsAreAppended() {
    shop.addOrder(20);
    RefreshResult result = project.refresh(VIEW);
    assertThat(result.kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(result.rowsAdded()).isEqualTo(1);
    assertThat(result.rowsRemoved()).isZero();
    assertThat(result.message()).contains("Order: 1 row inserted, 0 rows deleted");
    shop.assertOrderViewIsRight();
  }

  @Test
  void changedDimensionMergesTheRowsThatReachIt() {
    CopyOnWrite.update(
        shop.customers(),
        Expressions.equal("customer_id", 1L),
        row -> {
          row.setField("name", "Eve");
          return row;
        });
    RefreshResult result = project.refresh(VIEW);
    assertThat(result.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(result.rowsAdded()).isEqualTo(2);
    assertThat(result.rowsRemoved()).isEqualTo(2);
    shop.assertOrderViewIsRight();
  }

  @Test
  void changeOfAColumnThatIsNotReadMovesTheLineageOnly() {
    project.define("Narrow", "$from: Order\n$select: [order_id, status]\n");
    project.refresh("Narrow");
    CopyOnWrite.update(
        shop.orders(),
        Expressions.equal("order_id", 10L),
        row -> {
          row.setField("quantity", 77);
          return row;
        });
    RefreshResult result = project.refresh("Narrow");
    assertThat(result.reason()).isEqualTo("NO_ROWS_CHANGED");
    assertThat(result.kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(result.rowsAdded()).isZero();
    assertThat(project.refresh("Narrow").kind()).isEqualTo(RefreshKind.SKIP);
  }

  @Test
  void compactionAloneIsSkippedAndSaid() {
    shop.addOrder(20);
    project.refresh(VIEW);
    Compaction.rewrite(shop.orders());
    RefreshResult result = project.refresh(VIEW);
    assertThat(result.kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(result.reason()).isEqualTo("ONLY_COMPACTION");
  }

  @Test
  void groupsThatMustBeComputedAgainSeeRowsOfEveryFile() {
    project.define("CityTotals", CITY_TOTALS);
    project.refresh("CityTotals");
    shop.addOrders(shop.order(30, 1L, "paid", "5.00", 1));
    project.refresh("CityTotals");
    CopyOnWrite.delete(shop.orders(), Expressions.equal("order_id", 11L));
    CopyOnWrite.update(
        shop.customers(),
        Expressions.equal("customer_id", 2L),
        row -> {
          row.setField("name", "Bo");
          return row;
        });
    RefreshResult result = project.refresh("CityTotals");
    assertThat(result.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(project.contents("CityTotals"))
        .anyMatch(
            row ->
                "Oslo".equals(row.get("customer_address_city"))
                    && new BigDecimal("5.00").equals(row.get("least"))
                    && Long.valueOf(2).equals(row.get("orders")));
  }

  @Test
  void rootWithoutKeyIsFollowedByWhatItsRowsShow() {
    project.write(
        "types/shop.yaml",
        """
        $type: Customer
        $table: shop.customers
        $id: customer_id
        ---
        $type: Order
        $table: shop.orders
        customer: '-> Customer'
        """);
    project.define("Keyless", SmallShop.ORDER_VIEW);
    project.refresh("Keyless");
    shop.addOrder(20);
    assertThat(project.refresh("Keyless").kind()).isEqualTo(RefreshKind.APPEND);
    RowDeletes.byPosition(shop.orders(), Expressions.equal("order_id", 20L));
    RefreshResult dry = project.refresh(RefreshRequest.of("Keyless").dry()).done().get(0);
    assertThat(dry.kind()).isEqualTo(RefreshKind.MERGE);
    RefreshResult result = project.refresh("Keyless");
    assertThat(result.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(result.rowsRemoved()).isEqualTo(1);
    assertThat(project.rows("Keyless")).hasSize(5);
    RowDeletes.byPosition(shop.customers(), Expressions.equal("customer_id", 1L));
    assertThat(project.refresh("Keyless").kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(project.contents("Keyless"))
        .filteredOn(row -> Long.valueOf(1).equals(row.get("customer_id")))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.get("customer_name")).isNull());
  }

  @Test
  void duplicateKeyThatAChangeBringsIsRefusedAndNothingIsCommitted() {
    long before = project.tableOf(VIEW).currentSnapshot().snapshotId();
    shop.addCustomers(shop.customer(1, "Twin", null, null));
    assertThat(project.failure(VIEW).code()).isEqualTo(ErrorCode.DUPLICATE_KEY);
    assertThat(project.tableOf(VIEW).currentSnapshot().snapshotId()).isEqualTo(before);
    shop.addCustomers(shop.customer(50, "Nobody's", null, null));
    RowDeletes.byPosition(shop.customers(), Expressions.equal("name", "Twin"));
    project.refresh(VIEW);
    shop.assertOrderViewIsRight();
  }

  @Test
  void rowsWithANullKeyAreFollowed() {
    project.write(
        "types/shop.yaml",
        """
        $type: Customer
        $table: shop.customers
        $id: customer_id
        ---
        $type: Order
        $table: shop.orders
        $id: status
        customer: '-> Customer'
        """);
    project.define("ByStatus", "$from: Order\n$expand: [customer]\n");
    project.refresh("ByStatus");
    CopyOnWrite.update(
        shop.orders(),
        Expressions.equal("order_id", 13L),
        row -> {
          row.setField("quantity", 44);
          return row;
        });
    assertThat(project.refresh("ByStatus").kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(project.contents("ByStatus"))
        .hasSize(5)
        .anyMatch(row -> Integer.valueOf(44).equals(row.get("quantity")));
  }

  @Test
  void pinnedSnapshotsOutliveExpiryAndMoveOn() {
    project.define("Pinned", SmallShop.ORDER_VIEW + "$refresh: {pin: 2d}\n");
    project.refresh("Pinned");
    long seen = shop.orders().currentSnapshot().snapshotId();
    assertThat(tags(shop.orders())).containsOnlyKeys(seen);
    assertThat(tags(shop.orders()).get(seen).maxRefAgeMs())
        .isBetween(Duration.ofDays(2).toMillis(), Duration.ofDays(2).plusHours(1).toMillis());
    shop.addOrder(20);
    shop.orders().expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    assertThat(project.refresh("Pinned").kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(tags(shop.orders())).containsOnlyKeys(shop.orders().currentSnapshot().snapshotId());
    project.define("Pinned", SmallShop.ORDER_VIEW);
    project.refresh("Pinned");
    assertThat(tags(shop.orders())).isEmpty();
  }

  private static Map<Long, SnapshotRef> tags(Table table) {
    Map<Long, SnapshotRef> tags = new LinkedHashMap<>();
    table.refs().values().stream()
        .filter(SnapshotRef::isTag)
        .forEach(tag -> tags.put(tag.snapshotId(), tag));
    return tags;
  }
}
