package io.bergview.spark.sql;

import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.sql.SqlDialect.Decimal;
import java.util.Locale;
import org.apache.iceberg.types.Types.DecimalType;

/**
 * Decimal arithmetic as Spark SQL, exact wherever the declared type holds the result. Spark's own
 * operators are exact while their type, which has one digit more than DuckDB's for a product, needs
 * no more than 38 digits; beyond that they round to fewer decimals. There {@code bv_add}, {@code
 * bv_subtract} and {@code bv_multiply} of {@link SparkUdfs} take over.
 */
final class SparkDecimals {
  private static final int MOST_DIGITS = 38;

  private SparkDecimals() {}

  static String arithmetic(
      ArithmeticOperator operator, Decimal left, Decimal right, DecimalType type) {
    String value =
        digits(operator, left.type(), right.type()) > MOST_DIGITS
            ? exact(operator, left, right, type)
            : "(" + left.sql() + " " + symbol(operator) + " " + right.sql() + ")";
    return "CAST(" + value + " AS " + SparkTypes.sql(type) + ")";
  }

  private static String exact(
      ArithmeticOperator operator, Decimal left, Decimal right, DecimalType type) {
    return "bv_%s_%d_%d_%d(%s, %s)"
        .formatted(
            operator.name().toLowerCase(Locale.ROOT),
            left.type().scale(),
            right.type().scale(),
            type.scale(),
            left.sql(),
            right.sql());
  }

  private static int digits(ArithmeticOperator operator, DecimalType left, DecimalType right) {
    return operator == ArithmeticOperator.MULTIPLY
        ? left.precision() + right.precision() + 1
        : Math.max(left.precision() - left.scale(), right.precision() - right.scale())
            + Math.max(left.scale(), right.scale())
            + 1;
  }

  private static String symbol(ArithmeticOperator operator) {
    return switch (operator) {
      case ADD -> "+";
      case SUBTRACT -> "-";
      case MULTIPLY -> "*";
    };
  }
}
