package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.SqlExpression;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.query.NameScope;
import io.bergview.projection.query.ScalarBinder;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.List;
import java.util.function.BiFunction;

/** Types an expression in SQL over the paths of a definition. */
final class SqlExpressions implements NameScope {
  private final SqlExpression expression;
  private final ColumnScope scope;

  private SqlExpressions(SqlExpression expression, ColumnScope scope) {
    this.expression = expression;
    this.scope = scope;
  }

  static Expr value(SqlExpression expression, ColumnScope scope) {
    return new SqlExpressions(expression, scope).bound(ScalarBinder::value);
  }

  /** True where the expression is true, neither false nor null. */
  static Pred condition(SqlExpression expression, ColumnScope scope) {
    return new SqlExpressions(expression, scope).bound(ScalarBinder::condition);
  }

  private <T> T bound(BiFunction<ScalarBinder, SyntaxNode, T> bind) {
    try {
      return bind.apply(new ScalarBinder(scope.types(), this), expression.syntax());
    } catch (SqlException e) {
      throw expression.failure(e, scope.view().origin());
    }
  }

  @Override
  public boolean has(List<String> path, SyntaxNode at) {
    return scope.begins(new ColumnPath(path, expression.at()));
  }

  @Override
  public Expr resolve(List<String> path, SyntaxNode at) {
    try {
      return scope.column(scope.spelled(new ColumnPath(path, expression.at())));
    } catch (DefinitionException e) {
      DefinitionProblem problem = e.problems().get(0);
      boolean here = problem.file().equals(scope.view().origin().file());
      throw here ? new SqlException(problem.kind(), at.offset(), problem.message()) : e;
    }
  }
}
