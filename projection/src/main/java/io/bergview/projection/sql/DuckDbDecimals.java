package io.bergview.projection.sql;

import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.sql.SqlDialect.Decimal;
import java.util.Locale;
import org.apache.iceberg.types.Types.DecimalType;

/**
 * Decimal arithmetic as DuckDB SQL, exact wherever the declared type holds the result: DuckDB's own
 * operators go only as far as the exact result, before it is rounded to the declared scale, has 38
 * digits at most. Where it may have more, {@code bv_add}, {@code bv_subtract} and {@code
 * bv_multiply} of the pipeline take over.
 */
final class DuckDbDecimals {
  private static final int MOST_DIGITS = 38;

  /** DuckDB's product of two decimals of so many digits has no more than these itself. */
  private static final int DIGITS_OF_LONG = 18;

  private DuckDbDecimals() {}

  static String arithmetic(
      ArithmeticOperator operator, Decimal one, Decimal other, DecimalType type) {
    DecimalType left = one.type();
    DecimalType right = other.type();
    boolean product = operator == ArithmeticOperator.MULTIPLY;
    int digits = product ? left.precision() + right.precision() : digitsOfSum(left, right);
    if (digits > MOST_DIGITS) {
      String function =
          "bv_%s_%d_%d_%d"
              .formatted(
                  operator.name().toLowerCase(Locale.ROOT),
                  left.scale(),
                  right.scale(),
                  type.scale());
      return cast(Sql.call(function, one.sql(), other.sql()), type);
    }
    boolean narrow = left.precision() <= DIGITS_OF_LONG && right.precision() <= DIGITS_OF_LONG;
    String first =
        product && narrow && digits > DIGITS_OF_LONG
            ? cast(one.sql(), DecimalType.of(DIGITS_OF_LONG + 1, left.scale()))
            : one.sql();
    return cast(Sql.infix(first, SqlExpressions.operator(operator), other.sql()), type);
  }

  private static String cast(String value, DecimalType type) {
    return Sql.cast(value, DuckDbTypes.sqlType(type));
  }

  private static int digitsOfSum(DecimalType left, DecimalType right) {
    return Math.max(left.precision() - left.scale(), right.precision() - right.scale())
        + Math.max(left.scale(), right.scale())
        + 1;
  }
}
