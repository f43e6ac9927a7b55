package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.api.Find;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.query.QueryResult;
import io.bergview.refresh.RefreshRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries to entity types give what Spark answers to hand-written queries on the same tables. */
@Tag("long")
class QueriesAgainstSparkTest {
  @TempDir private static Path folder;
  private static Lake lake;
  private static Bergview bergview;

  @BeforeAll
  static void setUp() throws IOException {
    lake = Lake.create(folder, Shop.entityTypes());
    Shop.generate(lake.catalog(), new Shop.Options(0.1, 20260101), Progress.SILENT);
    bergview = Bergview.open(folder);
    write(
        "Daily",
        """
        $from: Order
        $groupBy: [status, customer.tier, {day: created_at}]
        $compute:
          orders: {$count: '*'}
          revenue: {$sum: total}
          largest: {$max: total}
          average: {$avg: total}
        """);
    write(
        "Settled",
        """
        $from: Order
        $filter: {status: {$in: [paid, shipped]}}
        $expand: [customer]
        """);
    bergview.apply();
    bergview.refreshView(RefreshRequest.ofAll());
  }

  private static void write(String view, String text) throws IOException {
    Path file = folder.resolve("views").resolve(view + ".yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "$type: " + view + "\n" + text);
  }

  @AfterAll
  static void tearDown() {
    bergview.close();
    lake.close();
  }

  private static void assertSame(UnaryOperator<Find> asked, String query) throws IOException {
    try (QueryResult answer = asked.apply(bergview.find("Order")).answer()) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      answer.forEachRow(row -> rows.add(new ArrayList<>(row)));
      io.bergview.interop.ComparableRows found =
          io.bergview.interop.ComparableRows.of(
              answer.schema().columns().stream().map(Types.NestedField::name).toList(), rows);
      Bags.assertSame("find", found, "Spark's query", lake.spark(query));
    }
  }

  @Test
  void filtersOnPathsToOneRow() throws IOException {
    assertSame(
        find ->
            find.filter("{status: {$ne: cancelled}, customer.address.city: {$in: [Lisboa, null]}}")
                .select("order_id", "status", "customer.name"),
        """
        SELECT o.order_id, o.status, c.name AS customer_name
        FROM shop.orders o
        LEFT JOIN shop.customers c ON c.customer_id = o.customer_id
        LEFT JOIN shop.addresses a ON a.address_id = c.address_id
        WHERE NOT (o.status <=> 'cancelled') AND (a.city = 'Lisboa' OR a.city IS NULL)
        """);
  }

  private static void assertAnsweredBy(String view, UnaryOperator<Find> asked, String query)
      throws IOException {
    Find find = asked.apply(bergview.find("Order"));
    assertThat(find.explain().chosen().orElseThrow().view()).contains(view);
    assertSame(asked, query);
  }

  @Test
  void groupsThatAViewRollsUpOverARangeOfDays() throws IOException {
    assertAnsweredBy(
        "Daily",
        find ->
            find.filter(
                    "{created_at: {$gte: '2026-01-10T00:00:00Z', $lt: '2026-02-14T00:00:00Z'},"
                        + " customer.tier: {$ne: none}}")
                .groupBy("month(created_at)", "customer.tier")
                .compute(
                    "{n: {$count: '*'}, sum: {$sum: total}, most: {$max: total}, mean: {$avg:"
                        + " total}}"),
        """
        SELECT CAST(date_trunc('MONTH', o.created_at) AS DATE) AS created_at_month,
          c.tier AS customer_tier, count(*) AS n, sum(o.total) AS sum, max(o.total) AS most,
          avg(o.total) AS mean
        FROM shop.orders o
        LEFT JOIN shop.customers c ON c.customer_id = o.customer_id
        WHERE o.created_at >= TIMESTAMP '2026-01-10 00:00:00Z'
          AND o.created_at < TIMESTAMP '2026-02-14 00:00:00Z' AND NOT (c.tier <=> 'none')
        GROUP BY 1, 2
        """);
  }

  @Test
  void rowsThatAViewHolds() throws IOException {
    assertAnsweredBy(
        "Settled",
        find ->
            find.filter("{status: paid, total: {$gt: 500}}")
                .select("order_id", "customer.name", "total"),
        """
        SELECT o.order_id, c.name AS customer_name, o.total
        FROM shop.orders o LEFT JOIN shop.customers c ON c.customer_id = o.customer_id
        WHERE o.status = 'paid' AND o.total > 500
        """);
  }

  @Test
  void includesOfManyRows() throws IOException {
    assertSame(
        find ->
            find.include("customer", "items").select("order_id", "customer_tier", "items_item_id"),
        """
        SELECT o.order_id, any_value(c.tier) AS customer_tier,
          array_sort(collect_list(i.item_id)) AS items_item_id
        FROM shop.orders o
        LEFT JOIN shop.customers c ON c.customer_id = o.customer_id
        LEFT JOIN shop.order_items i ON i.order_id = o.order_id
        GROUP BY o.order_id
        """);
  }

  @Test
  void groupsOfUnnestedRows() throws IOException {
    assertSame(
        find ->
            find.unnest("items")
                .filter("{items.quantity: {$gt: 1}}")
                .groupBy("customer.tier", "items.product.category.name", "month(created_at)")
                .compute(
                    "{lines: {$count: '*'}, pieces: {$sum: items.quantity}, most: {$max:"
                        + " items.price}}"),
        """
        SELECT c.tier AS customer_tier, k.name AS items_product_category_name,
          CAST(date_trunc('MONTH', o.created_at) AS DATE) AS created_at_month,
          count(*) AS lines, sum(i.quantity) AS pieces, max(i.price) AS most
        FROM shop.orders o
        JOIN shop.order_items i ON i.order_id = o.order_id
        LEFT JOIN shop.customers c ON c.customer_id = o.customer_id
        LEFT JOIN shop.products p ON p.product_id = i.product_id
        LEFT JOIN shop.categories k ON k.category_id = p.category_id
        WHERE i.quantity > 1
        GROUP BY 1, 2, 3
        """);
  }
}
