package io.bergview.projection.plan;

/**
 * A case for each kind of expression.
 *
 * @param <R> the result for one
 */
public interface ExprVisitor<R> {
  R visit(Expr.Ref ref);

  R visit(Expr.Field field);

  R visit(Expr.FieldOfEach each);

  R visit(Expr.Constant constant);

  R visit(Expr.Cond cond);

  R visit(Expr.Arithmetic arithmetic);

  R visit(Expr.Cast cast);

  R visit(Expr.Truncate truncate);

  R visit(Expr.Canonical canonical);

  R visit(Expr.ExactAverage average);

  R visit(Expr.Ratio ratio);

  R visit(Expr.SquareRoot root);

  R visit(Expr.Call call);

  R visit(Expr.Pack pack);
}
