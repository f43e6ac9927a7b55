package io.bergview.projection.plan;

/**
 * A case for each kind of predicate.
 *
 * @param <R> the result for one
 */
public interface PredVisitor<R> {
  R visit(Pred.And and);

  R visit(Pred.Or or);

  R visit(Pred.Not not);

  R visit(Pred.Compare compare);

  R visit(Pred.In in);

  R visit(Pred.IsNull isNull);

  R visit(Pred.IsTrue isTrue);

  R visit(Pred.StartsWith starts);
}
