package io.bergview.pipeline;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunctionBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Exact decimal arithmetic where DuckDB's own is not exact: by {@link BigDecimal}, rounded {@link
 * RoundingMode#HALF_UP}, null where an operand is null, {@code OVERFLOW} where the result has more
 * than 38 digits. Scales are part of the name.
 *
 * <ul>
 *   <li>{@code bv_average_<s>_<t>(sum, n)}: the DECIMAL(38, s) sum divided by the BIGINT n, as
 *       DECIMAL(38, t); null where n is not positive. In SQL the same takes ten times as long:
 *       DuckDB's decimals divide as DOUBLE, and their digits are had through text only.
 *   <li>{@code bv_add_<a>_<b>_<t>}, {@code bv_subtract_<a>_<b>_<t>}, {@code
 *       bv_multiply_<a>_<b>_<t>} of a DECIMAL(38, a) and a DECIMAL(38, b), as DECIMAL(38, t).
 *       DuckDB's operators fail where the result has more than 38 digits before it is rounded.
 *   <li>{@code bv_divide_<a>_<b>_<t>} of the same; {@code VALUE_INVALID} where the divisor is zero.
 * </ul>
 */
final class DecimalFunctions {
  private static final Pattern AVERAGE = Pattern.compile("bv_average_(\\d{1,2})_(\\d{1,2})");
  private static final Pattern ARITHMETIC =
      Pattern.compile("bv_(add|subtract|multiply|divide)_(\\d{1,2})_(\\d{1,2})_(\\d{1,2})");
  private static final int MOST_DIGITS = 38;

  private DecimalFunctions() {}

  /** The exact or rounded result for a row whose operands are not null; null for no result. */
  private interface Result {
    @Nullable BigDecimal of(DuckDBReadableVector left, DuckDBReadableVector right, long row);
  }

  /** Registers the function of that name; false where it is none of these. */
  static boolean register(String name, DuckDBConnection connection) throws SQLException {
    Matcher average = AVERAGE.matcher(name);
    if (average.matches()) {
      return average(name, scale(average, 1), scale(average, 2), connection);
    }
    Matcher arithmetic = ARITHMETIC.matcher(name);
    return arithmetic.matches()
        && arithmetic(
            name, scale(arithmetic, 2), scale(arithmetic, 3), scale(arithmetic, 4), connection);
  }

  private static int scale(Matcher name, int group) {
    return Integer.parseInt(name.group(group));
  }

  private static boolean average(String name, int from, int to, DuckDBConnection connection)
      throws SQLException {
    if (Math.max(from, to) > MOST_DIGITS) {
      return false;
    }
    try (DuckDBLogicalType sum = DuckDBLogicalType.decimal(MOST_DIGITS, from);
        DuckDBLogicalType count = DuckDBLogicalType.of(DuckDBColumnType.BIGINT)) {
      register(
          name,
          sum,
          count,
          to,
          (sums, counts, row) ->
              counts.getLong(row) <= 0
                  ? null
                  : sums.getBigDecimal(row)
                      .divide(BigDecimal.valueOf(counts.getLong(row)), to, RoundingMode.HALF_UP),
          connection);
    }
    return true;
  }

  private static boolean arithmetic(
      String name, int left, int right, int to, DuckDBConnection connection) throws SQLException {
    if (Math.max(Math.max(left, right), to) > MOST_DIGITS) {
      return false;
    }
    BinaryOperator<BigDecimal> operation = operation(name, to);
    try (DuckDBLogicalType first = DuckDBLogicalType.decimal(MOST_DIGITS, left);
        DuckDBLogicalType second = DuckDBLogicalType.decimal(MOST_DIGITS, right)) {
      register(
          name,
          first,
          second,
          to,
          (lefts, rights, row) ->
              operation
                  .apply(lefts.getBigDecimal(row), rights.getBigDecimal(row))
                  .setScale(to, RoundingMode.HALF_UP),
          connection);
    }
    return true;
  }

  private static BinaryOperator<BigDecimal> operation(String name, int to) {
    if (name.startsWith("bv_divide")) {
      return (left, right) -> quotient(left, right, to);
    }
    return name.startsWith("bv_add")
        ? BigDecimal::add
        : name.startsWith("bv_subtract") ? BigDecimal::subtract : BigDecimal::multiply;
  }

  private static BigDecimal quotient(BigDecimal left, BigDecimal right, int scale) {
    if (right.signum() == 0) {
      throw new ArithmeticException("bergview:VALUE_INVALID:division by zero");
    }
    return left.divide(right, scale, RoundingMode.HALF_UP);
  }

  private static void register(
      String name,
      DuckDBLogicalType left,
      DuckDBLogicalType right,
      int scale,
      Result result,
      DuckDBConnection connection)
      throws SQLException {
    try (DuckDBScalarFunctionBuilder builder = DuckDBFunctions.scalarFunction();
        DuckDBLogicalType type = DuckDBLogicalType.decimal(MOST_DIGITS, scale)) {
      builder
          .withName(name)
          .withParameters(left, right)
          .withReturnType(type)
          .withVectorizedFunction(
              (rows, results) -> {
                DuckDBReadableVector lefts = rows.vector(0);
                DuckDBReadableVector rights = rows.vector(1);
                for (long row = 0; row < rows.rowCount(); row++) {
                  BigDecimal value =
                      lefts.isNull(row) || rights.isNull(row)
                          ? null
                          : result.of(lefts, rights, row);
                  if (value == null) {
                    results.setNull(row);
                  } else {
                    results.setBigDecimal(row, checked(name, value));
                  }
                }
              })
          .register(connection);
    }
  }

  private static BigDecimal checked(String name, BigDecimal value) {
    if (value.precision() > MOST_DIGITS) {
      throw new ArithmeticException(
          "bergview:OVERFLOW:the %s %s has more than %d digits"
              .formatted(
                  name.startsWith("bv_average") ? "average" : "result",
                  value.toPlainString(),
                  MOST_DIGITS));
    }
    return value;
  }
}
