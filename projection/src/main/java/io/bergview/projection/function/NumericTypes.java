package io.bergview.projection.function;

import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.plan.Expr;
import java.math.BigDecimal;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Result types of arithmetic, as Spark gives them with {@code
 * spark.sql.decimalOperations.allowPrecisionLoss} (Spark's {@code DecimalPrecision} and {@code
 * DecimalType.adjustPrecisionScale}); whole numbers are widened to long first.
 */
public final class NumericTypes {
  private static final int MAX_PRECISION = 38;
  private static final int MIN_ADJUSTED_SCALE = 6;

  private NumericTypes() {}

  public static boolean isNumber(Type type) {
    return isWhole(type) || isFloating(type) || type instanceof Types.DecimalType;
  }

  public static boolean isWhole(Type type) {
    return type.typeId() == Type.TypeID.INTEGER || type.typeId() == Type.TypeID.LONG;
  }

  public static boolean isFloating(Type type) {
    return type.typeId() == Type.TypeID.FLOAT || type.typeId() == Type.TypeID.DOUBLE;
  }

  /** The decimal that holds every value of an exact number; a constant has just its own digits. */
  public static Types.DecimalType asDecimal(Expr value) {
    if (value.type() instanceof Types.DecimalType decimal) {
      return decimal;
    }
    if (value instanceof Expr.Constant constant && constant.value() instanceof Long number) {
      return Types.DecimalType.of(Math.max(1, BigDecimal.valueOf(number).precision()), 0);
    }
    return wholeOf(value.type());
  }

  /** The decimal that holds every value of an exact type, constants treated like columns. */
  private static Types.DecimalType wholeOf(Type type) {
    if (type instanceof Types.DecimalType decimal) {
      return decimal;
    }
    return Types.DecimalType.of(type.typeId() == Type.TypeID.INTEGER ? 10 : 20, 0);
  }

  public static Type arithmetic(ArithmeticOperator operator, Expr left, Expr right) {
    if (isFloating(left.type()) || isFloating(right.type())) {
      return Types.DoubleType.get();
    }
    if (isWhole(left.type()) && isWhole(right.type())) {
      return Types.LongType.get();
    }
    Types.DecimalType l = asDecimal(left);
    Types.DecimalType r = asDecimal(right);
    if (operator == ArithmeticOperator.MULTIPLY) {
      return adjusted(l.precision() + r.precision() + 1, l.scale() + r.scale());
    }
    int scale = Math.max(l.scale(), r.scale());
    int whole = Math.max(l.precision() - l.scale(), r.precision() - r.scale());
    return adjusted(whole + scale + 1, scale);
  }

  /** The type of one decimal divided by another. */
  public static Types.DecimalType quotient(Types.DecimalType left, Types.DecimalType right) {
    int scale = Math.max(MIN_ADJUSTED_SCALE, left.scale() + right.precision() + 1);
    return adjusted(left.precision() - left.scale() + right.scale() + scale, scale);
  }

  /** The common type of both branches of a condition; empty if there is none. */
  public static Optional<Type> common(Expr left, Expr right) {
    Type l = left.type();
    Type r = right.type();
    if (l.equals(r)) {
      return Optional.of(l);
    }
    if (!isNumber(l) || !isNumber(r)) {
      return Optional.empty();
    }
    if (isFloating(l) || isFloating(r)) {
      return Optional.of(Types.DoubleType.get());
    }
    if (isWhole(l) && isWhole(r)) {
      return Optional.of(Types.LongType.get());
    }
    Types.DecimalType a = wholeOf(l);
    Types.DecimalType b = wholeOf(r);
    int scale = Math.max(a.scale(), b.scale());
    int whole = Math.max(a.precision() - a.scale(), b.precision() - b.scale());
    return Optional.of(
        Types.DecimalType.of(
            Math.min(MAX_PRECISION, whole + scale), Math.min(scale, MAX_PRECISION)));
  }

  public static Types.DecimalType sum(Types.DecimalType of) {
    return Types.DecimalType.of(Math.min(MAX_PRECISION, of.precision() + 10), of.scale());
  }

  public static Types.DecimalType average(Types.DecimalType of) {
    return Types.DecimalType.of(
        Math.min(MAX_PRECISION, of.precision() + 4), Math.min(MAX_PRECISION - 1, of.scale() + 4));
  }

  private static Types.DecimalType adjusted(int precision, int scale) {
    if (precision <= MAX_PRECISION) {
      return Types.DecimalType.of(precision, scale);
    }
    int whole = precision - scale;
    int kept = Math.max(MAX_PRECISION - whole, Math.min(scale, MIN_ADJUSTED_SCALE));
    return Types.DecimalType.of(MAX_PRECISION, kept);
  }
}
