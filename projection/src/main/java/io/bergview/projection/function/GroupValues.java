package io.bergview.projection.function;

import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.NamedAggregate;
import io.bergview.projection.plan.ScalarFunction;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The values of composed aggregates over the calls that they are composed of. */
final class GroupValues {
  private static final Type LONG = Types.LongType.get();
  private static final Type DOUBLE = Types.DoubleType.get();
  private static final int MAX_PRECISION = 38;

  private GroupValues() {}

  static WindowParts window(String name, String form, List<Expr> arguments, Type type) {
    return new WindowParts(new ScalarFunction(name, form), arguments, type);
  }

  static Expr canonical(Expr value) {
    return NumericTypes.isFloating(value.type()) ? new Expr.Canonical(value) : value;
  }

  static Expr whereTrue(Expr test) {
    return new Expr.Call(
        new ScalarFunction("case", "CASE WHEN {0} THEN 1 END"), List.of(test), LONG);
  }

  /** Of a constant, the number of rows. */
  static Expr count(GroupParts parts, Expr argument) {
    return argument instanceof Expr.Constant && !Coercion.isNull(argument)
        ? parts.rows()
        : parts.count(argument);
  }

  static Expr countDistinct(GroupParts parts, Expr argument) {
    return parts.call(
        AggregateFunction.COUNT_DISTINCT, NestedOrder.equal(canonical(argument)), LONG);
  }

  /** The aggregate that DuckDB calls so, of the values that differ. */
  static Expr distinct(GroupParts parts, String name, Expr argument, Type type) {
    String order = name.startsWith("stddev") || name.startsWith("var") ? " ORDER BY {0}" : "";
    return named(parts, name + "_distinct", name + "(DISTINCT {0}" + order + ")", argument, type);
  }

  /** What a window function compares. */
  static Expr ordered(String name, Expr argument) {
    if (!argument.type().isPrimitiveType()) {
      throw FunctionException.unsupported(
          "%s of a %s is not available over a window"
              .formatted(name, Coercion.shown(argument.type())));
    }
    return argument;
  }

  /** The least or greatest value. Of lists, structs and maps, states are not merged. */
  static Expr extreme(GroupParts parts, AggregateFunction kind, Expr argument) {
    if (argument.type().isPrimitiveType()) {
      return parts.call(kind, canonical(argument), argument.type());
    }
    String name = kind == AggregateFunction.MIN ? "min" : "max";
    return named(
        parts, name, NestedOrder.extreme(name, argument.type()), argument, argument.type());
  }

  private static Expr named(GroupParts parts, String name, String form, Expr argument, Type type) {
    return parts.named(
        canonical(argument),
        new NamedAggregate(new ScalarFunction(name, form), List.of(), List.of()),
        type);
  }

  static Type exactSum(Type type) {
    if (NumericTypes.isFloating(type)) {
      return DOUBLE;
    }
    return Types.DecimalType.of(
        MAX_PRECISION, type instanceof Types.DecimalType decimal ? decimal.scale() : 0);
  }

  static Type visibleSum(Type type) {
    if (type instanceof Types.DecimalType decimal) {
      return NumericTypes.sum(decimal);
    }
    return NumericTypes.isWhole(type) ? LONG : DOUBLE;
  }

  static Expr as(Expr value, Type type) {
    return value.type().equals(type) ? value : new Expr.Cast(value, type);
  }

  static Expr sum(GroupParts parts, Expr argument, boolean distinct) {
    return as(exactSum(parts, argument, distinct), visibleSum(argument.type()));
  }

  static Expr exactSum(GroupParts parts, Expr argument, boolean distinct) {
    Type type = exactSum(argument.type());
    if (!distinct) {
      return parts.counted(AggregateFunction.SUM, argument, type, parts.count(argument));
    }
    return distinct(parts, "sum", as(argument, widest(argument.type())), type);
  }

  static WindowParts sumOver(Expr argument) {
    Type type = visibleSum(argument.type());
    return window("sum", "sum({0})", List.of(as(argument, widest(argument.type()))), type);
  }

  /** What a sum of the type is computed in. */
  static Type widest(Type type) {
    return NumericTypes.isFloating(type) ? DOUBLE : type;
  }

  static Expr average(GroupParts parts, Expr argument, boolean distinct) {
    Expr count = distinct ? countDistinct(parts, argument) : parts.count(argument);
    Expr sum =
        distinct
            ? exactSum(parts, argument, true)
            : parts.counted(
                AggregateFunction.SUM, argument, exactSum(argument.type()), (Expr.Ref) count);
    return argument.type() instanceof Types.DecimalType decimal
        ? new Expr.ExactAverage(sum, count, NumericTypes.average(decimal))
        : new Expr.Ratio(as(sum, DOUBLE), as(count, DOUBLE));
  }

  /** Of decimals it is a sum and a count. */
  static WindowParts averageOver(Expr argument) {
    return window("avg", "avg({0})", List.of(as(argument, widest(argument.type()))), DOUBLE);
  }

  static Expr variance(GroupParts parts, Expr argument, boolean sample) {
    Expr.Ref count = parts.count(argument);
    parts.counted(AggregateFunction.MEAN, argument, DOUBLE, count);
    Expr deviations = parts.counted(AggregateFunction.SQUARED_DEVIATIONS, argument, DOUBLE, count);
    Expr divisor = as(count, DOUBLE);
    if (sample) {
      divisor =
          new Expr.Arithmetic(
              ArithmeticOperator.SUBTRACT, divisor, new Expr.Constant(1.0, DOUBLE), DOUBLE);
    }
    return new Expr.Ratio(deviations, divisor);
  }
}
