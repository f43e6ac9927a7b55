package io.bergview.spark.sql;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.NamedAggregate;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.sql.SqlAggregates;
import io.bergview.projection.sql.SqlDialect;
import io.bergview.projection.sql.SqlLists;
import io.bergview.projection.sql.SqlNames;
import io.bergview.projection.sql.SqlTypes;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.DecimalType;

/**
 * The SQL of Spark 4.1, in a session with ANSI mode, identifiers in double quotes, case-sensitive
 * names and the time zone UTC. It gives the values that DuckDB's gives; where it cannot, rendering
 * fails with {@link UnsupportedOnSpark}. Functions called {@code bv_...} are {@link SparkUdfs}.
 *
 * <p>Rows that several operators read are not computed within the query: {@link
 * io.bergview.projection.sql.Relations#computed} must give a table of them.
 */
public final class SparkDialect implements SqlDialect {
  /** The only one. */
  public static final SparkDialect SPARK = new SparkDialect();

  private static final SqlLists LISTS = new SparkLists();
  private static final SqlAggregates AGGREGATES = new SparkAggregates();
  private static final Pattern NAME = Pattern.compile("\\w+");
  private static final Pattern RANKING =
      Pattern.compile(
          "(row_number|rank|dense_rank|percent_rank|cume_dist|ntile|lag|lead)\\(.*",
          Pattern.DOTALL);

  private SparkDialect() {}

  @Override
  public String type(Type type) {
    return SparkTypes.sql(type);
  }

  @Override
  public String text(String value) {
    return SparkText.text(value);
  }

  @Override
  public String bytes(ByteBuffer value) {
    return SparkText.bytes(value);
  }

  /** Spark's hash has one zero and one NaN. */
  @Override
  public String hash(List<String> values) {
    return "xxhash64(" + String.join(", ", values) + ")";
  }

  @Override
  public Optional<String> signedZero(String value, Type type) {
    return switch (type.typeId()) {
      case FLOAT, DOUBLE ->
          Optional.of("(" + value + " = 0 AND startswith(CAST(" + value + " AS STRING), '-'))");
      case STRUCT, LIST, MAP ->
          SqlTypes.holdsFloats(type)
              ? Optional.of("CAST(" + value + " AS STRING)")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  @Override
  public String comparable(String value, Type type) {
    return ComparableValue.of(value, type);
  }

  /** The key itself would have lost the sign of its zero. */
  @Override
  public String groupedBy(String column) {
    return "first(" + column + ") AS " + column;
  }

  @Override
  public String repeated(String columns, String copies, String relation) {
    return ("SELECT %s FROM (SELECT * FROM %s WHERE %s > 0) LATERAL VIEW"
            + " explode(sequence(1L, CAST(%s AS BIGINT))) u AS copy_")
        .formatted(columns, relation, copies, copies);
  }

  @Override
  public String rowNumbers() {
    return "monotonically_increasing_id()";
  }

  @Override
  public String convert(String value, Type from, Type to) {
    return SparkConversions.convert(value, from, to);
  }

  @Override
  public String field(String struct, String name) {
    return fieldOf(struct, name);
  }

  static String fieldOf(String struct, String name) {
    String of = NAME.matcher(struct).matches() ? struct : "(" + struct + ")";
    return of + "." + SqlNames.quote(name);
  }

  @Override
  public String struct(List<String> names, List<String> values) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      fields.add(values.get(i) + " AS " + names.get(i));
    }
    return "struct(" + String.join(", ", fields) + ")";
  }

  @Override
  public String add(String left, String right, Type type) {
    return type instanceof DecimalType decimal
        ? decimal(ArithmeticOperator.ADD, left, right, decimal)
        : left + " + " + right;
  }

  @Override
  public String subtract(String left, String right, Type type) {
    return type instanceof DecimalType decimal
        ? decimal(ArithmeticOperator.SUBTRACT, left, right, decimal)
        : left + " - " + right;
  }

  private String decimal(ArithmeticOperator operator, String left, String right, DecimalType type) {
    return decimal(operator, new Decimal(left, type), new Decimal(right, type), type);
  }

  @Override
  public String decimal(ArithmeticOperator operator, Decimal left, Decimal right, DecimalType to) {
    return SparkDecimals.arithmetic(operator, left, right, to);
  }

  @Override
  public String truncate(String value, Type from, TimeUnit unit, ZoneId zone, Type to) {
    return SparkTimes.truncate(value, from, unit, zone, to);
  }

  @Override
  public String startsWith(String value, String prefix) {
    return "startswith(" + value + ", " + prefix + ")";
  }

  @Override
  public String isFinite(String value) {
    return finite(value);
  }

  /** NaN is greater than infinity. */
  static String finite(String value) {
    return "(abs(CAST(" + value + " AS DOUBLE)) < CAST('Infinity' AS DOUBLE))";
  }

  @Override
  public String call(
      ScalarFunction function, List<Expr> arguments, List<String> written, Type result) {
    return SparkForms.sql(function, arguments, written, result);
  }

  @Override
  public String call(
      NamedAggregate aggregate,
      List<Expr> arguments,
      List<String> written,
      List<String> orders,
      Type result) {
    ScalarFunction function = aggregate.function();
    String order = orders.isEmpty() ? "" : " ORDER BY " + String.join(", ", orders);
    return SparkForms.sql(
        new ScalarFunction(function.name(), function.duckDb().replace("{order}", order)),
        arguments,
        written,
        result);
  }

  /** Spark ranks rows only in some order. */
  @Override
  public String call(
      ScalarFunction function, List<Expr> arguments, List<String> written, Type result, Over over) {
    List<String> parts = new ArrayList<>();
    if (!over.partitionBy().isEmpty()) {
      parts.add("PARTITION BY " + String.join(", ", over.partitionBy()));
    }
    if (!over.orders().isEmpty()) {
      parts.add("ORDER BY " + String.join(", ", over.orders()));
    } else if (RANKING.matcher(function.duckDb()).matches()) {
      parts.add("ORDER BY 1");
    }
    if (!over.frame().isEmpty()) {
      parts.add(SparkFrames.frame(over.frame()));
    }
    String window = "OVER (" + String.join(" ", parts) + ")";
    return SparkForms.over(function, arguments, written, result, window);
  }

  @Override
  public String rowNumber(List<String> partitionBy) {
    return "row_number() OVER (PARTITION BY " + String.join(", ", partitionBy) + " ORDER BY 1)";
  }

  @Override
  public String with(Map<String, String> tables, String query) {
    if (!tables.isEmpty()) {
      throw new IllegalStateException("rows that several operators read are not prepared");
    }
    return query;
  }

  @Override
  public String unnest(Unnesting rows) {
    List<String> outputs = new ArrayList<>(rows.columns());
    outputs.add("position_ + 1 AS " + rows.ordinal());
    outputs.add("element_ AS " + rows.element());
    return "SELECT %s FROM %s LATERAL VIEW %sposexplode(%s) u AS position_, element_"
        .formatted(
            String.join(", ", outputs), rows.from(), rows.keepEmpty() ? "OUTER " : "", rows.list());
  }

  /** IN is pushed down to files. */
  @Override
  public Optional<String> keyList(List<String> constants) {
    return Optional.empty();
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
