package io.bergview.projection.sql;

import static io.bergview.projection.sql.DuckDbExpressions.cast;
import static io.bergview.projection.sql.DuckDbExpressions.sql;

import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.plan.Expr;
import java.util.Locale;
import org.apache.iceberg.types.Types.DecimalType;

/**
 * Arithmetic as DuckDB SQL. Of decimals it is exact wherever the declared type holds the result:
 * DuckDB's own operators go only as far as the exact result, before it is rounded to the declared
 * scale, has 38 digits at most. Where it may have more, {@code bv_add}, {@code bv_subtract} and
 * {@code bv_multiply} of the pipeline take over.
 */
final class DuckDbArithmetic {
  private static final int MOST_DIGITS = 38;

  /** DuckDB's product of two decimals of so many digits has no more than these itself. */
  private static final int DIGITS_OF_LONG = 18;

  private DuckDbArithmetic() {}

  static String arithmetic(Expr.Arithmetic arithmetic) {
    if (!(arithmetic.type() instanceof DecimalType type)) {
      return Sql.infix(
          sql(arithmetic.left()), operator(arithmetic.operator()), sql(arithmetic.right()));
    }
    DecimalType left = (DecimalType) arithmetic.left().type();
    DecimalType right = (DecimalType) arithmetic.right().type();
    boolean product = arithmetic.operator() == ArithmeticOperator.MULTIPLY;
    int digits = product ? left.precision() + right.precision() : digitsOfSum(left, right);
    if (digits > MOST_DIGITS) {
      String function =
          "bv_%s_%d_%d_%d"
              .formatted(
                  arithmetic.operator().name().toLowerCase(Locale.ROOT),
                  left.scale(),
                  right.scale(),
                  type.scale());
      return cast(Sql.call(function, sql(arithmetic.left()), sql(arithmetic.right())), type);
    }
    boolean narrow = left.precision() <= DIGITS_OF_LONG && right.precision() <= DIGITS_OF_LONG;
    String first =
        product && narrow && digits > DIGITS_OF_LONG
            ? cast(sql(arithmetic.left()), DecimalType.of(DIGITS_OF_LONG + 1, left.scale()))
            : sql(arithmetic.left());
    return cast(Sql.infix(first, operator(arithmetic.operator()), sql(arithmetic.right())), type);
  }

  private static int digitsOfSum(DecimalType left, DecimalType right) {
    return Math.max(left.precision() - left.scale(), right.precision() - right.scale())
        + Math.max(left.scale(), right.scale())
        + 1;
  }

  private static String operator(ArithmeticOperator operator) {
    return switch (operator) {
      case ADD -> "+";
      case SUBTRACT -> "-";
      case MULTIPLY -> "*";
    };
  }
}
