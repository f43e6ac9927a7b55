package io.bergview.projection.sql;

import io.bergview.projection.definition.Definition;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.UniqueCheck;
import io.bergview.projection.resolve.ViewResolver;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A small shop in DuckDB, one relation a table with columns named by field id, and definitions run
 * over it.
 */
final class SampleTables implements AutoCloseable, TypeSource {
  private static final String TYPES =
      """
      $type: Order
      $table: shop.orders
      $id: id
      customer: '-> Customer'
      items: '<- Item.order[]'
      lines: 'Line[]'
      ---
      $type: Line
      product: '-> Product'
      ---
      $type: Item
      $table: shop.items
      $id: id
      order: '-> Order'
      product: '-> Product'
      ---
      $type: Customer
      $table: shop.customers
      $id: id
      address: '-> Address'
      orders: '<- Order.customer[]'
      ---
      $type: Address
      $table: shop.addresses
      $id: id
      ---
      $type: Product
      $table: shop.products
      $id: sku
      $keys: {category: category}
      category: '-> Category'
      ---
      $type: Category
      $table: shop.categories
      $id: id
      parent: '-> Category'
      """;

  private final Connection connection;
  private final Map<String, EntityType> types = new LinkedHashMap<>();
  private final Map<String, Schema> schemas = new LinkedHashMap<>();

  SampleTables() throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET TimeZone = 'UTC'");
    execute(
        "CREATE MACRO bv_average_2_6(s, n) AS CASE WHEN n > 0 THEN CAST(s / n AS DECIMAL(38, 6))"
            + " END");
    // Hours of Europe/Berlin, whose clocks have been a whole number of hours ahead since 1900.
    execute(
        "CREATE MACRO bv_hour_4575726f70652f4265726c696e(micros) AS"
            + " CAST(floor(micros / 3600000000) AS BIGINT) * 3600000000");
    for (Definition definition : new DefinitionReader(Set.of("lake")).read("types.yaml", TYPES)) {
      EntityType type = (EntityType) definition;
      types.put(type.name(), type);
    }
    Types.StructType line =
        Types.StructType.of(
            NestedField.optional(12, "product_id", Types.StringType.get()),
            NestedField.optional(13, "quantity", Types.IntegerType.get()));
    table(
        "Order",
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "customer_id", Types.LongType.get()),
            NestedField.optional(3, "status", Types.StringType.get()),
            NestedField.optional(4, "total", Types.DecimalType.of(10, 2)),
            NestedField.optional(5, "weight", Types.DoubleType.get()),
            NestedField.optional(6, "created_at", Types.TimestampType.withZone()),
            NestedField.optional(10, "lines", Types.ListType.ofOptional(11, line)),
            NestedField.optional(
                14, "tags", Types.ListType.ofOptional(15, Types.StringType.get()))),
        """
        (1, 10, 'paid', 10.50, 1.5, '2024-01-31 23:30:00+00', [{'product_id': 'a', 'quantity': 2}, NULL, {'product_id': 'zz', 'quantity': 1}], ['x', NULL]),
        (2, 10, 'failed', 20.00, 'NaN', '2024-02-01 00:30:00+00', [], []),
        (3, 99, 'paid', NULL, -0.0, '1969-12-31 23:59:59+00', NULL, NULL),
        (4, NULL, NULL, 0.25, NULL, NULL, [{'product_id': 'b', 'quantity': 5}], ['y'])
        """);
    table(
        "Item",
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "order_id", Types.LongType.get()),
            NestedField.optional(3, "product_id", Types.StringType.get()),
            NestedField.optional(4, "price", Types.DecimalType.of(8, 2))),
        "(100, 1, 'a', 1.00), (102, 1, NULL, 3.00), (101, 1, 'b', NULL), (103, 2, 'a', 5.55), (104,"
            + " NULL, 'a', 9.99)");
    table(
        "Customer",
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "name", Types.StringType.get()),
            NestedField.optional(3, "is_vip", Types.BooleanType.get()),
            NestedField.optional(4, "address_id", Types.IntegerType.get())),
        "(10, 'Ada', true, 7), (11, 'Bob', false, NULL)");
    table(
        "Address",
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "city", Types.StringType.get())),
        "(7, 'Ulm')");
    table(
        "Product",
        new Schema(
            NestedField.required(1, "sku", Types.StringType.get()),
            NestedField.optional(2, "name", Types.StringType.get()),
            NestedField.optional(3, "category", Types.LongType.get())),
        "('a', 'Apple', 1), ('b', 'Bread', 2)");
    table(
        "Category",
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "title", Types.StringType.get()),
            NestedField.optional(3, "parent_id", Types.LongType.get())),
        "(1, 'Fruit', 3), (2, 'Bakery', 3), (3, 'Food', NULL)");
  }

  private void table(String type, Schema schema, String rows) throws SQLException {
    schemas.put(type, schema);
    List<String> columns = new ArrayList<>();
    for (NestedField field : schema.columns()) {
      columns.add("c" + field.fieldId() + " " + DuckDbTypes.sqlType(field.type()));
    }
    execute("CREATE TABLE " + DuckDbTypes.quote(type) + " (" + String.join(", ", columns) + ")");
    execute("INSERT INTO " + DuckDbTypes.quote(type) + " VALUES " + rows);
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  ResolvedView resolve(String yaml) {
    return ViewResolver.resolve(
        (ViewDefinition) new DefinitionReader(Set.of("lake")).read("view.yaml", yaml).get(0), this);
  }

  /** The result, one line per row, sorted, visible columns only: names in the first line. */
  List<String> run(String yaml) throws SQLException {
    ResolvedView view = resolve(yaml);
    List<String> lines = rows(view.plan(), view.columns().size());
    lines.sort(null);
    lines.add(0, String.join(" ", view.columns().stream().map(column -> column.name()).toList()));
    return lines;
  }

  /** Keys that rows refer to and that occur twice. */
  List<String> duplicates(UniqueCheck check) throws SQLException {
    List<String> target = rows(check.target(), check.keyNames().size());
    List<String> references = rows(check.references(), check.keyNames().size());
    return references.stream()
        .distinct()
        .filter(key -> !key.equals("null"))
        .filter(key -> target.stream().filter(key::equals).count() > 1)
        .toList();
  }

  List<String> rows(Plan plan, int columns) throws SQLException {
    String sql = DuckDbSql.select(plan, source -> DuckDbTypes.quote(source.type()));
    List<String> lines = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (" + sql + ")")) {
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          cells.add(String.valueOf(rows.getString(i)));
        }
        lines.add(String.join(" | ", cells));
      }
    }
    return lines;
  }

  @Override
  public Collection<String> names() {
    return types.keySet();
  }

  @Override
  public Optional<EntityType> type(String name) {
    return Optional.ofNullable(types.get(name));
  }

  @Override
  public Optional<EntityType> table(List<String> path) {
    return types.values().stream()
        .filter(type -> type.table().filter(table -> table.isCalled(path)).isPresent())
        .findFirst();
  }

  @Override
  public Schema schema(EntityType type) {
    return schemas.get(type.name());
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
