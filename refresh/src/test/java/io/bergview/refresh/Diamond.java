package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowContents;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/**
 * Views that reach the orders of a {@link SmallShop} on several ways, and what they must hold,
 * computed here in plain Java.
 *
 * <pre>
 * orders --- Left ---------+
 *    |  +--- PerStatus ----+-- Top --- Deep --- Deepest
 *    |  |        |         |
 *    |  +--- PerCustomer --+
 *    +-----------+-- Beside
 * </pre>
 */
final class Diamond {
  private final TestProject project;
  private final SmallShop shop;

  private Diamond(TestProject project, SmallShop shop) {
    this.project = project;
    this.shop = shop;
  }

  /** The views, registered and not refreshed. */
  static Diamond over(TestProject project, SmallShop shop) {
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
        state: '-> PerStatus'
        spending: '-> PerCustomer'
        $keys: {state: status, spending: customer_id}
        """);
    view(project, "Left", "$from: Order\n$select: [order_id, customer_id, status, total]\n");
    view(project, "PerStatus", SmallShop.STATUS_TOTALS);
    view(
        project,
        "PerCustomer",
        "$from: Order\n"
            + "$groupBy: [customer_id]\n"
            + "$compute: {n: {$count: '*'}, spent: {$sum: total}}\n");
    view(project, "Top", "$from: Left\n$expand: [state, spending]\n");
    view(project, "Beside", "$from: Order\n$expand: [state]\n$select: [order_id, state_orders]\n");
    view(
        project,
        "Deep",
        "$from: Top\n"
            + "$groupBy: [status]\n"
            + "$compute: {rows: {$count: '*'}, said: {$max: state_orders}}\n");
    view(
        project,
        "Deepest",
        "$from: Deep\n$groupBy: []\n$compute: {groups: {$count: '*'}, rows: {$sum: rows}}\n");
    project.apply();
    return new Diamond(project, shop);
  }

  private static void view(TestProject project, String name, String text) {
    project.write("views/" + name + ".yaml", "$type: " + name + "\n" + text);
  }

  /** The snapshot of the orders that a view is derived from. */
  long seen(String view) {
    return SmallShop.snapshotOf("orders", project.lineageOf(view).lineage());
  }

  private List<Map<String, @Nullable Object>> orders(String view) {
    Lineage lineage = project.lineageOf(view).lineage();
    long snapshot = SmallShop.snapshotOf("orders", lineage);
    List<Record> rows = snapshot < 0 ? List.of() : LiveRows.at(shop.orders(), snapshot);
    return RowContents.of(rows);
  }

  /** Every order meets the totals of the very orders that it is one of. */
  void assertTopIsOfOneState() {
    List<Map<String, @Nullable Object>> expected = new ArrayList<>();
    List<Map<String, @Nullable Object>> orders = orders("Top");
    for (Map<String, @Nullable Object> order : orders) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      for (String column : List.of("order_id", "customer_id", "status", "total")) {
        row.put(column, order.get(column));
      }
      row.put("state_orders", count(orders, "status", order.get("status")));
      row.put("state_revenue", sum(orders, "status", order.get("status")));
      row.put("spending_n", count(orders, "customer_id", order.get("customer_id")));
      row.put("spending_spent", sum(orders, "customer_id", order.get("customer_id")));
      expected.add(row);
    }
    assertThat(project.contents("Top")).containsExactlyInAnyOrderElementsOf(expected);
  }

  void assertBesideIsOfOneState() {
    List<Map<String, @Nullable Object>> expected = new ArrayList<>();
    List<Map<String, @Nullable Object>> orders = orders("Beside");
    for (Map<String, @Nullable Object> order : orders) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("order_id", order.get("order_id"));
      row.put("state_orders", count(orders, "status", order.get("status")));
      expected.add(row);
    }
    assertThat(project.contents("Beside")).containsExactlyInAnyOrderElementsOf(expected);
  }

  void assertDeepestIsOfOneState() {
    List<Map<String, @Nullable Object>> orders = orders("Deepest");
    Map<String, @Nullable Object> row = project.contents("Deepest").get(0);
    assertThat(row.get("rows")).isEqualTo(orders.isEmpty() ? null : (long) orders.size());
    assertThat(row.get("groups"))
        .isEqualTo(
            orders.stream().map(order -> String.valueOf(order.get("status"))).distinct().count());
  }

  private static @Nullable Object count(
      List<Map<String, @Nullable Object>> orders, String column, @Nullable Object value) {
    return value == null ? null : same(orders, column, value).size() * 1L;
  }

  private static @Nullable Object sum(
      List<Map<String, @Nullable Object>> orders, String column, @Nullable Object value) {
    return value == null
        ? null
        : same(orders, column, value).stream()
            .map(order -> (BigDecimal) order.get("total"))
            .filter(total -> total != null)
            .reduce(BigDecimal::add)
            .orElse(null);
  }

  private static List<Map<String, @Nullable Object>> same(
      List<Map<String, @Nullable Object>> orders, String column, Object value) {
    return orders.stream().filter(order -> value.equals(order.get(column))).toList();
  }
}
