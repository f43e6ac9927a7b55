package io.bergview.projection.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.resolve.SqlForm;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views of the language as SELECTs: their text, and that they have the same rows. */
class SqlFormRowsTest {
  private SampleTables tables;

  @BeforeEach
  void open() throws SQLException {
    tables = new SampleTables();
  }

  @AfterEach
  void close() throws Exception {
    tables.close();
  }

  private SqlForm form(String yaml) {
    return SqlForm.of(
        (ViewDefinition) new DefinitionReader(Set.of("lake")).read("v.yaml", yaml).get(0), tables);
  }

  @Test
  void rowsAlongRelations() {
    assertThat(
            form(
                """
                $type: V
                $from: Order
                $filter:
                  $expr: "total > 2 * WEIGHT OR customer.address.city = 'total'"
                  status: {$nin: [draft, null]}
                  weight: {$not: {$gt: 1}}
                $expand: [customer, customer.address]
                $flatten: {customer.address: home}
                $compute: {"tax; due": {$expr: 'total * 0.19 -- rounded later'}}
                $select: [id, customer_name, home_city, "tax; due"]
                """))
        .isEqualTo(
            new SqlForm.Query(
                """
                SELECT
                  "order".id,
                  customer.name AS customer_name,
                  address.city AS home_city,
                  ("order".total * 0.19 -- rounded later
                ) AS "tax; due"
                FROM "Order" AS "order"
                  LEFT JOIN Customer AS customer ON "order".customer_id = customer.id
                  LEFT JOIN Address AS address ON customer.address_id = address.id
                WHERE ("order".total > 2 * "order".weight OR address.city = 'total')
                  AND NOT (coalesce("order".status IN ('draft'), false) OR "order".status IS NULL)
                  AND NOT coalesce(("order".weight > CAST('1.0' AS DOUBLE) AND NOT isnan("order".weight)), false)\
                """));
  }

  @Test
  void groupsOfUnnestedRows() {
    assertThat(
            form(
                """
                $type: V
                $from: Order
                $unnest: {path: items, keepEmpty: true}
                $groupBy: [{month: created_at}, {bucket: {$expr: 'floor(items.price / 2)'}}]
                $compute:
                  n: {$count: items}
                  last: {$last: items.product.name, $orderBy: created_at}
                  share: {$expr: 'n / 2'}
                $having: {n: {$ne: 3}, $expr: 'BUCKET > 0 OR bucket IS NULL'}
                $select: {b: bucket, share: share, last: last}
                """))
        .isEqualTo(
            new SqlForm.Query(
                """
                SELECT
                  (floor(items.price / 2)) AS b,
                  (count(items.order_id) / 2) AS share,
                  last(product.name ORDER BY "order".created_at, "order".id, items.id, product.name) AS last
                FROM "Order" AS "order"
                  LEFT JOIN Item AS items ON "order".id = items.order_id
                  LEFT JOIN Product AS product ON items.product_id = product.sku
                GROUP BY CAST(date_trunc('month', "order".created_at) AS DATE), (floor(items.price / 2))
                HAVING count(items.order_id) IS DISTINCT FROM 3
                  AND ((floor(items.price / 2)) > 0 OR (floor(items.price / 2)) IS NULL)\
                """));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$filter: {$expr: \"total > 2 * WEIGHT OR status = 'paid'\", id: {$lt: 4}}",
        "$filter: {$not: {$expr: 'total > 2 * weight'}}",
        "$filter: {weight: {$not: {$gt: 0}}}",
        "$filter: {weight: {$gte: -1}}",
        "$filter: {status: {$ne: paid}}",
        "$filter: {status: {$in: [paid, null]}}",
        "$filter: {status: {$nin: [paid]}}",
        "$filter: {status: {$nin: [paid, null]}}",
        "$filter: {id: {$in: [1.5]}}",
        "$filter: {id: {$gt: 1.5, $lte: 3}}",
        "$filter: {created_at: {$lt: '2024-02-01T00:00:00Z'}}",
        "$filter: {$nor: [{status: {$startsWith: pa}}, {customer.name: null}]}",
        "$filter: {$or: []}",
        "$expand: [customer.address]\n$compute: {x: {$expr: 'len(tags) + id'}}",
        "$unnest: tags\n$select: [id, tags]",
        "$unnest: {path: lines, keepEmpty: true}\n$expand: [lines, lines.product]",
        "$unnest: items\n$expand: [items, items.product.category]\n$select: {c:"
            + " items_product_category_title, p: items_price}",
        "$groupBy: []\n$compute: {n: {$count: '*'}, w: {$max: weight}, s: {$stddev: total}}\n"
            + "$filter: {id: {$gt: 9}}",
        "$groupBy: [weight, {hour: created_at}]\n$compute: {a: {$avg: total}, m: {$mode: status}}",
        "$groupBy: customer.name\n$compute: {f: {$first: status, $orderBy: total}, l: {$last:"
            + " total}, v: {$variancePop: id}}\n$having: {v: {$gte: 0}}",
        "$groupBy: status\n$compute: {c: {$max: {$cond: [{total: {$gt: 1}}, 1, 0]}}, l: {$min:"
            + " {$literal: 5}}, d: {$countDistinct: customer_id}, t: {$sum: {$multiply: [total,"
            + " 0.5]}}, s: {$sum: {$subtract: [id, {$expr: 'total + 2'}]}}}",
        "$top: {rows: 2, orderBy: [{total: desc}]}",
        "$top: {rows: 1, orderBy: weight, by: [status, customer_id]}\n$select: [id, weight]",
        "$top: {rows: 1, orderBy: {created_at: desc}, by: customer_id, ties: rank}",
        "$filter: {id: {$gt: 1}}\n$top: {rows: 2, orderBy: [status], ties: dense}",
        "$groupBy: [status, customer_id]\n$compute: {s: {$sum: total}, d: {$expr: 's * 2'}}\n"
            + "$having: {s: {$ne: null}}\n$top: {rows: 1, orderBy: {d: desc}, by: customer_id}\n"
            + "$select: [status, s]",
        "$groupBy: [{day: created_at, $as: d}, {$expr: \"coalesce(status, '?')\", $as: s}]\n"
            + "$compute: {n: {$count: tags}, x: {$expr: 'n * 2'}}\n$having: {$or: [{x: {$gt: 1}},"
            + " {s: '?'}]}\n$select: [x, s]",
      })
  void theSelectHasTheRowsOfTheView(String body) throws SQLException {
    String yaml = "$type: V\n$from: Order\n" + body + "\n";
    String text = ((SqlForm.Query) form(yaml)).text();
    assertThat(tables.run("$type: V\n$sql: |\n" + text.indent(2)))
        .as(text)
        .isEqualTo(tables.run(yaml));
    assertThat(tables.resolve("$type: V\n$sql: |\n" + text.indent(2)).columns())
        .as(text)
        .map(column -> column.name() + " " + column.type())
        .isEqualTo(
            tables.resolve(yaml).columns().stream()
                .map(column -> column.name() + " " + column.type())
                .toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$expand: items",
        "$compute: {n: {$count: items}}",
        "$groupBy: [{day: created_at, $timezone: Europe/Berlin}]",
        "$unnest: lines\n$groupBy: []\n$compute: {f: {$first: lines.quantity}}",
        "$groupBy: [{a: {$expr: '1'}}]",
        "$groupBy: []\n$compute: {n: {$count: '*'}, x: {$expr: '2 + 2'}}\n$select: [x]",
      })
  void whatSqlCannotSayIsNamed(String body) {
    assertThat(form("$type: V\n$from: Order\n" + body + "\n")).isInstanceOf(SqlForm.None.class);
  }
}
