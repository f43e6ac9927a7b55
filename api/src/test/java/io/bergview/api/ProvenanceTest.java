package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.projection.plan.ColumnOrigins.Origin;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.explain.ViewProvenance;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From which columns of which tables the columns of views are made, said by hand. */
class ProvenanceTest {
  @TempDir private static Path folder;
  private static Bergview bergview;

  @BeforeAll
  static void shop() {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    files.put(
        "views/Lines.yaml",
        """
        $type: Lines
        $from: Order
        $unnest: items
        $expand: [items, items.product]
        $filter: {customer.tier: gold}
        $select: [order_id, items_quantity, items_product_name]
        """);
    files.put(
        "views/Sales.yaml",
        """
        $type: Sales
        $from: Order
        $groupBy: [customer.tier, {day: $created_at}]
        $compute:
          orders: {$count: '*'}
          average: {$avg: total}
          failed: {$sum: {$cond: [{status: failed}, 1, 0]}}
          last: {$last: status, $orderBy: created_at}
        """);
    files.put(
        "views/Baskets.yaml",
        """
        $type: Baskets
        $from: Order
        $expand: [items]
        $select: [order_id, items_quantity]
        """);
    bergview = Projects.create(folder, "", files);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.01, 11), Progress.SILENT);
    bergview.apply();
  }

  @AfterAll
  static void close() {
    bergview.close();
  }

  private static List<String> text(Collection<Origin> origins) {
    return origins.stream()
        .map(origin -> "%s.%s %s".formatted(origin.table().name(), origin.column(), origin.use()))
        .toList();
  }

  private static List<String> column(String view, String name) {
    return text(bergview.provenance(view, -1).origins().columns().get(name));
  }

  private static List<String> rows(String view) {
    return text(bergview.provenance(view, -1).origins().rows());
  }

  @Test
  void columnsBehindRelationsComeFromTheirTables() {
    assertThat(column("Lines", "order_id")).containsExactly("orders.order_id IDENTITY");
    assertThat(column("Lines", "items_quantity")).containsExactly("order_items.quantity IDENTITY");
    assertThat(column("Lines", "items_product_name")).containsExactly("products.name IDENTITY");
    assertThat(rows("Lines"))
        .containsExactlyInAnyOrder(
            "orders.order_id JOIN",
            "order_items.order_id JOIN",
            "order_items.product_id JOIN",
            "products.product_id JOIN",
            "orders.customer_id JOIN",
            "customers.customer_id JOIN",
            "customers.tier FILTER");
  }

  @Test
  void listsAreGatheredFromManyRows() {
    assertThat(column("Baskets", "items_quantity"))
        .containsExactly("order_items.quantity AGGREGATION");
    assertThat(rows("Baskets")).contains("order_items.order_id JOIN", "orders.order_id JOIN");
  }

  @Test
  void aggregatesComeFromWhatTheyAggregate() {
    assertThat(column("Sales", "customer_tier")).containsExactly("customers.tier IDENTITY");
    assertThat(column("Sales", "created_at_day"))
        .containsExactly("orders.created_at TRANSFORMATION");
    assertThat(column("Sales", "orders")).isEmpty();
    assertThat(column("Sales", "average")).containsExactly("orders.total AGGREGATION");
    assertThat(column("Sales", "failed")).containsExactly("orders.status AGGREGATION");
    assertThat(column("Sales", "last")).containsExactly("orders.status AGGREGATION");
    assertThat(rows("Sales"))
        .contains(
            "customers.tier GROUP_BY", "orders.created_at GROUP_BY", "orders.created_at SORT");
  }

  @Test
  void snapshotOfAViewNamesItsSourceSnapshots() {
    RefreshResult result = bergview.refreshView(RefreshRequest.of("Sales")).done().get(0);
    Table orders = bergview.catalog("lake").loadTable(TableIdentifier.of("shop", "orders"));
    long read = orders.currentSnapshot().snapshotId();
    Shop.change(bergview.catalog("lake"), 1);
    orders.refresh();

    ViewProvenance then = bergview.provenance("Sales", result.snapshotId());
    assertThat(then.output().snapshotId()).isEqualTo(result.snapshotId());
    assertThat(ordersOf(then)).isEqualTo(read);
    assertThat(ordersOf(bergview.provenance("Sales", -1)))
        .isEqualTo(orders.currentSnapshot().snapshotId())
        .isNotEqualTo(read);
    assertThat(then.output().schema().columns())
        .extracting(column -> column.name())
        .containsExactly("customer_tier", "created_at_day", "orders", "average", "failed", "last");
  }

  private static long ordersOf(ViewProvenance provenance) {
    return provenance.inputs().stream()
        .filter(input -> input.table().name().equals("orders"))
        .findFirst()
        .orElseThrow()
        .snapshotId();
  }
}
