package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.projection.definition.SqlText;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.query.FindQuery;
import io.bergview.query.QueryResult;
import io.bergview.query.Routing.RoutingCandidate;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries in SQL, answered by views in either language, and the other way round. */
class SqlRoutingTest {
  @TempDir private static Path shared;
  private static Bergview bergview;

  @BeforeAll
  static void open() {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    files.put(
        "views/Tiers.yaml",
        """
        $type: Tiers
        $from: Order
        $groupBy: [customer.tier, status]
        $compute: {orders: {$count: '*'}, revenue: {$sum: total}}
        """);
    files.put(
        "views/Settled.yaml",
        """
        $type: Settled
        $from: Order
        $filter: {status: {$in: [paid, shipped]}}
        $expand: [customer]
        """);
    files.put(
        "views/Pricey.yaml",
        """
        $type: Pricey
        $from: Order
        $join: {item: {$from: shop.order_items, $on: {$expr: 'item.order_id = order_id AND item.price * 2 > total'}}}
        $select: {order_id: order_id, status: status, product: item.product_id, quantity: item.quantity}
        """);
    files.put(
        "views/Scarce.yaml",
        """
        $type: Scarce
        $from: Product
        $join: {item: {$from: shop.order_items, $on: {$expr: 'item.product_id = product_id', item.order_id: {$lt: 20}}, $kind: anti}}
        $select: [product_id, name]
        """);
    files.put(
        "views/Daily.sql",
        """
        CREATE MATERIALIZED VIEW Daily AS
        SELECT customer_id, date_trunc('day', created_at) AS day, count(*) AS orders,
          sum(total) AS revenue, avg(total) AS mean, count(DISTINCT status) AS states
        FROM shop.orders GROUP BY 1, 2;
        """);
    files.put(
        "views/Lines.sql",
        """
        CREATE MATERIALIZED VIEW Lines AS
        SELECT o.order_id, o.status, i.quantity, i.product_id AS product, i.quantity * i.price AS amount
        FROM shop.orders AS o JOIN shop.order_items AS i ON i.order_id = o.order_id
        WHERE i.quantity > 1;
        """);
    files.put(
        "views/Ranked.sql",
        """
        CREATE MATERIALIZED VIEW Ranked AS
        SELECT order_id, customer_id, rank() OVER (PARTITION BY customer_id ORDER BY total DESC) AS place
        FROM shop.orders;
        """);
    files.put(
        "views/Sizes.sql",
        """
        CREATE MATERIALIZED VIEW Sizes AS
        SELECT o.order_id, o.discount, o.ship_date, s.pieces
        FROM shop.orders AS o LEFT JOIN (
          SELECT order_id, sum(quantity) AS pieces FROM shop.order_items GROUP BY order_id
        ) AS s ON s.order_id = o.order_id;
        """);
    files.put(
        "views/Frequent.sql",
        """
        CREATE MATERIALIZED VIEW Frequent AS
        SELECT customer_id, count(*) AS orders, min(total) AS least
        FROM shop.orders GROUP BY customer_id HAVING count(*) > 2;
        """);
    files.put(
        "views/Largest.sql",
        """
        CREATE MATERIALIZED VIEW Largest AS
        SELECT order_id, customer_id, total FROM shop.orders ORDER BY total DESC, order_id LIMIT 10;
        """);
    files.put(
        "views/Latest.sql",
        """
        CREATE MATERIALIZED VIEW Latest AS
        SELECT order_id, status FROM shop.orders ORDER BY created_at DESC, order_id LIMIT 10;
        """);
    bergview = Projects.create(shared, "settings: {memory-limit: 1GiB, threads: 2}\n", files);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.05, 7), Progress.SILENT);
    bergview.apply();
    bergview.refreshView(RefreshRequest.ofAll());
  }

  @AfterAll
  static void close() {
    bergview.close();
  }

  private static Find select(String sql) {
    return bergview.find(FindQuery.select(SqlText.of(sql)));
  }

  /** Who answers and how, once the answer is seen to be that of the tables. */
  private static String answered(Find find) {
    assertThat(rows(find))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(rows(find.withoutRoute()));
    RoutingCandidate chosen = find.explain().chosen().orElseThrow();
    try (QueryResult answer = find.answer()) {
      assertThat(answer.origin().state().map(state -> state.view())).isEqualTo(chosen.view());
    }
    return chosen.view().orElse("(sources)") + ": " + chosen.why();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT customer_id, count(*) AS n, min(total) AS least FROM shop.orders GROUP BY customer_id HAVING count(*) > 2 ORDER BY n DESC, least, customer_id | Frequent: fresh; its groups are the answer's
          SELECT customer_id FROM shop.orders GROUP BY customer_id HAVING count(*) > 3 ORDER BY count(*) DESC, min(total), 1 DESC | Frequent: fresh; its groups are the answer's
          SELECT customer_id FROM shop.orders GROUP BY customer_id HAVING count(*) > 3 ORDER BY count(*) DESC, min(total), 1 DESC LIMIT 7 | Frequent: fresh; its groups are the answer's
          SELECT o.order_id, i.product_id, i.quantity AS q FROM shop.orders AS o JOIN shop.order_items AS i ON i.order_id = o.order_id WHERE i.quantity > 2 ORDER BY q DESC, 2, 1 DESC | Lines: fresh; its rows are the answer's
          SELECT order_id, customer_id, total FROM shop.orders ORDER BY total DESC, order_id LIMIT 10 | Largest: fresh; its rows are the answer's
          SELECT customer_id, order_id FROM shop.orders ORDER BY total DESC, order_id LIMIT 10 | Largest: fresh; its rows are the answer's
          SELECT order_id, status FROM shop.orders ORDER BY created_at DESC, order_id LIMIT 10 | (sources): no view can answer
          """)
  void theOrderIsTheQuerysWhoeverAnswers(String sql, String expected) {
    Find find = select(sql);
    assertThat(rows(find)).isNotEmpty().isEqualTo(rows(find.withoutRoute()));
    RoutingCandidate chosen = find.explain().chosen().orElseThrow();
    assertThat(chosen.view().orElse("(sources)") + ": " + chosen.why()).isEqualTo(expected);
  }

  private static List<Object> rows(Find find) {
    return new ArrayList<>(Projects.rows(find));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT date_trunc('month', created_at) AS m, sum(total) AS s, avg(total) AS a FROM shop.orders GROUP BY 1 | Daily: fresh; its groups are rolled up
          SELECT count(*) FROM shop.orders WHERE created_at >= TIMESTAMPTZ '2024-03-01 00:00:00+00' | Daily: fresh; its groups are rolled up
          SELECT customer_id, count(*) AS n FROM shop.orders GROUP BY customer_id HAVING count(*) > 3 | Frequent: fresh; its groups are the answer's
          SELECT customer_id, count(*) AS n FROM shop.orders GROUP BY customer_id HAVING count(*) > 1 AND max(total) > 0 | (sources): no view can answer
          SELECT product_id, sum(x.quantity * x.price) AS s FROM shop.order_items AS x JOIN shop.orders AS o USING (order_id) WHERE x.quantity > 2 AND o.status = 'paid' GROUP BY 1 | Lines: fresh; its rows are grouped
          SELECT product_id, sum(x.quantity * x.price) AS s FROM shop.order_items AS x JOIN shop.orders AS o USING (order_id) WHERE x.quantity > 0 AND o.status <> 'paid' GROUP BY 1 | (sources): no view can answer
          SELECT c.tier, count(*) AS n FROM shop.orders AS o LEFT JOIN shop.customers AS c ON o.customer_id = c.customer_id GROUP BY c.tier | Tiers: fresh; its groups are rolled up
          SELECT o.order_id, c.name FROM shop.customers AS c JOIN shop.orders AS o ON o.customer_id = c.customer_id WHERE status = 'paid' | Settled: fresh; its rows are the answer's
          SELECT order_id FROM shop.orders QUALIFY rank() OVER (PARTITION BY customer_id ORDER BY total DESC) = 1 | Ranked: fresh; its rows are the answer's
          SELECT order_id FROM shop.orders QUALIFY rank() OVER (PARTITION BY status ORDER BY total DESC) = 1 | (sources): no view can answer
          SELECT x.customer_id, y.revenue FROM (SELECT customer_id FROM shop.customers WHERE tier = 'gold') AS x JOIN (SELECT customer_id, sum(total) AS revenue FROM shop.orders GROUP BY customer_id) AS y USING (customer_id) | Daily: fresh; its groups are rolled up
          SELECT ship_date, count(*) AS n FROM shop.orders GROUP BY ship_date | Sizes: fresh; its rows are grouped
          SELECT pieces, count(*) AS n FROM shop.orders AS o LEFT JOIN (SELECT order_id, sum(quantity) AS pieces FROM shop.order_items GROUP BY 1) AS i USING (order_id) GROUP BY pieces | Sizes: fresh; its rows are grouped
          SELECT count(*) AS n FROM shop.orders AS o JOIN shop.order_items AS i USING (order_id) WHERE o.ship_date IS NULL AND i.quantity = 1 | Sizes: fresh; its rows are the answer's
          SELECT customer_id, count(DISTINCT status) AS n FROM shop.orders GROUP BY customer_id | (sources): no view can answer
          SELECT i.product_id, sum(i.quantity) AS q FROM shop.order_items AS i JOIN shop.orders AS o ON o.order_id = i.order_id AND i.price * 2 > o.total WHERE o.status <> 'paid' GROUP BY 1 | Pricey: fresh; its rows are grouped
          SELECT o.order_id, i.quantity FROM shop.order_items AS i JOIN shop.orders AS o ON o.order_id = i.order_id AND i.price * 3 > o.total | (sources): no view can answer
          SELECT name FROM shop.products AS p WHERE NOT EXISTS (SELECT 1 FROM shop.order_items AS i WHERE i.product_id = p.product_id AND i.order_id < 20) | Scarce: fresh; its rows are the answer's
          SELECT name FROM shop.products AS p WHERE NOT EXISTS (SELECT 1 FROM shop.order_items AS i WHERE i.product_id = p.product_id AND i.order_id < 30) | (sources): no view can answer
          """)
  void selectsAreAnsweredByViews(String sql, String answered) {
    assertThat(answered(select(sql))).isEqualTo(answered);
  }

  @Test
  void queriesOfTheViewLanguageAreAnsweredByViewsInSql() {
    Find monthly =
        bergview
            .find("Order")
            .groupBy("month(created_at)")
            .compute("{n: {$count: '*'}, sum: {$sum: total}, mean: {$avg: total}}")
            .sort("created_at_month");
    assertThat(answered(monthly)).isEqualTo("Daily: fresh; its groups are rolled up");
  }

  /** Where it was never refreshed, by its definition. */
  @Test
  void aViewWithJoinsIsQueried() {
    Find perStatus = bergview.find("Pricey").groupBy("status").compute("{sold: {$sum: quantity}}");
    assertThat(answered(perStatus)).isEqualTo("Pricey: asked, and fresh");
    bergview.define(
        ViewDefinition.named("Unrefreshed")
            .from("Product")
            .with(
                "$join",
                "{item: {$from: shop.order_items, $on: {$expr: 'item.product_id = product_id AND"
                    + " item.price < 100'}, $kind: left}}")
            .with("$select", "{name: name, quantity: item.quantity}")
            .build());
    assertThat(rows(bergview.find("Unrefreshed").filter("{quantity: {$ne: 1}}")))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(
            rows(
                select(
                    "SELECT p.name, i.quantity FROM shop.products AS p LEFT JOIN shop.order_items"
                        + " AS i ON i.product_id = p.product_id AND i.price < 100 WHERE i.quantity"
                        + " IS DISTINCT FROM 1")));
    bergview.dropView("Unrefreshed");
  }

  @Test
  void whatWasTriedIsSaidOfEachView() {
    String sql = "SELECT customer_id, max(total) AS m FROM shop.orders GROUP BY customer_id";
    assertThat(select(sql).explain().candidates())
        .extracting(candidate -> candidate.view().orElse("(sources)") + ": " + candidate.why())
        .containsExactly(
            "Daily: does not keep m",
            "Frequent: leaves out groups that the query needs",
            "Largest: is of another table",
            "Latest: is of another table",
            "Lines: has rows of another grain (joins, $unnest)",
            "Pricey: has rows of another grain (joins, $unnest)",
            "Ranked: does not keep m",
            "Settled: excludes rows that the query needs, by its own filter",
            "Sizes: does not keep customer_id, m",
            "Tiers: does not keep customer_id",
            "(sources): no view can answer");
  }

  /** Each part of the query from the view that has it, wherever the parts stand. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT d.customer_id, d.r, l.q FROM (SELECT customer_id, count(*) AS n, sum(total) AS r FROM shop.orders GROUP BY 1) AS d JOIN (SELECT count(*) AS q FROM shop.orders AS o JOIN shop.order_items AS i ON i.order_id = o.order_id WHERE i.quantity > 2) AS l ON d.n < l.q | Daily Lines
          WITH d AS (SELECT customer_id, sum(total) AS r FROM shop.orders GROUP BY 1), m AS (SELECT customer_id, min(total) AS least FROM shop.orders GROUP BY 1 HAVING count(*) > 2) SELECT d.customer_id, r, least FROM d JOIN m ON d.customer_id = m.customer_id | Daily Frequent
          SELECT count(*) AS n FROM shop.orders AS o JOIN shop.order_items AS i ON i.order_id = o.order_id WHERE i.quantity > 2 UNION ALL SELECT count(*) FROM shop.orders WHERE created_at >= TIMESTAMPTZ '2024-03-01 00:00:00+00' | Daily Lines
          SELECT status, count(*) AS n, (SELECT count(*) FROM shop.orders AS o JOIN shop.order_items AS i ON i.order_id = o.order_id WHERE i.quantity > 3) AS m FROM shop.orders GROUP BY status | Lines Tiers
          SELECT d.customer_id, c.name, d.r, l.q FROM (SELECT customer_id, count(*) AS n, sum(total) AS r FROM shop.orders GROUP BY 1) AS d JOIN shop.customers AS c ON c.customer_id = d.customer_id JOIN (SELECT count(*) AS q FROM shop.orders AS o JOIN shop.order_items AS i ON i.order_id = o.order_id WHERE i.quantity > 2) AS l ON d.n < l.q | Daily Lines
          """)
  void partsOfAQueryAreAnsweredByDifferentViews(String sql, String views) {
    Find find = select(sql);
    assertThat(rows(find))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(rows(find.withoutRoute()));
    assertThat(find.explain().allChosen().stream().map(chosen -> chosen.view().orElse("")))
        .containsExactly(views.split(" "));
    try (QueryResult answer = find.answer()) {
      List<String> read = new ArrayList<>();
      answer.origin().state().ifPresent(state -> read.add(state.view()));
      answer.origin().others().forEach(state -> read.add(state.view()));
      assertThat(read).containsExactlyInAnyOrder(views.split(" "));
    }
  }

  /** The view's table is read twice, with other columns and its hidden one too. */
  @Test
  void aViewThatTheQueryNamesAnswersAnotherPartToo() {
    Find find =
        select(
            "SELECT d.customer_id, d.orders, m.mean FROM Daily AS d JOIN (SELECT customer_id,"
                + " avg(total) AS mean FROM shop.orders GROUP BY 1) AS m ON m.customer_id ="
                + " d.customer_id");
    assertThat(answered(find)).startsWith("Daily: ");
  }

  /** What a window computes depends on all rows of its partition, whichever are shown. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT order_id, r FROM (SELECT order_id, rank() OVER (PARTITION BY customer_id ORDER BY total DESC) AS r FROM shop.orders) AS x WHERE order_id < 9 | Ranked
          SELECT order_id, rank() OVER (PARTITION BY customer_id ORDER BY total DESC) AS r FROM shop.orders WHERE order_id < 9 | (sources)
          SELECT order_id, rank() OVER (PARTITION BY customer_id ORDER BY total) AS r FROM shop.orders | (sources)
          SELECT order_id, dense_rank() OVER (PARTITION BY customer_id ORDER BY total DESC) AS r FROM shop.orders | (sources)
          """)
  void aWindowIsOneOverTheSameRows(String sql, String answered) {
    assertThat(select(sql).explain().chosen().orElseThrow().view().orElse("(sources)"))
        .isEqualTo(answered);
  }
}
