package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.Rows;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  /** Iceberg looks at no more values of an IN one by one. */
  private static final int MOST_SINGLE_VALUES = 200;

  static KeyValues of(Kernel kernel, String table, KeyColumn column) {
    String value = column.given("k");
    String from = " FROM " + quote(table) + " AS k";
    boolean bounded = hasBounds(column);
    List<Type> types = new ArrayList<>(List.of(Types.LongType.get(), Types.LongType.get()));
    String facts = "SELECT count(*), count(%s)".formatted(value);
    if (bounded) {
      String number = column.isFloating() ? " FILTER (WHERE NOT isnan(" + value + "))" : "";
      String nan = column.isFloating() ? "coalesce(bool_or(isnan(" + value + ")), false)" : "false";
      facts += ", min(%1$s)%2$s, max(%1$s)%2$s, %3$s".formatted(value, number, nan);
      types.addAll(List.of(column.type(), column.type(), Types.BooleanType.get()));
    }
    List<@Nullable Object> row = Rows.read(kernel.query(facts + from), types).get(0);
    long count = (Long) row.get(0);
    boolean nulls = (Long) row.get(1) < count;
    if (!bounded) {
      return new KeyValues(nulls, Expressions.alwaysTrue());
    }
    String name = column.root().name();
    Expression files = range(name, column, row.get(2), row.get(3));
    if (count <= MOST_SINGLE_VALUES && !column.isFloating() && row.get(2) != null) {
      files = oneOf(name, column, kernel, "SELECT DISTINCT " + value + from);
    }
    if (nulls) {
      files = Expressions.or(files, Expressions.isNull(name));
    }
    if ((Boolean) row.get(4)) {
      files = Expressions.or(files, Expressions.isNaN(name));
    }
    return new KeyValues(nulls, files);
  }

  /**
   * Bounds of columns inside structs are not looked at, those of uuid are not to be trusted, and
   * for the others that are left out it is not worth it.
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

  private static Expression oneOf(String name, KeyColumn column, Kernel kernel, String sql) {
    List<Object> values = new ArrayList<>();
    for (List<@Nullable Object> row : Rows.read(kernel.query(sql), List.of(column.type()))) {
      Optional.ofNullable(row.get(0)).ifPresent(value -> values.add(literal(column, value, 0.0)));
    }
    return Expressions.in(name, values);
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
