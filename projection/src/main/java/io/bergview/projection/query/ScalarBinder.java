package io.bergview.projection.query;

import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.function.Intervals;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;

/**
 * Binds scalar expressions that stand outside of queries, as {@code $expr} in the view language:
 * the same functions, types and errors, over the names of their surroundings.
 */
public final class ScalarBinder {
  private final ExpressionBinder binder;

  public ScalarBinder(TypeSource types, NameScope names) {
    this.binder = ExpressionBinder.standingAlone(new QueryBinder(types), names);
  }

  /**
   * The value of an expression.
   *
   * @throws SqlException where it does not fit its names, or is not supported
   */
  public Expr value(SyntaxNode expression) {
    Expr value = binder.bind(expression);
    if (value.type().equals(Intervals.TYPE)) {
      throw QueryBinder.unsupported(
          expression, "an interval by itself", "; add it to a date, or take a number of days");
    }
    return value;
  }

  /**
   * Where a condition is true.
   *
   * @throws SqlException as {@link #value}, and where it is no condition
   */
  public Pred condition(SyntaxNode expression) {
    return Predicates.of(binder.condition(expression));
  }
}
