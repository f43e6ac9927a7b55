package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.DefinitionException;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowFiles;
import io.bergview.verify.VerifyResult;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Views in YAML with {@code $expr}, {@code $having} and {@code $mode}, their values stated. */
@Tag("contract")
class ExpressionViewsTest {
  private static final Schema ORDERS =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "customer_id", Types.LongType.get()),
          Types.NestedField.optional(3, "price", Types.DecimalType.of(9, 2)),
          Types.NestedField.optional(4, "cost", Types.DecimalType.of(9, 2)),
          Types.NestedField.optional(5, "weight", Types.DoubleType.get()),
          Types.NestedField.optional(6, "Status", Types.StringType.get()));
  private static final Schema CUSTOMERS =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "name", Types.StringType.get()),
          Types.NestedField.optional(3, "home town", Types.StringType.get()));
  private static final String TYPES =
      """
      $type: Order
      $table: shop.orders
      $id: id
      customer: '-> Customer'
      ---
      $type: Customer
      $table: shop.customers
      $id: id
      orders: '<- Order.customer[]'
      """;

  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    project.createNamespace("shop");
    create("orders", ORDERS);
    create("customers", CUSTOMERS);
    project.write("types/types.yaml", TYPES);
    insert("orders", ORDERS, "1 10 10.00 4.00 1.5 new", "2 10 3.00 2.00 0.5 paid");
    insert("orders", ORDERS, "3 11 25.00 - - paid", "4 - 8.00 1.00 2.0 -");
    insert("customers", CUSTOMERS, "10 Ada Ulm", "11 Bob Bonn");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void create(String name, Schema schema) {
    project
        .catalog()
        .createTable(TableIdentifier.of("shop", name), schema, PartitionSpec.unpartitioned());
  }

  private void insert(String table, Schema schema, String... rows) {
    List<Record> records = new ArrayList<>();
    for (String row : rows) {
      String[] cells = row.split(" ");
      Record record = GenericRecord.create(schema);
      for (int i = 0; i < cells.length; i++) {
        record.set(
            i,
            cells[i].equals("-")
                ? null
                : switch (schema.columns().get(i).type().typeId()) {
                  case LONG -> Long.valueOf(cells[i]);
                  case DECIMAL -> new BigDecimal(cells[i]);
                  case DOUBLE -> Double.valueOf(cells[i]);
                  default -> cells[i];
                });
      }
      records.add(record);
    }
    RowFiles.append(project.table("shop", table), records);
  }

  private void update(String table, long id, String column, Object value) {
    CopyOnWrite.update(
        project.table("shop", table),
        Expressions.equal("id", id),
        row -> {
          row.setField(column, value);
          return row;
        });
  }

  private RefreshResult assertRows(String view, String... rows) {
    RefreshResult result = project.refresh(view);
    List<String> found =
        project.contents(view).stream()
            .map(
                row ->
                    row.values().stream()
                        .map(value -> value == null ? "-" : String.valueOf(value))
                        .collect(Collectors.joining(" ")))
            .toList();
    assertThat(found).as("%s", result).containsExactlyInAnyOrder(rows);
    VerifyResult verified = project.verify(view);
    assertThat(verified.equal()).as("%s", verified).isTrue();
    return result;
  }

  private void assertFollowed(String view, String... rows) {
    RefreshResult result = assertRows(view, rows);
    assertThat(result.kind()).as("%s", result).isNotEqualTo(RefreshKind.FULL);
  }

  @Test
  void valuesAndFiltersOfRows() {
    project.define(
        "V",
        """
        $from: Order
        $filter: {$or: [{$expr: 'price > 2 * cost'}, {status: null, $expr: 'STATUS is null'}]}
        $compute:
          margin: {$expr: 'price - coalesce(cost, 0)'}
          who: {$expr: "customer.name || '/' || customer.\\"home town\\""}
        $select: [id, margin, who]
        """
            .replace("{status: null, ", "{Status: null, "));
    assertRows("V", "1 6.00 Ada/Ulm", "4 7.00 -");
    update("customers", 10, "home town", "Bern");
    assertFollowed("V", "1 6.00 Ada/Bern", "4 7.00 -");
    update("orders", 2, "price", new BigDecimal("4.01"));
    assertFollowed("V", "1 6.00 Ada/Bern", "2 2.01 Ada/Bern", "4 7.00 -");
  }

  @Test
  void aggregatesOfExpressionsAndKeysThatAreOnes() {
    project.define(
        "V",
        """
        $from: Order
        $groupBy: [{bucket: {$expr: 'floor(price / 10)'}}, {$expr: 'upper(customer.name)', $as: who}]
        $compute:
          orders: {$count: {$expr: "nullif(Status, 'new')"}}
          margin: {$sum: {$expr: 'price - cost'}}
          both: {$sum: {$cond: [{$expr: 'price > 2 * cost'}, {$expr: 'price * 2'}, 0]}}
          per: {$expr: 'CAST(margin AS DECIMAL(9, 0))'}
        """);
    assertRows(
        "V",
        "1 ADA 0 6.00 20.00 6",
        "0 ADA 1 1.00 0.00 1",
        "2 BOB 1 - 0.00 -",
        "0 - 0 7.00 16.00 7");
    insert("orders", ORDERS, "5 10 12.50 2.00 1.0 paid");
    assertFollowed(
        "V",
        "1 ADA 1 16.50 45.00 17",
        "0 ADA 1 1.00 0.00 1",
        "2 BOB 1 - 0.00 -",
        "0 - 0 7.00 16.00 7");
    update("orders", 1, "price", new BigDecimal("31.20"));
    update("customers", 11, "name", "ada");
    assertFollowed(
        "V",
        "1 ADA 1 10.50 25.00 11",
        "3 ADA 0 27.20 62.40 27",
        "0 ADA 1 1.00 0.00 1",
        "2 ADA 1 - 0.00 -",
        "0 - 0 7.00 16.00 7");
  }

  @Test
  void computedValuesOfAggregatesThatAreNotShown() {
    project.define(
        "V",
        """
        $from: Order
        $groupBy: customer.name
        $compute:
          least: {$min: price}
          n: {$count: '*'}
          total: {$sum: price}
          mean: {$expr: 'CAST(total / n AS DECIMAL(9, 2))'}
          span: {$expr: 'total - LEAST'}
        $select: [customer_name, mean, span]
        """
            .replace("LEAST", "\"LEAST\""));
    assertRows("V", "Ada 6.50 10.00", "Bob 25.00 0.00", "- 8.00 0.00");
    insert("orders", ORDERS, "5 10 2.00 2.00 1.0 paid", "6 - 1.00 - - -");
    assertFollowed("V", "Ada 5.00 13.00", "Bob 25.00 0.00", "- 4.50 8.00");
    update("orders", 5, "customer_id", 11L);
    assertFollowed("V", "Ada 6.50 10.00", "Bob 13.50 25.00", "- 4.50 8.00");
  }

  @Test
  void groupsEnterAndLeaveByHaving() {
    project.define(
        "V",
        """
        $from: Order
        $groupBy: customer.name
        $compute: {n: {$count: '*'}, total: {$sum: price}, usual: {$mode: Status}}
        $having: {n: {$gte: 2}, $or: [{$expr: 'total > 10'}, {customer_name: null}]}
        $select: [customer_name, total, usual]
        """);
    assertRows("V", "Ada 13.00 new");
    insert("orders", ORDERS, "5 11 1.00 1.00 1.0 new", "6 11 1.00 1.00 1.0 paid", "7 - 1.00 - - -");
    assertFollowed("V", "Ada 13.00 new", "Bob 27.00 paid", "- 9.00 -");
    update("orders", 1, "price", new BigDecimal("5.00"));
    assertFollowed("V", "Bob 27.00 paid", "- 9.00 -");
    update("orders", 7, "customer_id", 10L);
    assertFollowed("V", "Bob 27.00 paid");
    update("orders", 6, "Status", "new");
    assertFollowed("V", "Bob 27.00 new");
    update("customers", 11, "name", null);
    assertFollowed("V", "- 35.00 new");
  }

  @Test
  void aTotalIsShownOnlyWhileItMeetsItsCondition() {
    project.define(
        "V",
        "$from: Order\n"
            + "$groupBy: []\n"
            + "$compute: {total: {$sum: price}}\n"
            + "$having: {total: {$lt: 50}}\n");
    assertRows("V", "46.00");
    insert("orders", ORDERS, "5 11 4.00 1.00 1.0 new");
    assertFollowed("V");
    update("orders", 5, "price", new BigDecimal("3.99"));
    assertFollowed("V", "49.99");
  }

  @Test
  void havingOverASumOfDoublesIsRecomputed() {
    project.define(
        "V",
        "$from: Order\n$groupBy: Status\n$compute: {w: {$sum: weight}}\n$having: {w: {$gt: 1}}\n");
    assertRows("V", "new 1.5", "- 2.0");
    insert("orders", ORDERS, "5 11 4.00 1.00 1.0 paid");
    RefreshResult result = assertRows("V", "new 1.5", "paid 1.5", "- 2.0");
    assertThat(result.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(result.message()).contains("'w.sum', a sum of floating point");
  }

  @Test
  void aggregatesOfChildren() {
    project.define(
        "V",
        """
        $from: Customer
        $compute:
          margin: {$sum: {$expr: 'orders.price - orders.cost'}}
          usual: {$mode: orders.Status}
          label: {$expr: "id || ':' || name"}
        $select: [label, margin, usual]
        """);
    assertRows("V", "10:Ada 7.00 new", "11:Bob - paid");
    update("orders", 3, "cost", new BigDecimal("5.00"));
    assertFollowed("V", "10:Ada 7.00 new", "11:Bob 20.00 paid");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '^',
      value = {
        "$filter: {$expr: 'pric > 1'} # 3:18: $filter.$expr: column 1: 'pric' of view V: type Order"
            + " has no column or relation 'pric' (did you mean 'price'?)",
        "$filter: {$expr: 'price > 1 AND customer.nam = 3'} # column 15: 'customer.nam' of view V:"
            + " type Customer has no column or relation 'nam' (did you mean 'name'?)",
        "$filter: {$expr: 'price'} # column 1: $expr needs a condition, which is true or false;"
            + " this is decimal(9, 2)",
        "$filter: {$expr: 'price >'} # column 7: syntax error at or near \">\", with which the text"
            + " ends: perhaps it is cut off",
        "$filter: {$expr: 'now() > customer'} # column 1: now",
        "$filter: {$expr: 'customer > 1'} # 'customer' of view V is a relation to Customer, not a"
            + " column",
        "$filter: {$expr: 'current_date > 1'} # column 1: current_date",
        "$filter: {$expr: '1 + uper(Status)'} # column 5: there is no function 'uper' (did you mean"
            + " 'upper'?)",
        "$filter: {$expr: 'sum(price) > 1'} # column 1: an aggregate cannot stand in $expr; put the"
            + " expression into the aggregate",
        "$filter: {$expr: 'price > (SELECT 1)'} # a subquery in $expr is not supported; follow a"
            + " relation",
        "$filter: {$expr: 'rank() OVER () > 1'} # a window function cannot stand in $expr; write"
            + " the view in SQL",
        "$filter: {$expr: 'price > ?'} # a parameter is not supported",
        "$compute: {a: {$expr: 'price + Status'}} # $compute.a.$expr: column 7",
        "$compute: {a: {$expr: \"INTERVAL '1' DAY\"}} # an interval by itself is not supported",
        "$groupBy: [{a: {$expr: '[price]'}}] # Cannot group view V by '[price]': it is list<",
        "$groupBy: [{day: {$expr: 'price'}, $as: d}] # Cannot group view V by the day of 'price':"
            + " it is decimal(9, 2)",
        "$groupBy: [Status]\\n"
            + "$compute: {n: {$count: '*'}, a: {$expr: 'price + n'}} # column 1: the groups of view"
            + " V have no 'price'; named here are keys and aggregates: Status, n",
        "$groupBy: [Status]\\n"
            + "$compute: {n: {$count: '*'}}\\n"
            + "$having: {m: 1} # $having.m: the groups of view V have no 'm' (did you mean 'n'?)",
        "$groupBy: [Status]\\n"
            + "$compute: {n: {$count: '*'}}\\n"
            + "$having: {n: x} # $having.n: Cannot compare 'n' of view V",
      })
  void problemsHaveTheirPlaceAndAWayOut(String definition, String message) {
    DefinitionException failure =
        catchThrowableOfType(
            DefinitionException.class,
            () -> project.define("V", "$from: Order\n" + definition.replace("\\n", "\n") + "\n"));
    assertThat(failure).isNotNull().hasMessageContaining(message);
  }
}
