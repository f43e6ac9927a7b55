package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.engine.EngineSession;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.DateTimeUtil;
import org.jspecify.annotations.Nullable;

/**
 * What one part of the keys holds.
 *
 * @param nulls whether one of them is null
 * @param files which files may hold one of them, by the bounds of their columns
 */
record KeyValues(boolean nulls, Expression files) {
  /** Iceberg checks at most this many values of an IN one by one. */
  private static final int MOST_SINGLE_VALUES = 200;

  /** The summary of each part in {@link #summarized}. */
  private static final int FACTS = 4;

  /**
   * The parts of the keys of a table, in one statement where the keys are few and in two elsewhere.
   */
  static List<KeyValues> of(EngineSession session, String table, List<KeyColumn> columns) {
    if (columns.isEmpty()) {
      return List.of();
    }
    List<List<@Nullable Object>> few = few(session, table, columns);
    if (few.size() > MOST_SINGLE_VALUES) {
      return summarized(session, table, columns);
    }
    List<KeyValues> parts = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      int part = i;
      parts.add(listed(columns.get(i), few.stream().map(row -> row.get(part)).toList()));
    }
    return List.copyOf(parts);
  }

  /** The keys themselves, as far as they are few; of parts without bounds whether they are null. */
  private static List<List<@Nullable Object>> few(
      EngineSession session, String table, List<KeyColumn> columns) {
    List<String> values = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    for (KeyColumn column : columns) {
      boolean bounded = hasBounds(column);
      values.add(bounded ? column.given("k") : "nullif(" + column.given("k") + " IS NULL, true)");
      types.add(bounded ? column.type() : Types.BooleanType.get());
    }
    String sql =
        "SELECT %s FROM %s AS k LIMIT %d"
            .formatted(String.join(", ", values), quote(table), MOST_SINGLE_VALUES + 1);
    return session.rows(sql, types);
  }

  private static KeyValues listed(KeyColumn column, List<@Nullable Object> values) {
    List<Object> some = values.stream().filter(Objects::nonNull).distinct().toList();
    boolean nulls = values.stream().anyMatch(Objects::isNull);
    if (!hasBounds(column)) {
      return new KeyValues(nulls, Expressions.alwaysTrue());
    }
    String name = column.root().name();
    if (column.isFloating()) {
      List<Object> numbers = some.stream().filter(value -> !isNan(value)).toList();
      return new KeyValues(
          nulls,
          files(
              name,
              range(name, column, extreme(numbers, -1), extreme(numbers, 1)),
              nulls,
              numbers.size() < some.size()));
    }
    List<Object> literals = some.stream().map(value -> literal(column, value, 0.0)).toList();
    Expression among =
        literals.isEmpty() ? Expressions.alwaysFalse() : Expressions.in(name, literals);
    return new KeyValues(nulls, files(name, among, nulls, false));
  }

  private static boolean isNan(Object value) {
    return Double.isNaN(((Number) value).doubleValue());
  }

  /** The least number with sign -1, the greatest with 1; null if there is none. */
  private static @Nullable Object extreme(List<Object> numbers, int sign) {
    return numbers.stream()
        .max(
            (one, other) ->
                sign * Double.compare(((Number) one).doubleValue(), ((Number) other).doubleValue()))
        .orElse(null);
  }

  private static List<KeyValues> summarized(
      EngineSession session, String table, List<KeyColumn> columns) {
    List<String> facts = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    for (KeyColumn column : columns) {
      String value = column.given("k");
      boolean bounded = hasBounds(column);
      String number = column.isFloating() ? " FILTER (WHERE NOT isnan(" + value + "))" : "";
      facts.add("count(%s) < count(*)".formatted(value));
      facts.add(bounded ? "min(%s)%s".formatted(value, number) : "NULL");
      facts.add(bounded ? "max(%s)%s".formatted(value, number) : "NULL");
      facts.add(
          column.isFloating() ? "coalesce(bool_or(isnan(%s)), false)".formatted(value) : "false");
      Type extreme = bounded ? column.type() : Types.IntegerType.get();
      types.addAll(List.of(Types.BooleanType.get(), extreme, extreme, Types.BooleanType.get()));
    }
    String sql = "SELECT %s FROM %s AS k".formatted(String.join(", ", facts), quote(table));
    List<@Nullable Object> row = session.rows(sql, types).get(0);
    List<KeyValues> parts = new ArrayList<>();
    for (KeyColumn column : columns) {
      int first = parts.size() * FACTS;
      boolean nulls = (Boolean) row.get(first);
      String name = column.root().name();
      parts.add(
          new KeyValues(
              nulls,
              hasBounds(column)
                  ? files(
                      name,
                      range(name, column, row.get(first + 1), row.get(first + 2)),
                      nulls,
                      (Boolean) row.get(first + FACTS - 1))
                  : Expressions.alwaysTrue()));
    }
    return List.copyOf(parts);
  }

  private static Expression files(String name, Expression values, boolean nulls, boolean nans) {
    Expression files = nulls ? Expressions.or(values, Expressions.isNull(name)) : values;
    return nans ? Expressions.or(files, Expressions.isNaN(name)) : files;
  }

  /**
   * Bounds of columns inside structs are not used, those of uuid are unreliable, and the other
   * omitted types are not worth it.
   */
  private static boolean hasBounds(KeyColumn column) {
    return column.inside().isEmpty()
        && switch (column.type().typeId()) {
          case INTEGER, LONG, FLOAT, DOUBLE, DATE, TIME, TIMESTAMP, STRING, DECIMAL -> true;
          default -> false;
        };
  }

  private static Expression range(
      String name, KeyColumn column, @Nullable Object least, @Nullable Object greatest) {
    if (least == null || greatest == null) {
      return Expressions.alwaysFalse();
    }
    return Expressions.and(
        Expressions.greaterThanOrEqual(name, literal(column, least, -0.0)),
        Expressions.lessThanOrEqual(name, literal(column, greatest, 0.0)));
  }

  /**
   * A value as Iceberg's expressions take it.
   *
   * @param zero which of the two zeros a zero becomes: they are one key and two bounds
   */
  private static Object literal(KeyColumn column, Object value, double zero) {
    return switch (column.type().typeId()) {
      case FLOAT -> (Float) value == 0 ? (float) zero : value;
      case DOUBLE -> (Double) value == 0 ? zero : value;
      case DATE -> DateTimeUtil.daysFromDate((LocalDate) value);
      case TIME -> DateTimeUtil.microsFromTime((LocalTime) value);
      case TIMESTAMP ->
          value instanceof OffsetDateTime zoned
              ? DateTimeUtil.microsFromTimestamptz(zoned)
              : DateTimeUtil.microsFromTimestamp((LocalDateTime) value);
      default -> value;
    };
  }
}
