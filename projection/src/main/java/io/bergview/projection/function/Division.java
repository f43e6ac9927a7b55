package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Quotients and remainders, as Spark types them. Exact operands are never divided by zero: the
 * query fails.
 */
final class Division {
  private static final Type LONG = Types.LongType.get();
  private static final Type DOUBLE = Types.DoubleType.get();
  private static final int MAX_PRECISION = 38;
  private static final String FAIL = "error('bergview:VALUE_INVALID:division by zero')";

  private Division() {}

  static Expr quotient(Expr left, Expr right) {
    if (NumericTypes.isFloating(left.type()) || NumericTypes.isFloating(right.type())) {
      return call(
          "/", "({0} / {1})", Coercion.to(left, DOUBLE), Coercion.to(right, DOUBLE), DOUBLE);
    }
    if (NumericTypes.isWhole(left.type()) && NumericTypes.isWhole(right.type())) {
      return call(
          "/",
          checked("CAST({0} AS DOUBLE) / {1}"),
          Coercion.to(left, LONG),
          Coercion.to(right, LONG),
          DOUBLE);
    }
    Types.DecimalType l = NumericTypes.asDecimal(left);
    Types.DecimalType r = NumericTypes.asDecimal(right);
    Types.DecimalType type = NumericTypes.quotient(l, r);
    String function = "bv_divide_%d_%d_%d".formatted(l.scale(), r.scale(), type.scale());
    return call("/", function + "({0}, {1})", Coercion.to(left, l), Coercion.to(right, r), type);
  }

  static Expr remainder(Expr left, Expr right) {
    if (NumericTypes.isFloating(left.type()) || NumericTypes.isFloating(right.type())) {
      return call(
          "%", "({0} % {1})", Coercion.to(left, DOUBLE), Coercion.to(right, DOUBLE), DOUBLE);
    }
    if (NumericTypes.isWhole(left.type()) && NumericTypes.isWhole(right.type())) {
      return call("%", "({0} % {1})", Coercion.to(left, LONG), Coercion.to(right, LONG), LONG);
    }
    Types.DecimalType l = NumericTypes.asDecimal(left);
    Types.DecimalType r = NumericTypes.asDecimal(right);
    int scale = Math.max(l.scale(), r.scale());
    int whole = Math.max(l.precision() - l.scale(), r.precision() - r.scale());
    Types.DecimalType both = Types.DecimalType.of(Math.min(MAX_PRECISION, whole + scale), scale);
    int least = Math.min(l.precision() - l.scale(), r.precision() - r.scale());
    Types.DecimalType type =
        Types.DecimalType.of(Math.max(1, Math.min(MAX_PRECISION, least + scale)), scale);
    return call("%", "({0} % {1})", as(left, both), as(right, both), type);
  }

  private static Expr as(Expr value, Type type) {
    return Coercion.cast(value, type);
  }

  private static String checked(String quotient) {
    return "CASE WHEN {1} = 0 THEN " + FAIL + " ELSE " + quotient + " END";
  }

  private static Expr call(String name, String form, Expr left, Expr right, Type type) {
    return new Expr.Call(new ScalarFunction(name, form), List.of(left, right), type);
  }
}
