package io.bergview.interop;

import io.bergview.api.Bergview;
import io.bergview.api.Find;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.query.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions to entity types give what Spark answers to hand-written queries on the same tables. */
class QuestionsAgainstSparkTest {
  @TempDir private static Path folder;
  private static Lake lake;
  private static Bergview bergview;

  @BeforeAll
  static void setUp() {
    lake = Lake.create(folder, Shop.entityTypes());
    Shop.generate(lake.catalog(), new Shop.Options(0.1, 20260101), Progress.SILENT);
    bergview = Bergview.open(folder);
  }

  @AfterAll
  static void tearDown() {
    bergview.close();
    lake.close();
  }

  private static void assertSame(UnaryOperator<Find> question, String query) throws IOException {
    try (Answer answer = question.apply(bergview.find("Order")).answer()) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      answer.forEachRow(row -> rows.add(new ArrayList<>(row)));
      io.bergview.interop.Answer found =
          io.bergview.interop.Answer.of(
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
                    "{lines: {$count: '*'}, pieces: {$sum: items.quantity}, most: {$max: items.price}}"),
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
