package io.bergview.refresh;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static java.util.stream.Collectors.joining;

import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.cache.LocalFiles;
import io.bergview.pipeline.engine.EmbeddedSession;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.projection.definition.Definition;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.resolve.ViewResolver;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.refresh.incremental.ScratchTables;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A small shop in a session, without Iceberg, at two moments between which rows were inserted and
 * deleted by chance. Keys are few, so that rows meet, and may be null.
 */
final class AlgebraTables implements TypeSource {
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
      $id: [order_id, number]
      order: '-> Order'
      product: '-> Product'
      notes: '<- Note.item[]'
      ---
      $type: Reading
      $table: shop.readings
      $id: id
      ---
      $type: Note
      $table: shop.notes
      item: '-> Item'
      $keys: {item: [item_order, item_number]}
      ---
      $type: Customer
      $table: shop.customers
      $id: id
      address: '-> Address'
      orders: '<- Order.customer[]'
      visits: '<- Visit.customer[]'
      ---
      $type: Visit
      $table: shop.visits
      $id: day
      customer: '-> Customer'
      ---
      $type: Address
      $table: shop.addresses
      $id: id
      customers: '<- Customer.address[]'
      ---
      $type: Product
      $table: shop.products
      $id: sku
      category: '-> Category'
      ---
      $type: Category
      $table: shop.categories
      $id: id
      parent: '-> Category'
      """;

  private final DuckDbSession session;
  private final ScratchTables scratch;
  private final Random random;
  private final Map<String, EntityType> types = new LinkedHashMap<>();
  private final Map<String, Schema> schemas = new LinkedHashMap<>();
  private final Map<String, Supplier<List<String>>> rows = new LinkedHashMap<>();
  private final Map<String, String> before = new LinkedHashMap<>();
  private final Map<String, String> now = new LinkedHashMap<>();

  AlgebraTables(DuckDbSession session, long seed) {
    this.session = session;
    this.scratch =
        new ScratchTables(
            new EmbeddedSession(
                session,
                new TableScanner(new LocalFiles(Path.of("cache"), 1 << 20, Clock.systemUTC()))));
    this.random = new Random(seed);
    for (Definition definition : new DefinitionReader(Set.of("lake")).read("types.yaml", TYPES)) {
      EntityType type = (EntityType) definition;
      types.put(type.name(), type);
    }
    tables();
    schemas.keySet().forEach(type -> fill(type, type.equals("Reading") ? 40 : 9));
  }

  private void tables() {
    Types.StructType line =
        Types.StructType.of(
            NestedField.optional(12, "product_id", Types.StringType.get()),
            NestedField.optional(13, "quantity", Types.IntegerType.get()));
    table(
        "Order",
        () ->
            List.of(
                key(8), key(5), word(), number(), weight(), lines(), "['x', NULL, " + word() + "]"),
        NestedField.optional(1, "id", Types.LongType.get()),
        NestedField.optional(2, "customer_id", Types.LongType.get()),
        NestedField.optional(3, "status", Types.StringType.get()),
        NestedField.optional(4, "total", Types.DecimalType.of(10, 2)),
        NestedField.optional(5, "weight", Types.DoubleType.get()),
        NestedField.optional(10, "lines", Types.ListType.ofOptional(11, line)),
        NestedField.optional(14, "tags", Types.ListType.ofOptional(15, Types.StringType.get())));
    table(
        "Item",
        () -> List.of(key(8), key(3), word(), number(), weight()),
        NestedField.optional(1, "order_id", Types.LongType.get()),
        NestedField.optional(2, "number", Types.IntegerType.get()),
        NestedField.optional(3, "product_id", Types.StringType.get()),
        NestedField.optional(4, "price", Types.DecimalType.of(8, 2)),
        NestedField.optional(5, "weight", Types.DoubleType.get()));
    table(
        "Note",
        () -> List.of(key(8), key(3), word()),
        NestedField.optional(1, "item_order", Types.LongType.get()),
        NestedField.optional(2, "item_number", Types.IntegerType.get()),
        NestedField.optional(3, "text", Types.StringType.get()));
    table(
        "Customer",
        () -> List.of(key(5), word(), key(3)),
        NestedField.optional(1, "id", Types.LongType.get()),
        NestedField.optional(2, "name", Types.StringType.get()),
        // Narrower than the key that it refers to.
        NestedField.optional(3, "address_id", Types.IntegerType.get()));
    table(
        "Visit",
        () -> List.of(key(8), key(5)),
        NestedField.optional(1, "day", Types.LongType.get()),
        NestedField.optional(2, "customer_id", Types.LongType.get()));
    table(
        "Address",
        () -> List.of(key(3), word()),
        NestedField.optional(1, "id", Types.LongType.get()),
        NestedField.optional(2, "city", Types.StringType.get()));
    table(
        "Product",
        () -> List.of(word(), word(), key(4)),
        NestedField.optional(1, "sku", Types.StringType.get()),
        NestedField.optional(2, "name", Types.StringType.get()),
        NestedField.optional(3, "category_id", Types.LongType.get()));
    table(
        "Category",
        () -> List.of(key(4), word(), key(4)),
        NestedField.optional(1, "id", Types.LongType.get()),
        NestedField.optional(2, "title", Types.StringType.get()),
        NestedField.optional(3, "parent_id", Types.LongType.get()));
    reads();
  }

  /** A column of each type that has a least and a greatest value. */
  private void reads() {
    table(
        "Reading",
        () ->
            List.of(
                key(1000),
                key(2),
                Integer.toString(random.nextInt(-9, 9)),
                number(),
                weight() + "::FLOAT",
                random.nextInt(5) == 0 ? "'-infinity'::DOUBLE" : weight(),
                number() + " / 100.0",
                "'99999999999999999999999999999999999.5'::DECIMAL(38, 1) * " + number(),
                "DATE '2024-01-31' + " + number(),
                "TIME '12:00' + INTERVAL (" + number() + ") MINUTE",
                "TIMESTAMP '1969-12-31' + INTERVAL (" + number() + ") HOUR",
                "TIMESTAMPTZ '2024-03-31 01:00:00+00' + INTERVAL (" + number() + ") MINUTE",
                random.nextBoolean() ? word() : "'é' || " + word(),
                random.nextInt(6) == 0 ? "NULL" : "CAST('\\xFF' || " + word() + " AS BLOB)",
                random.nextInt(6) == 0
                    ? "NULL"
                    : "'%x0000000-0000-0000-0000-000000000000'".formatted(random.nextInt(16)),
                random.nextInt(6) == 0 ? "NULL" : Boolean.toString(random.nextBoolean())),
        NestedField.optional(1, "id", Types.LongType.get()),
        NestedField.optional(2, "place", Types.LongType.get()),
        NestedField.required(3, "always", Types.LongType.get()),
        NestedField.optional(4, "whole", Types.IntegerType.get()),
        NestedField.optional(5, "single", Types.FloatType.get()),
        NestedField.optional(6, "twice", Types.DoubleType.get()),
        NestedField.optional(7, "price", Types.DecimalType.of(5, 2)),
        NestedField.optional(8, "huge", Types.DecimalType.of(38, 1)),
        NestedField.optional(9, "day", Types.DateType.get()),
        NestedField.optional(10, "clock", Types.TimeType.get()),
        NestedField.optional(11, "local", Types.TimestampType.withoutZone()),
        NestedField.optional(12, "instant", Types.TimestampType.withZone()),
        NestedField.optional(13, "text", Types.StringType.get()),
        NestedField.optional(14, "bytes", Types.BinaryType.get()),
        NestedField.optional(15, "uuid", Types.UUIDType.get()),
        NestedField.optional(16, "flag", Types.BooleanType.get()));
  }

  private void table(String type, Supplier<List<String>> row, NestedField... columns) {
    schemas.put(type, new Schema(columns));
    rows.put(type, row);
  }

  private String key(int below) {
    return random.nextInt(8) == 0 ? "NULL" : Integer.toString(random.nextInt(below));
  }

  private String word() {
    return random.nextInt(6) == 0 ? "NULL" : "'" + "abc".charAt(random.nextInt(3)) + "'";
  }

  private String number() {
    return random.nextInt(4) == 0 ? "NULL" : Integer.toString(random.nextInt(-3, 4));
  }

  private String weight() {
    return random.nextInt(6) == 0 ? "'NaN'::DOUBLE" : number() + "::DOUBLE / 3";
  }

  private String lines() {
    if (random.nextInt(4) == 0) {
      return random.nextBoolean() ? "NULL" : "[]";
    }
    return "[{'product_id': %s, 'quantity': %s}, NULL, {'product_id': %s, 'quantity': 1}]"
        .formatted(word(), number(), word());
  }

  /** To-one relations lead to at most one row. */
  private static boolean isUnique(String type) {
    return Set.of("Customer", "Address", "Product", "Category").contains(type);
  }

  private void fill(String type, int count) {
    String name =
        scratch.table(
            type,
            "SELECT * FROM (VALUES "
                + Stream.generate(() -> row(type)).limit(count).collect(joining(", "))
                + ")");
    now.put(type, distinct(type, name));
    before.put(type, now.get(type));
  }

  private String row(String type) {
    List<String> cells = new ArrayList<>();
    List<String> values = rows.get(type).get();
    List<NestedField> columns = schemas.get(type).columns();
    for (int i = 0; i < columns.size(); i++) {
      cells.add("CAST(" + values.get(i) + " AS " + sqlType(columns.get(i).type()) + ")");
    }
    return "(" + String.join(", ", cells) + ")";
  }

  private String distinct(String type, String table) {
    String columns =
        schemas.get(type).columns().stream()
            .map(field -> column(field.fieldId()))
            .collect(joining(", "));
    String named = "SELECT * FROM " + quote(table) + " AS t(" + columns + ")";
    return scratch.table(
        type,
        isUnique(type) ? "SELECT DISTINCT ON (c1) * FROM (" + named + ") ORDER BY ALL" : named);
  }

  /** Rows of a type come, go, or both; what was now is before. */
  void change(Collection<String> changed, boolean goes, boolean comes) {
    before.putAll(now);
    for (String type : changed) {
      String kept =
          "SELECT * FROM " + quote(now.get(type)) + (goes ? " OFFSET " + random.nextInt(1, 4) : "");
      String added = comes ? " UNION ALL SELECT * FROM (VALUES " + row(type) + ")" : "";
      now.put(type, distinct(type, scratch.table(type, "(" + kept + ")" + added)));
    }
  }

  /**
   * Rows of a type go from one end of a column, and others come; what was now is before.
   *
   * @param order of a column, the rows that go first
   */
  void change(String type, String order, int gone, int insertedRows) {
    before.putAll(now);
    String kept =
        "SELECT * FROM %s ORDER BY %s OFFSET %d".formatted(quote(now.get(type)), order, gone);
    String rows = "(" + kept + ")";
    if (insertedRows > 0) {
      rows +=
          " UNION ALL SELECT * FROM (VALUES "
              + Stream.generate(() -> row(type)).limit(insertedRows).collect(joining(", "))
              + ")";
    }
    now.put(type, distinct(type, scratch.table(type, rows)));
  }

  String before(SourceTable source) {
    return quote(before.get(source.type()));
  }

  String now(SourceTable source) {
    return now(source.type());
  }

  String now(String type) {
    return quote(now.get(type));
  }

  /** The rows that one moment has and the other has not, in some columns. */
  String gone(SourceTable source) {
    return difference(source, before, now);
  }

  /** As {@link #gone}. */
  String insertedRows(SourceTable source) {
    return difference(source, now, before);
  }

  private String difference(
      SourceTable source, Map<String, String> some, Map<String, String> others) {
    String columns =
        source.schema().columns().stream()
            .map(field -> column(field.fieldId()))
            .collect(joining(", ", "SELECT ", " FROM "));
    return scratch.table(
        "difference",
        columns
            + quote(some.get(source.type()))
            + " EXCEPT ALL "
            + columns
            + quote(others.get(source.type())));
  }

  ResolvedView resolve(String yaml) {
    return resolve(yaml, ViewResolver.EXTREMES);
  }

  ResolvedView resolve(String yaml, int extremes) {
    return ViewResolver.resolve(
        (ViewDefinition) new DefinitionReader(Set.of("lake")).read("view.yaml", yaml).get(0),
        this,
        extremes);
  }

  ScratchTables scratch() {
    return scratch;
  }

  List<List<Object>> read(String sql, List<org.apache.iceberg.types.Type> columns) {
    return Rows.read(session.query(sql), columns);
  }

  String nowSql(Plan plan) {
    return DuckDbSql.select(plan, this::now);
  }

  String beforeSql(Plan plan) {
    return DuckDbSql.select(plan, this::before);
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
    return Optional.empty();
  }

  @Override
  public Schema schema(EntityType type) {
    return schemas.get(type.name());
  }
}
