package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.fixtures.RowFiles;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.staleness.Freshness;
import io.bergview.verify.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One project over a file, a database, a REST server and a Hive metastore. */
@Tag("engines")
final class ServedCatalogsTogetherTest {
  private static final Schema CUSTOMERS =
      new Schema(
          Types.NestedField.required(1, "customer_id", Types.LongType.get()),
          Types.NestedField.optional(2, "tier", Types.StringType.get()));
  private static final Schema PRODUCTS =
      new Schema(
          Types.NestedField.required(1, "product_id", Types.LongType.get()),
          Types.NestedField.optional(2, "category", Types.StringType.get()));
  private static final Schema ORDERS =
      new Schema(
          Types.NestedField.required(1, "order_id", Types.LongType.get()),
          Types.NestedField.optional(2, "customer_id", Types.LongType.get()),
          Types.NestedField.optional(3, "product_id", Types.LongType.get()),
          Types.NestedField.optional(4, "total", Types.LongType.get()));

  /** Orders in the file, customers in the database, products with the REST server. */
  private static final String TYPES =
      """
      $type: Customer
      $table: pg.crm.customers
      $id: customer_id
      ---
      $type: Product
      $table: rest.stock.products
      $id: product_id
      ---
      $type: Order
      $table: lake.shop.orders
      $id: order_id
      customer: '-> Customer'
      product: '-> Product'
      """;

  /** Each view in another catalog, the second over the first and the third over the second. */
  private static final Map<String, String> VIEWS =
      Map.of(
          "OrderDetails",
          "$from: Order\n$expand: [customer, product]\n$table: metastore.details.order_details\n",
          "TierRevenue",
          """
          $from: OrderDetails
          $groupBy: [customer_tier, product_category]
          $compute: {orders: {$count: '*'}, revenue: {$sum: total}}
          $table: pg.reports.tier_revenue
          """,
          "Revenue",
          """
          $from: TierRevenue
          $groupBy: [customer_tier]
          $compute: {revenue: {$sum: revenue}}
          $table: rest.reports.revenue
          """);

  @TempDir private Path folder;

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private String server(CatalogServer server, String name) {
    String text = server.catalogOf(folder.resolve(name));
    return text.replace("catalogs:\n", "")
        .replaceFirst("lake:", name + ":")
        .replace("warehouse: warehouse", "warehouse: " + name + "/warehouse");
  }

  private static Table create(Bergview bergview, String catalog, TableIdentifier table, Schema of) {
    ((SupportsNamespaces) bergview.catalog(catalog)).createNamespace(table.namespace());
    return bergview.catalog(catalog).createTable(table, of);
  }

  private static Record row(Schema schema, Object... values) {
    Record row = GenericRecord.create(schema);
    for (int i = 0; i < values.length; i++) {
      row.set(i, values[i]);
    }
    return row;
  }

  private static void assertEqualTheirRecompute(Bergview bergview) {
    for (String view : VIEWS.keySet()) {
      assertThat(bergview.verifyView(view, VerifyOptions.defaults()).equal()).as(view).isTrue();
    }
  }

  @Test
  void viewsOverTablesOfOtherCatalogsFollowEachChangeThroughAllOfThem() throws IOException {
    write(
        Project.FILE,
        "catalogs:\n  lake: {type: sqlite, warehouse: lake}\n"
            + server(CatalogServer.POSTGRES, "pg")
            + server(CatalogServer.REST, "rest")
            + server(CatalogServer.HIVE, "metastore")
            + "default-catalog: lake\n");
    write("types/all.yaml", TYPES);
    for (Map.Entry<String, String> view : VIEWS.entrySet()) {
      write("views/" + view.getKey() + ".yaml", "$type: " + view.getKey() + "\n" + view.getValue());
    }
    try (Bergview bergview = Bergview.open(folder)) {
      Table customers = create(bergview, "pg", TableIdentifier.of("crm", "customers"), CUSTOMERS);
      Table products = create(bergview, "rest", TableIdentifier.of("stock", "products"), PRODUCTS);
      Table orders = create(bergview, "lake", TableIdentifier.of("shop", "orders"), ORDERS);
      RowFiles.append(customers, List.of(row(CUSTOMERS, 1L, "gold"), row(CUSTOMERS, 2L, "blue")));
      RowFiles.append(products, List.of(row(PRODUCTS, 7L, "tea"), row(PRODUCTS, 8L, "milk")));
      RowFiles.append(
          orders,
          List.of(
              row(ORDERS, 1L, 1L, 7L, 10L),
              row(ORDERS, 2L, 2L, 8L, 5L),
              row(ORDERS, 3L, 1L, 8L, 1L)));
      bergview.apply();
      assertThat(bergview.refreshView(RefreshRequest.ofAll()).failures()).isEmpty();
      assertThat(bergview.catalog("metastore").listTables(Namespace.of("details"))).hasSize(1);
      assertThat(bergview.catalog("pg").listTables(Namespace.of("reports"))).hasSize(1);
      assertThat(bergview.catalog("rest").listTables(Namespace.of("reports"))).hasSize(1);
      assertEqualTheirRecompute(bergview);

      RowFiles.append(orders, List.of(row(ORDERS, 4L, 2L, 7L, 20L)));
      assertFollowed(bergview);
      RowFiles.append(customers, List.of(row(CUSTOMERS, 3L, "gold")));
      RowFiles.append(products, List.of(row(PRODUCTS, 9L, "tea")));
      RowFiles.append(orders, List.of(row(ORDERS, 5L, 3L, 9L, 30L)));
      assertFollowed(bergview);
    }
    try (Bergview another = Bergview.open(folder)) {
      assertThat(another.listViews().views()).hasSize(VIEWS.size());
      assertThat(another.refreshView(RefreshRequest.ofAll()).done())
          .extracting(RefreshResult::kind)
          .containsOnly(RefreshKind.SKIP);
    }
  }

  /** Incrementally, from the first view to the last. */
  private static void assertFollowed(Bergview bergview) {
    for (String view : VIEWS.keySet()) {
      assertThat(bergview.getViewState(view).state()).as(view).isEqualTo(Freshness.STALE);
    }
    RefreshOutcome outcome = bergview.refreshView(RefreshRequest.ofAll());
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.done())
        .extracting(RefreshResult::view, RefreshResult::reason)
        .containsExactly(
            Tuple.tuple("OrderDetails", "SOURCE_CHANGED"),
            Tuple.tuple("TierRevenue", "SOURCE_CHANGED"),
            Tuple.tuple("Revenue", "SOURCE_CHANGED"));
    assertThat(outcome.done())
        .extracting(RefreshResult::kind)
        .isSubsetOf(RefreshKind.APPEND, RefreshKind.MERGE);
    assertEqualTheirRecompute(bergview);
  }
}
