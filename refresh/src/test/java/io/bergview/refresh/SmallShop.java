package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.RowFiles;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A shop of a few rows: orders and customers, a view {@code OrderView} of their join and a view
 * {@code StatusTotals} of aggregates, both computed again here in plain Java.
 */
final class SmallShop {
  static final Schema CUSTOMERS =
      new Schema(
          Types.NestedField.required(1, "customer_id", Types.LongType.get()),
          Types.NestedField.optional(2, "name", Types.StringType.get()),
          Types.NestedField.optional(
              3,
              "address",
              Types.StructType.of(
                  Types.NestedField.optional(4, "city", Types.StringType.get()),
                  Types.NestedField.optional(5, "zip", Types.IntegerType.get()))));
  static final Schema ORDERS =
      new Schema(
          Types.NestedField.required(1, "order_id", Types.LongType.get()),
          Types.NestedField.optional(2, "customer_id", Types.LongType.get()),
          Types.NestedField.optional(3, "status", Types.StringType.get()),
          Types.NestedField.optional(4, "total", Types.DecimalType.of(10, 2)),
          Types.NestedField.optional(5, "quantity", Types.IntegerType.get()));
  static final String ORDER_VIEW = "$from: Order\n$expand: [customer]\n";
  static final String STATUS_TOTALS =
      "$from: Order\n"
          + "$groupBy: [status]\n"
          + "$compute: {orders: {$count: '*'}, revenue: {$sum: total}}\n";

  private final TestProject project;

  private SmallShop(TestProject project) {
    this.project = project;
  }

  /** That of a project which has one. */
  static SmallShop of(TestProject project) {
    return new SmallShop(project);
  }

  /** The tables, empty and without snapshots, and their types. */
  static SmallShop empty(TestProject project) {
    project.createNamespace("shop");
    SmallShop shop = new SmallShop(project);
    shop.create("customers", CUSTOMERS);
    shop.create("orders", ORDERS);
    project.write(
        "types/shop.yaml",
        """
        $type: Customer
        $table: shop.customers
        $id: customer_id
        ---
        $type: Order
        $table: shop.orders
        $id: order_id
        customer: '-> Customer'
        """);
    return shop;
  }

  /** Three customers and five orders: one without a customer, one with a customer not there. */
  static SmallShop filled(TestProject project) {
    SmallShop shop = empty(project);
    shop.addCustomers(
        shop.customer(1, "Ada", "Oslo", 150),
        shop.customer(2, "Bob", null, null),
        shop.customer(3, null, "Rome", 100));
    shop.addOrders(
        shop.order(10, 1L, "paid", "12.50", 1),
        shop.order(11, 1L, "open", "0.01", 2),
        shop.order(12, 2L, "paid", "-3.00", null),
        shop.order(13, null, null, null, 4),
        shop.order(14, 99L, "open", "99999999.99", 5));
    return shop;
  }

  private void create(String name, Schema schema) {
    TableIdentifier table = TableIdentifier.of("shop", name);
    project.catalog().createTable(table, schema, PartitionSpec.unpartitioned(), Map.of());
  }

  Table orders() {
    return project.table("shop", "orders");
  }

  Table customers() {
    return project.table("shop", "customers");
  }

  Record customer(long id, @Nullable String name, @Nullable String city, @Nullable Integer zip) {
    Record address = GenericRecord.create(CUSTOMERS.findType("address").asStructType());
    address.setField("city", city);
    address.setField("zip", zip);
    Record row = GenericRecord.create(CUSTOMERS);
    row.setField("customer_id", id);
    row.setField("name", name);
    row.setField("address", address);
    return row;
  }

  Record order(
      long id,
      @Nullable Long customer,
      @Nullable String status,
      @Nullable String total,
      @Nullable Integer quantity) {
    Record row = GenericRecord.create(ORDERS);
    row.setField("order_id", id);
    row.setField("customer_id", customer);
    row.setField("status", status);
    row.setField("total", total == null ? null : new BigDecimal(total));
    row.setField("quantity", quantity);
    return row;
  }

  void addCustomers(Record... rows) {
    RowFiles.append(customers(), List.of(rows));
  }

  void addOrders(Record... rows) {
    RowFiles.append(orders(), List.of(rows));
  }

  /** Adds one paid order of 1.00 for the first customer. */
  void addOrder(long id) {
    addOrders(order(id, 1L, "paid", "1.00", 1));
  }

  void assertOrderViewIsRight() {
    assertThat(project.contents("OrderView")).containsExactlyInAnyOrderElementsOf(orderView());
  }

  void assertStatusTotalsAreRight() {
    assertThat(project.contents("StatusTotals"))
        .containsExactlyInAnyOrderElementsOf(statusTotals());
  }

  private List<Map<String, @Nullable Object>> orderView() {
    return orderView(LiveRows.of(orders()), LiveRows.of(customers()));
  }

  /** The rows of {@code OrderView} as they follow from the sources that a lineage names. */
  List<Map<String, @Nullable Object>> orderViewAt(Lineage lineage) {
    return orderView(
        LiveRows.at(orders(), snapshotOf("orders", lineage)),
        LiveRows.at(customers(), snapshotOf("customers", lineage)));
  }

  private static List<Map<String, @Nullable Object>> orderView(
      List<Record> orders, List<Record> customerRows) {
    Map<Object, Map<String, @Nullable Object>> customers = new LinkedHashMap<>();
    RowContents.of(customerRows)
        .forEach(row -> customers.put(String.valueOf(row.get("customer_id")), row));
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Map<String, @Nullable Object> order : RowContents.of(orders)) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>(order);
      Map<String, @Nullable Object> customer =
          customers.getOrDefault(String.valueOf(order.get("customer_id")), Map.of());
      row.put("customer_name", customer.get("name"));
      row.put("customer_address", customer.get("address"));
      rows.add(row);
    }
    return rows;
  }

  private List<Map<String, @Nullable Object>> statusTotals() {
    return statusTotals(LiveRows.of(orders()));
  }

  /** The rows of {@code StatusTotals} as they follow from the sources that a lineage names. */
  List<Map<String, @Nullable Object>> statusTotalsAt(Lineage lineage) {
    return statusTotals(LiveRows.at(orders(), snapshotOf("orders", lineage)));
  }

  private static List<Map<String, @Nullable Object>> statusTotals(List<Record> orders) {
    Map<String, Map<String, @Nullable Object>> groups = new LinkedHashMap<>();
    for (Record order : orders) {
      Map<String, @Nullable Object> group =
          groups.computeIfAbsent(
              String.valueOf(order.getField("status")),
              key -> {
                Map<String, @Nullable Object> made = new LinkedHashMap<>();
                made.put("status", order.getField("status"));
                made.put("orders", 0L);
                made.put("revenue", null);
                return made;
              });
      group.computeIfPresent("orders", (key, count) -> (Long) count + 1);
      BigDecimal total = (BigDecimal) order.getField("total");
      if (total != null) {
        group.merge("revenue", total, (sum, next) -> ((BigDecimal) sum).add((BigDecimal) next));
      }
    }
    return List.copyOf(groups.values());
  }

  /** The snapshot of a source that a lineage names. */
  static long snapshotOf(String table, Lineage lineage) {
    return lineage.sources().stream()
        .filter(source -> source.table().name().equals(table))
        .findFirst()
        .orElseThrow()
        .snapshotId();
  }

  /** The lineage that holds for one snapshot of a view: of others' compactions, the one before. */
  static Lineage lineageAt(Table view, Snapshot snapshot) {
    return Lineage.carriedBy(snapshot.summary())
        .orElseGet(
            () -> {
              assertThat(snapshot.operation()).isEqualTo(DataOperations.REPLACE);
              return lineageAt(view, view.snapshot(snapshot.parentId()));
            });
  }
}
