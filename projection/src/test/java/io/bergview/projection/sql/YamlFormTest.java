package io.bergview.projection.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.resolve.SqlForm;
import io.bergview.projection.yaml.YamlForm;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Views in SQL as definitions of the language: their text, and that they have the same rows. */
class YamlFormTest {
  private SampleTables tables;

  @BeforeEach
  void open() throws SQLException {
    tables = new SampleTables();
  }

  @AfterEach
  void close() throws Exception {
    tables.close();
  }

  private static ViewDefinition read(String yaml) {
    return (ViewDefinition) new DefinitionReader(Set.of("lake")).read("v.yaml", yaml).get(0);
  }

  private static String sql(String query) {
    return "$type: V\n$sql: |\n" + query.indent(2);
  }

  private YamlForm form(String query) {
    return YamlForm.of(read(sql(query)), tables);
  }

  private String yaml(String query) {
    YamlForm form = form(query);
    assertThat(form).as(query).isInstanceOf(YamlForm.Found.class);
    return ((YamlForm.Found) form).text() + "\n";
  }

  @Test
  void rowsAlongRelations() {
    assertThat(
            yaml(
                """
                SELECT o.id, c.name, a.city AS home, round(o.total * 2, 1) AS "tax; due"
                FROM shop.orders AS o
                  JOIN shop.customers c ON o.customer_id = c.id
                  LEFT JOIN Address a ON a.id = c.address_id
                WHERE o.status = 'paid' AND o.total >= 5 AND o.total < 100
                  AND (c.is_vip OR c.name LIKE 'B%') AND o.weight > 1
                """))
        .isEqualTo(
            """
            $type: V
            $from: Order
            $filter:
              customer.id: {$ne: null}
              status: paid
              total: {$gte: 5, $lt: 100}
              $or: [{customer.is_vip: true}, {customer.name: {$startsWith: B}}]
              $expr: 'weight > 1'
            $select: {id: id, name: customer.name, home: customer.address.city, 'tax; due': 'tax; due'}
            $compute:
              'tax; due': {$expr: 'round(total * 2, 1)'}
            """);
  }

  @Test
  void groups() {
    assertThat(
            yaml(
                """
                SELECT CAST(date_trunc('month', created_at) AS DATE) AS created_at_month,
                  c.name, count(*) AS n, sum(o.total) / count(o.total) AS mean
                FROM "Order" o LEFT JOIN Customer c ON c.id = o.customer_id
                GROUP BY 1, c.name
                HAVING count(*) > 1 AND max(o.weight) IS NOT NULL
                """))
        .isEqualTo(
            """
            $type: V
            $from: Order
            $select: [created_at_month, name, n, mean]
            $groupBy: [{month: created_at}, {path: customer.name, $as: name}]
            $compute:
              n: {$count: '*'}
              sum_total: {$sum: total}
              count_total: {$count: total}
              mean: {$expr: 'sum_total / count_total'}
              max_weight: {$max: weight}
            $having: {n: {$gt: 1}, max_weight: {$ne: null}}
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM shop.customers",
        "SELECT id, status FROM shop.orders WHERE status <> 'paid' OR total IS NULL",
        "SELECT * EXCLUDE (lines, tags) FROM shop.orders WHERE NOT (id IN (1, 2) AND total > 3)",
        "SELECT * FROM shop.orders WHERE id BETWEEN 2 AND 3 AND status IN ('paid', 'failed')",
        "SELECT * FROM shop.orders WHERE created_at >= TIMESTAMPTZ '2024-01-01 00:00:00Z'",
        "SELECT total * 2 AS total, total AS id, id AS total2 FROM shop.orders",
        "SELECT 1 AS one, 'x' AS x, id FROM shop.orders",
        "SELECT o.id, i.id AS item, p.name, p.sku FROM shop.orders o JOIN shop.items i ON"
            + " i.order_id = o.id LEFT JOIN shop.products p ON p.sku = i.product_id",
        "SELECT o.id, i.price FROM shop.orders o LEFT JOIN shop.items i ON i.order_id = o.id WHERE"
            + " i.price IS NULL OR i.price > 1",
        "SELECT o.status, i.price FROM shop.items i, shop.orders o WHERE i.order_id = o.id AND o.id"
            + " < 2",
        "SELECT c.name, count(o.id) AS n FROM shop.customers c LEFT JOIN shop.orders o ON"
            + " o.customer_id = c.id GROUP BY c.name",
        "SELECT c.name, i.price FROM shop.customers c LEFT JOIN shop.orders o ON o.customer_id ="
            + " c.id LEFT JOIN shop.items i ON i.order_id = o.id",
        "SELECT o.id, t.tag FROM shop.orders o, unnest(o.tags) AS t(tag)",
        "SELECT o.id, l.e.quantity, p.name FROM shop.orders o LEFT JOIN unnest(o.lines) AS l(e) ON"
            + " true LEFT JOIN shop.products p ON l.e.product_id = p.sku",
        "SELECT DISTINCT status, customer_id FROM shop.orders",
        "SELECT status, count(*) FROM shop.orders GROUP BY ALL",
        "SELECT upper(status) AS s, count(*) FILTER (WHERE total > 1) AS n, sum(total) FILTER"
            + " (WHERE id > 1) AS t FROM shop.orders GROUP BY upper(status)",
        "SELECT count(*), sum(total), avg(total), min(status), max(weight), stddev(total),"
            + " count(DISTINCT status), mode(status), sum(1) AS ones, count(1) AS also FROM"
            + " shop.orders",
        "SELECT status, last(total ORDER BY id), last(status ORDER BY total) FROM shop.orders GROUP"
            + " BY status",
        "SELECT first(total ORDER BY id, total) AS f FROM shop.orders",
        "SELECT customer_id % 2 AS odd, date_trunc('day', created_at) AS d, date_trunc('hour',"
            + " created_at) AS h, count(*) AS n FROM shop.orders GROUP BY 1, d, h ORDER BY n",
        "SELECT -1 - -(id) AS a, id - (id - 1) AS b, (id + 1) * 2 % 3 AS c, CASE status WHEN 'paid'"
            + " THEN 1 ELSE 0 END AS d, NOT (id > 1 AND total < 2 OR weight IS NULL) AS e, status"
            + " || '-' || status AS f, id::varchar AS g, tags[1] AS h, status LIKE 'p%d' AS i,"
            + " coalesce(status, 'x') AS j, nullif(id, 1) AS k, extract(year FROM created_at) AS l,"
            + " TRY_CAST(status AS INT) AS m, id / 2 AS n, total BETWEEN 1 AND 20 AND true AS o,"
            + " CAST(id AS DECIMAL(12, 3)) AS p FROM shop.orders",
        "SELECT * FROM (SELECT status, count(*) FROM shop.orders GROUP BY status) AS v(s, n)",
        "SELECT \"ID\", orders.Status FROM Shop.ORDERS",
        "SELECT status FROM shop.orders GROUP BY status HAVING count(*) >= 2",
        "SELECT p.category, p.name FROM shop.products p",
        "SELECT x.n + 1 AS m, y FROM (SELECT o.id + 1 AS n, c.name FROM shop.orders o LEFT JOIN"
            + " shop.customers c ON o.customer_id = c.id WHERE o.id > 1) AS x(n, y) WHERE n < 5",
        "SELECT y, count(*) AS n FROM (SELECT * FROM (SELECT total * 2 AS t, status AS y FROM"
            + " shop.orders) WHERE t > 1) GROUP BY y",
        "SELECT id, total FROM shop.orders ORDER BY total DESC, id LIMIT 2",
        "SELECT total AS id FROM shop.orders o QUALIFY row_number() OVER (PARTITION BY status ORDER"
            + " BY weight DESC, id) < 2",
        "SELECT id FROM shop.orders QUALIFY dense_rank() OVER (ORDER BY status) = 1",
        "SELECT status, count(*) AS n FROM shop.orders GROUP BY status QUALIFY rank() OVER (ORDER"
            + " BY sum(total) DESC) <= 2",
        "SELECT customer_id, status FROM shop.orders GROUP BY customer_id, status ORDER BY 1,"
            + " max(weight), status LIMIT 3",
        "SELECT i.id, c.title FROM shop.items i JOIN shop.products p ON i.product_id = p.sku JOIN"
            + " shop.categories c ON p.category = c.id",
      })
  void theDefinitionHasTheRowsOfTheQuery(String query) throws SQLException {
    String yaml = yaml(query);
    assertThat(tables.run(yaml)).as(yaml).isEqualTo(tables.run(sql(query)));
    SqlForm back = SqlForm.of(read(yaml), tables);
    if (back instanceof SqlForm.Query again) {
      assertThat(tables.run(sql(again.text()))).as(again.text()).isEqualTo(tables.run(yaml));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT id FROM shop.orders UNION SELECT id FROM shop.items | UNION",
        "WITH x AS (SELECT 1 AS a) SELECT a FROM x, shop.orders | WITH",
        "SELECT id FROM shop.orders LIMIT 2 | LIMIT without an order, or with OFFSET",
        "SELECT id FROM shop.orders ORDER BY total LIMIT 2 | the first rows of an order in which"
            + " several may come equal: end it with the key",
        "SELECT n FROM (SELECT status, count(*) AS n FROM shop.orders GROUP BY 1) WHERE n > 1 | a"
            + " subquery in FROM that groups",
        "SELECT id FROM shop.orders WHERE id NOT IN (SELECT order_id FROM shop.items) | a subquery"
            + " in an expression",
        "SELECT id, row_number() OVER (ORDER BY id) AS n FROM shop.orders | a window function",
        "SELECT median(id) AS m FROM shop.orders | the aggregate median",
        "SELECT sum(DISTINCT id) AS m FROM shop.orders | sum of DISTINCT values",
        "SELECT o.id FROM shop.orders o LEFT JOIN (shop.items i LEFT JOIN shop.products p ON p.name"
            + " > 'B') ON i.price > o.total | this join with i",
        "SELECT o.id FROM shop.orders o LEFT JOIN (shop.items i JOIN shop.products p ON p.sku ="
            + " i.product_id) ON i.price > o.total | an outer join with a join in parentheses",
        "SELECT o.id FROM shop.orders o FULL JOIN shop.customers c ON o.customer_id = c.id | a FULL"
            + " JOIN",
        "SELECT status, count(*) FROM shop.orders GROUP BY ROLLUP (status) | grouping sets",
        "SELECT id + 1 AS x, x * 2 AS y FROM shop.orders | aliases of outputs in other outputs,"
            + " WHERE and HAVING",
        "SELECT id FROM (SELECT id, id + 1 AS x FROM shop.orders WHERE x > 2) | aliases of outputs"
            + " in other outputs, WHERE and HAVING",
        "SELECT status, count(*) AS n FROM shop.orders GROUP BY status HAVING n > 1 | aliases of"
            + " outputs in other outputs, WHERE and HAVING",
      })
  void whatTheLanguageDoesNotHaveIsNamed(String query, String why) {
    YamlForm form = form(query);
    assertThat(form).as("%s", form).isInstanceOf(YamlForm.None.class);
    if (why != null) {
      assertThat(((YamlForm.None) form).why()).isEqualTo(why);
    }
  }
}
