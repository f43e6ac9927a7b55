package io.bergview.projection.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.DefinitionException;
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

/** {@code $join}: its rows and key, its form in SQL and back, and what it refuses. */
class JoinFormTest {
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

  private String sql(String yaml) {
    SqlForm form = SqlForm.of(read(yaml), tables);
    assertThat(form).as(yaml).isInstanceOf(SqlForm.Query.class);
    return ((SqlForm.Query) form).text();
  }

  private String yaml(String query) {
    YamlForm form = YamlForm.of(read("$type: V\n$sql: |\n" + query.indent(2)), tables);
    assertThat(form).as(query).isInstanceOf(YamlForm.Found.class);
    return ((YamlForm.Found) form).text() + "\n";
  }

  @Test
  void eachMatchIsARow() throws SQLException {
    String view =
        """
        $type: V
        $from: Order
        $expand: [customer]
        $join:
          cheap: {$from: shop.items, $on: {$expr: 'cheap.price < total'}, $kind: left}
          vip: {$from: Customer, $on: {vip.is_vip: true, $expr: 'vip.id = customer_id'}, $kind: semi}
        $filter: {cheap.product.name: {$ne: Bread}}
        $flatten: {cheap: item}
        $select: [id, customer_name, item_id, item_price]
        """;
    assertThat(tables.run(view))
        .containsExactly(
            "id customer_name item_id item_price",
            "1 | Ada | 100 | 1.00",
            "1 | Ada | 102 | 3.00",
            "1 | Ada | 103 | 5.55",
            "1 | Ada | 104 | 9.99",
            "2 | Ada | 100 | 1.00",
            "2 | Ada | 102 | 3.00",
            "2 | Ada | 103 | 5.55",
            "2 | Ada | 104 | 9.99");
    assertThat(tables.resolve(view).key()).containsExactly("id", "item_id");
    assertThat(sql(view))
        .isEqualTo(
            """
            SELECT
              "order".id,
              customer.name AS customer_name,
              cheap.id AS item_id,
              cheap.price AS item_price
            FROM "Order" AS "order"
              LEFT JOIN Customer AS customer ON "order".customer_id = customer.id
              LEFT JOIN Item AS cheap ON (cheap.price < "order".total)
              LEFT JOIN Product AS product ON cheap.product_id = product.sku
            WHERE product.name IS DISTINCT FROM 'Bread'
              AND EXISTS (SELECT 1 FROM Customer AS vip WHERE (vip.is_vip = true AND (vip.id = "order".customer_id)))\
            """);
    assertThat(yaml(sql(view)))
        .isEqualTo(
            """
            $type: V
            $from: Order
            $filter: {$expr: 'cheap.product.name IS DISTINCT FROM ''Bread'''}
            $select: {id: id, customer_name: customer.name, item_id: cheap.id, item_price: cheap.price}
            $join:
              cheap: {$from: Item, $on: {$expr: 'cheap.price < total'}, $kind: left}
              vip: {$from: Customer, $on: {vip.is_vip: true, $expr: 'vip.id = customer_id'}, $kind: semi}
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT o.id, b.id AS other FROM shop.orders o JOIN shop.orders b ON b.total > o.total",
        "SELECT o.id, b.id AS other, b.total AS t FROM shop.orders o LEFT JOIN shop.orders b ON"
            + " b.total > o.total AND b.status = 'failed'",
        "SELECT o.id, c.name FROM shop.orders o, shop.customers c",
        "SELECT o.id FROM shop.orders o JOIN shop.products p ON o.status = p.name",
        "SELECT o.id, c.name FROM shop.orders o LEFT JOIN shop.customers c ON o.customer_id = c.id"
            + " AND NOT c.is_vip",
        "SELECT o.id, j.id AS other FROM shop.orders o, shop.items i, shop.items j WHERE i.order_id"
            + " = o.id AND j.order_id = o.id",
        "SELECT o.id, c.name, a.city FROM shop.orders o JOIN shop.customers c ON c.id <>"
            + " o.customer_id LEFT JOIN shop.addresses a ON a.id = c.address_id WHERE c.name > 'B'"
            + " OR o.id < 3",
        "SELECT o.id FROM shop.orders o WHERE EXISTS (SELECT 1 FROM shop.items i WHERE i.price >"
            + " o.total) AND NOT EXISTS (SELECT 1 FROM shop.customers WHERE name < status)",
        "SELECT id FROM shop.orders WHERE id IN (SELECT order_id FROM shop.items WHERE price > 1)",
        "SELECT o.id FROM shop.orders o SEMI JOIN shop.items i ON i.order_id = o.id AND i.price <"
            + " 2",
        "SELECT o.id FROM shop.orders o ANTI JOIN shop.items i ON i.order_id = o.id",
        "SELECT c.name, o.id, i.price FROM shop.customers c JOIN shop.orders o ON o.customer_id ="
            + " c.id JOIN shop.items i ON i.price < o.total",
        "SELECT c.name, o.id, p.id AS other FROM shop.customers c JOIN shop.orders o ON"
            + " o.customer_id = c.id JOIN shop.orders p ON p.customer_id = c.id AND p.id > o.id",
        "SELECT o.status, count(*) AS n, max(i.price) AS most FROM shop.orders o LEFT JOIN"
            + " shop.items i ON i.price BETWEEN o.total - 10 AND o.total GROUP BY o.status",
        "SELECT o.id, t.tag, i.id AS item FROM shop.orders o CROSS JOIN unnest(o.tags) AS t(tag)"
            + " LEFT JOIN shop.items i ON i.product_id = t.tag OR i.order_id = o.id"
      })
  void joinsOfSqlHaveAForm(String query) throws SQLException {
    String found = yaml(query);
    assertThat(found).contains("$join");
    assertThat(tables.run(found))
        .as(found)
        .isEqualTo(tables.run("$type: V\n$sql: |\n" + query.indent(2)));
    String back = "$type: V\n$sql: |\n" + sql(found).indent(2);
    assertThat(tables.run(back)).as(back).isEqualTo(tables.run(found));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A path that the condition follows through the joined rows.
        "{i: {$from: Item, $on: {i.product.category.title: Fruit, $expr: 'i.price < total'}, $kind:"
            + " left}}",
        "{i: {$from: Item, $on: {$not: {i.product.name: Apple}, $expr: 'i.order_id = id'}, $kind:"
            + " anti}}",
        "{i: {$from: Item, $on: {i.price: {$not: {$gt: 2}}, $expr: 'i.order_id = id'}, $kind:"
            + " semi}}",
        "{other: {$from: Order, $on: {$expr: 'other.weight > weight'}}}",
        "{other: {$from: Order, $on: {other.weight: {$gte: 0}}}}",
        "{other: {$from: Order, $on: {$or: [{other.id: 1}, {weight: {$lt: 2}}], id: {$in: [1,"
            + " 2]}}}}",
        "{a: {$from: Item, $on: {}}, b: {$from: Item, $on: {$expr: 'b.id = a.id + 1'}, $kind:"
            + " left}, c: {$from: Customer, $on: {$expr: 'c.id = b.order_id'}, $kind: anti}}",
        "{c: {$from: Customer, $on: {c.address.city: Ulm, $expr: 'c.id = customer_id'}}}"
      })
  void itsSelectHasItsRows(String joins) throws SQLException {
    String view =
        "$type: V\n$from: Order\n$join: " + joins + "\n$compute: {one: {$expr: 'id * 2'}}\n";
    String select = "$type: V\n$sql: |\n" + sql(view).indent(2);
    assertThat(tables.run(select)).as(select).isEqualTo(tables.run(view)).hasSizeGreaterThan(1);
    String back = yaml(sql(view));
    assertThat(tables.run(back)).as(back).isEqualTo(tables.run(view));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{b: {$from: Itme, $on: {}}}' | 'UNKNOWN_TYPE 3:20: $join.b.$from: join ''b'' is of"
            + " ''Itme'', but there is no entity type, view or table of that name (did you mean"
            + " ''Item''?)'",
        "'{b: {$from: Item, $on: {$expr: ''b.prize > total''}}}' | 'UNKNOWN_COLUMN 3:39:"
            + " $join.b.$on.$expr: column 1: ''b.prize'' of view V: type Item has no column or"
            + " relation ''prize'' (did you mean ''price''?)'",
        "'{b: {$from: Item, $on: {b.prize: 1}}}' | 'UNKNOWN_COLUMN 3:41: $join.b.$on.`b.prize`:"
            + " ''b.prize'' of view V: type Item has no column or relation ''prize'' (did you mean"
            + " ''price''?)'",
        "'{b: {$from: Item, $on: {prise: 1}}}' | 'UNKNOWN_COLUMN 3:39: $join.b.$on.prise: ''prise''"
            + " of view V: type Order has no column or relation ''prise''; it has b, created_at,"
            + " customer, customer_id, id, items, lines, status, tags, total, weight'",
        "'{status: {$from: Item, $on: {}}}' | 'NAME_COLLISION 3:9: $join.status: join ''status'' of"
            + " view V: type Order has a column of that name; call the join otherwise, such as"
            + " ''other_status'''",
        "'{Items: {$from: Item, $on: {}}}' | 'NAME_COLLISION 3:9: $join.Items: join ''Items'' of"
            + " view V: type Order has a relation of that name; call the join otherwise, such as"
            + " ''other_Items'''",
        "'{b: {$from: Item, $on: {$expr: ''c.id = 1''}}, c: {$from: Item, $on: {}}}' |"
            + " 'UNKNOWN_RELATION 3:39: $join.b.$on.$expr: column 1: ''c.id'' of view V: ''c'' is"
            + " joined later: $unnest comes before all joins, and $on sees the joins before its"
            + " own'",
        "'{b: {$from: Item, $on: {}, $kind: anti}}, $filter: {b.price: 1}' | 'UNKNOWN_RELATION"
            + " 3:69: $filter.`b.price`: ''b.price'' of view V: join ''b'' is anti, which shows"
            + " nothing of its rows'",
        "'{b: {$from: Item, $on: {}, $kind: semi}}, $compute: {x: {$expr: ''b.price''}}' |"
            + " 'UNKNOWN_RELATION 3:72: $compute.x.$expr: column 1: ''b.price'' of view V: join"
            + " ''b'' is semi, which shows nothing of its rows'",
        "'{b: {$from: Order, $on: {b.items.price: 1}}}' | 'GRAIN 3:48: $join.b.$on.`b.items.price`:"
            + " ''b.items.price'' of view V leads from a joined row to many rows; join those too,"
            + " or join a view that collects them'",
        "'{b: {$from: Order, $on: {}}}, $expand: [b.items]' | 'GRAIN 3:48: $expand[0]: ''b.items''"
            + " of view V leads from a joined row to many rows; join those too, or join a view that"
            + " collects them'",
        "'{b: {$from: Item, $on: {}}}, $filter: {b: 1}' | 'UNKNOWN_COLUMN 3:50: $filter.b: ''b'' of"
            + " view V is a join of Item, not a column; name a column of it, such as ''b.id'''",
        "'{b: {$from: Item, $on: {items.price: 1}}}' | 'GRAIN 3:45: $join.b.$on.`items.price`:"
            + " ''items.price'' of view V leads to many rows; add $unnest: items to have a row for"
            + " each'",
        "'{b: {$from: Order, $on: {}}}, $unnest: b.items' | 'UNKNOWN_RELATION 3:47: $unnest:"
            + " ''b.items'' of view V: ''b'' is joined later: $unnest comes before all joins, and"
            + " $on sees the joins before its own'",
        "'{b: {$from: Order, $on: {}}}, $groupBy: status, $compute: {n: {$count: b}}' |"
            + " 'UNKNOWN_COLUMN 3:79: $compute.n.$count: ''b'' of view V is a join of Order, not a"
            + " column; name a column of it, such as ''b.id'''",
        "'{b: {$from: Line, $on: {}}}' | 'MISSING 3:20: $join.b.$from: type Line has no $table, so"
            + " it can only be embedded in columns of other types'",
      })
  void whatItNamesMustBeThere(String join, String problem) {
    String text = "{$type: V,\n$from: Order,\n$join: " + join + "}";
    DefinitionException failure =
        catchThrowableOfType(DefinitionException.class, () -> tables.resolve(text));
    assertThat(failure).as(text).isNotNull();
    assertThat(
            failure.problems().stream()
                .map(
                    one ->
                        "%s %d:%d: %s: %s"
                            .formatted(
                                one.kind(), one.line(), one.column(), one.at(), one.message()))
                .toList())
        .containsExactly(problem);
  }
}
