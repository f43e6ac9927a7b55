package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.math.BigDecimal;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Rounding to the types that Spark gives. */
final class Rounding {
  private static final Type LONG = Types.LongType.get();
  private static final Type DOUBLE = Types.DoubleType.get();
  private static final int MAX_PRECISION = 38;

  /** Of doubles below this, all digits that matter are within DECIMAL(38, 22). */
  private static final String EXACT_BELOW = "1e15";

  private static final int MOST_DIGITS = 15;

  private Rounding() {}

  /** The second argument. */
  static int digits(List<Expr> arguments) {
    Object digits = ((Expr.Constant) arguments.get(1)).value();
    if (!(digits instanceof Long number) || Math.abs(number) > MAX_PRECISION) {
      throw FunctionException.wrongArguments("round needs a number of decimals from -38 to 38");
    }
    return number.intValue();
  }

  static Expr sign(Expr decimal) {
    return call("sign", "sign({0})", decimal, LONG);
  }

  /** {@code ceil}, {@code floor} or {@code trunc} of a decimal. */
  static Expr whole(String function, Expr decimal) {
    Types.DecimalType type = (Types.DecimalType) decimal.type();
    int digits = type.precision() - type.scale() + (function.equals("trunc") ? 0 : 1);
    return call(
        function,
        function + "({0})",
        decimal,
        Types.DecimalType.of(Math.max(1, Math.min(MAX_PRECISION, digits)), 0));
  }

  static Expr whole(Expr number, int digits) {
    return digits >= 0 ? number : call("round", "round({0}, " + digits + ")", number, LONG);
  }

  /** {@code trunc} to so many decimals. */
  static Expr cut(Expr number, int digits) {
    if (number.type() instanceof Types.DecimalType type) {
      int scale = Math.max(0, Math.min(digits, type.scale()));
      int precision = Math.max(1, type.precision() - type.scale() + scale);
      return digits >= type.scale()
          ? number
          : call(
              "trunc",
              "trunc({0}, " + digits + ")",
              number,
              Types.DecimalType.of(precision, scale));
    }
    if (NumericTypes.isWhole(number.type())) {
      return digits >= 0 ? number : call("trunc", "trunc({0}, " + digits + ")", number, LONG);
    }
    String form =
        digits > MOST_DIGITS
            ? "{0}"
            : "CASE WHEN abs({0}) < "
                + EXACT_BELOW
                + " THEN CAST(trunc(CAST(CAST({0} AS VARCHAR) AS DECIMAL(38, 22)), "
                + digits
                + ") AS DOUBLE) ELSE trunc({0}, "
                + digits
                + ") END";
    return call("trunc", form, number, DOUBLE);
  }

  static Expr decimal(Expr number, int digits) {
    Types.DecimalType type = (Types.DecimalType) number.type();
    int scale = Math.max(0, Math.min(digits, type.scale()));
    int whole = Math.max(type.precision() - type.scale() + 1, digits < 0 ? 1 - digits : 1);
    Type rounded = Types.DecimalType.of(Math.min(MAX_PRECISION, whole + scale), scale);
    return digits >= type.scale() && rounded.equals(type)
        ? number
        : call("round", "round({0}, " + Math.min(digits, type.scale()) + ")", number, rounded);
  }

  static Expr floating(Expr number, int digits) {
    String exact =
        "CAST(round(CAST(CAST({0} AS VARCHAR) AS DECIMAL(38, 22)), " + digits + ") AS DOUBLE)";
    String form =
        digits > MOST_DIGITS
            ? "{0}"
            : "CASE WHEN abs({0}) < "
                + EXACT_BELOW
                + " THEN "
                + exact
                + " ELSE round({0}, "
                + digits
                + ") END";
    return call("round", form, number, DOUBLE);
  }

  /** To so many decimals, ties to the even digit. */
  static Expr even(Expr number, int digits) {
    Expr plain =
        number.type() instanceof Types.DecimalType
            ? decimal(number, digits)
            : NumericTypes.isWhole(number.type())
                ? whole(number, digits)
                : floating(number, digits);
    boolean floating = NumericTypes.isFloating(number.type());
    if (plain.equals(number)
        || NumericTypes.isWhole(number.type()) && digits >= 0
        || floating && digits > MOST_DIGITS) {
      return plain;
    }
    String exact =
        floating ? "CAST(CAST({0} AS VARCHAR) AS DECIMAL(38, 22))" : "CAST({0} AS DECIMAL(%d, %d))";
    if (number.type() instanceof Types.DecimalType type) {
      exact = exact.formatted(MAX_PRECISION, type.scale());
    } else if (!floating) {
      exact = "CAST({0} AS DECIMAL(38, 0))";
    }
    String unit = BigDecimal.ONE.movePointLeft(digits).toPlainString();
    String two = BigDecimal.valueOf(2).movePointLeft(digits).toPlainString();
    String cut = "trunc(" + exact + ", " + digits + ")";
    String tie = "abs(%s - %s) * 2 = %s AND %s %% %s = 0".formatted(exact, cut, unit, cut, two);
    String guarded = floating ? "abs({0}) < " + EXACT_BELOW + " AND " + tie : tie;
    return new Expr.Call(
        new ScalarFunction("bround", "CASE WHEN " + guarded + " THEN " + cut + " ELSE {1} END"),
        List.of(number, plain),
        plain.type());
  }

  private static Expr call(String name, String form, Expr value, Type type) {
    return new Expr.Call(new ScalarFunction(name, form), List.of(value), type);
  }
}
