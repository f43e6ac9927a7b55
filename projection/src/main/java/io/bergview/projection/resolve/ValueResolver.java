package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.ValueExpression;
import io.bergview.projection.function.NumericTypes;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Types what an aggregate aggregates. */
record ValueResolver(ColumnScope scope) implements ValueExpression.Visitor<Expr> {
  static Expr resolve(ValueExpression value, ColumnScope scope) {
    return value.accept(new ValueResolver(scope));
  }

  @Override
  public Expr visit(ValueExpression.Column column) {
    return scope.column(column.path());
  }

  @Override
  public Expr visit(ValueExpression.Literal literal) {
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

  @Override
  public Expr visit(ValueExpression.Cond cond) {
    Pred test = PredicateResolver.resolve(cond.test(), scope);
    Expr then = cond.then().accept(this);
    Expr otherwise = cond.otherwise().accept(this);
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

  @Override
  public Expr visit(ValueExpression.Arithmetic arithmetic) {
    Expr left = arithmetic.left().accept(this);
    Expr right = arithmetic.right().accept(this);
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

  @Override
  public Expr visit(ValueExpression.Sql sql) {
    return SqlExpressions.value(sql.expression(), scope);
  }

  private static DefinitionException failure(ColumnScope scope, String at, String message) {
    return scope.failure(ProblemKind.WRONG_TYPE, at, scope.viewName() + ": " + message);
  }
}
