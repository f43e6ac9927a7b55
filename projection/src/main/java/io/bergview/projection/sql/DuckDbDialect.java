package io.bergview.projection.sql;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.NamedAggregate;
import io.bergview.projection.plan.ScalarFunction;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.DecimalType;

/** The SQL of DuckDB; {@code bv_} functions are the pipeline's. */
public final class DuckDbDialect implements SqlDialect {
  /** The only one. */
  public static final DuckDbDialect DUCKDB = new DuckDbDialect();

  private static final SqlLists LISTS = new DuckDbLists();
  private static final SqlAggregates AGGREGATES = new DuckDbAggregates();

  private DuckDbDialect() {}

  @Override
  public String type(Type type) {
    return DuckDbTypes.sqlType(type);
  }

  @Override
  public String text(String value) {
    return DuckDbTypes.text(value);
  }

  @Override
  public String bytes(ByteBuffer value) {
    return DuckDbTypes.bytes(value);
  }

  @Override
  public String hash(List<String> values) {
    return Sql.call("hash", values.toArray(String[]::new));
  }

  @Override
  public Optional<String> signedZero(String value, Type type) {
    return switch (type.typeId()) {
      case FLOAT, DOUBLE -> Optional.of("(" + value + " = 0 AND signbit(" + value + "))");
      case STRUCT, LIST, MAP ->
          SqlTypes.holdsFloats(type)
              ? Optional.of("replace(CAST(" + value + " AS VARCHAR), '-nan', 'nan')")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  @Override
  public String comparable(String value, Type type) {
    return value;
  }

  @Override
  public String groupedBy(String column) {
    return column;
  }

  @Override
  public String repeated(String columns, String copies, String relation) {
    return "SELECT %1$s FROM (SELECT *, unnest(range(%2$s)) FROM %3$s WHERE %2$s > 0)"
        .formatted(columns, copies, relation);
  }

  @Override
  public String rowNumbers() {
    return "row_number() OVER ()";
  }

  @Override
  public String convert(String value, Type from, Type to) {
    return Sql.cast(value, type(to));
  }

  @Override
  public String field(String struct, String name) {
    return Sql.call("struct_extract", struct, text(name));
  }

  @Override
  public String struct(List<String> names, List<String> values) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      fields.add(names.get(i) + " := " + values.get(i));
    }
    return Sql.call("struct_pack", fields.toArray(String[]::new));
  }

  @Override
  public String add(String left, String right, Type type) {
    return left + " + " + right;
  }

  @Override
  public String subtract(String left, String right, Type type) {
    return left + " - " + right;
  }

  @Override
  public String decimal(ArithmeticOperator operator, Decimal left, Decimal right, DecimalType to) {
    return DuckDbDecimals.arithmetic(operator, left, right, to);
  }

  @Override
  public String truncate(String value, Type from, TimeUnit unit, ZoneId zone, Type to) {
    return DuckDbTimes.truncate(value, from, unit, zone, to);
  }

  @Override
  public String startsWith(String value, String prefix) {
    return Sql.call("starts_with", value, prefix);
  }

  @Override
  public String isFinite(String value) {
    return Sql.call("isfinite", value);
  }

  @Override
  public String call(
      ScalarFunction function, List<Expr> arguments, List<String> written, Type result) {
    return DuckDbCalls.call(function, written);
  }

  @Override
  public String call(
      NamedAggregate aggregate,
      List<Expr> arguments,
      List<String> written,
      List<String> orders,
      Type result) {
    String order = orders.isEmpty() ? "" : " ORDER BY " + String.join(", ", orders);
    ScalarFunction function = aggregate.function();
    return DuckDbCalls.call(
        new ScalarFunction(function.name(), function.duckDb().replace("{order}", order)), written);
  }

  @Override
  public String call(
      ScalarFunction function, List<Expr> arguments, List<String> written, Type result, Over over) {
    List<String> parts = new ArrayList<>();
    if (!over.partitionBy().isEmpty()) {
      parts.add("PARTITION BY " + String.join(", ", over.partitionBy()));
    }
    if (!over.orders().isEmpty()) {
      parts.add("ORDER BY " + String.join(", ", over.orders()));
    }
    if (!over.frame().isEmpty()) {
      parts.add(over.frame());
    }
    return call(function, arguments, written, result) + " OVER (" + String.join(" ", parts) + ")";
  }

  @Override
  public String rowNumber(List<String> partitionBy) {
    return "row_number() OVER (PARTITION BY " + String.join(", ", partitionBy) + ")";
  }

  @Override
  public String with(Map<String, String> tables, String query) {
    return tables.isEmpty()
        ? query
        : tables.entrySet().stream()
            .map(table -> table.getKey() + " AS MATERIALIZED (" + table.getValue() + ")")
            .collect(joining(",\n", "WITH ", "\n" + query));
  }

  @Override
  public String unnest(Unnesting rows) {
    String list = rows.list();
    String ordinals = "CAST(" + Sql.call("generate_subscripts", list, "1") + " AS INTEGER)";
    String elements = Sql.call("unnest", list);
    if (rows.keepEmpty()) {
      String empty = "coalesce(len(" + list + "), 0) = 0";
      String numbers = "CAST(range(1, len(" + list + ") + 1) AS INTEGER[])";
      ordinals = Sql.call("unnest", Sql.when(empty, "[CAST(NULL AS INTEGER)]").otherwise(numbers));
      elements = Sql.call("unnest", Sql.when(empty, "[NULL]").otherwise(list));
    }
    List<String> outputs = new ArrayList<>(rows.all() ? List.of("*") : rows.columns());
    outputs.add(Sql.as(ordinals, rows.ordinal()));
    outputs.add(Sql.as(elements, rows.element()));
    return Select.of(outputs).from(rows.from()).sql();
  }

  /**
   * A semi-join reads the row groups and pages that have one of the keys, and of other columns
   * those of matching rows; IN reads all columns of more row groups: with twenty keys it takes 2.5
   * times as long, and with two. Where most rows match, both take as long.
   */
  @Override
  public Optional<String> keyList(List<String> constants) {
    String keys = constants.stream().collect(joining(", ", "[", "]"));
    return Optional.of("(SELECT " + Sql.as(Sql.call("unnest", keys), "k") + ")");
  }

  @Override
  public SqlLists lists() {
    return LISTS;
  }

  @Override
  public SqlAggregates aggregates() {
    return AGGREGATES;
  }
}
