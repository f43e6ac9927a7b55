package io.bergview.projection.plan;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.ValueExpression;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Types what an aggregate aggregates. */
final class ValueResolver {
  private ValueResolver() {}

  static Expr resolve(ValueExpression value, Scope scope) {
    if (value instanceof ValueExpression.Column column) {
      return scope.column(column.path());
    }
    if (value instanceof ValueExpression.Literal literal) {
      return literal(literal, scope);
    }
    if (value instanceof ValueExpression.Cond cond) {
      return cond(cond, scope);
    }
    if (value instanceof ValueExpression.Arithmetic arithmetic) {
      return arithmetic(arithmetic, scope);
    }
    throw new IllegalStateException("unknown expression " + value);
  }

  private static Expr literal(ValueExpression.Literal literal, Scope scope) {
    Object value = literal.value();
    if (value == null) {
      return new Expr.Constant(null, Types.UnknownType.get());
    }
    try {
      return Constants.free(value);
    } catch (IllegalArgumentException e) {
      throw failure(scope, literal.at(), String.valueOf(e.getMessage()));
    }
  }

  private static Expr cond(ValueExpression.Cond cond, Scope scope) {
    Pred test = PredicateResolver.resolve(cond.test(), scope);
    Expr then = resolve(cond.then(), scope);
    Expr otherwise = resolve(cond.otherwise(), scope);
    if (isNull(then) && isNull(otherwise)) {
      throw failure(scope, cond.at(), "both arms of $cond are null; give one of them a value");
    }
    Type type =
        isNull(then)
            ? otherwise.type()
            : isNull(otherwise)
                ? then.type()
                : NumericTypes.common(then, otherwise)
                    .orElseThrow(
                        () ->
                            failure(
                                scope,
                                cond.at(),
                                "the arms of $cond are "
                                    + then.type()
                                    + " and "
                                    + otherwise.type()
                                    + "; both must be of one kind"));
    return new Expr.Cond(test, as(then, type), as(otherwise, type), type);
  }

  private static boolean isNull(Expr value) {
    return value instanceof Expr.Constant constant && constant.value() == null;
  }

  /** The value in a type that holds it. */
  static Expr as(Expr value, Type type) {
    if (isNull(value)) {
      return new Expr.Constant(null, type);
    }
    return value.type().equals(type) ? value : new Expr.Cast(value, type);
  }

  private static Expr arithmetic(ValueExpression.Arithmetic arithmetic, Scope scope) {
    Expr left = resolve(arithmetic.left(), scope);
    Expr right = resolve(arithmetic.right(), scope);
    for (Expr operand : new Expr[] {left, right}) {
      if (!NumericTypes.isNumber(operand.type())) {
        throw failure(
            scope,
            arithmetic.at(),
            "an operand is " + operand.type() + "; arithmetic takes numbers");
      }
    }
    Type type = NumericTypes.arithmetic(arithmetic.operator(), left, right);
    boolean exactDecimal = type instanceof Types.DecimalType;
    return new Expr.Arithmetic(
        arithmetic.operator(),
        as(left, exactDecimal ? NumericTypes.asDecimal(left) : type),
        as(right, exactDecimal ? NumericTypes.asDecimal(right) : type),
        type);
  }

  private static DefinitionException failure(Scope scope, String at, String message) {
    return scope
        .tree()
        .view()
        .origin()
        .failure(ProblemKind.WRONG_TYPE, at, scope.tree().view().shown() + ": " + message);
  }
}
