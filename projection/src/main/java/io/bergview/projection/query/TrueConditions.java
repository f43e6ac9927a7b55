package io.bergview.projection.query;

import io.bergview.projection.function.NumericTypes;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.PredVisitor;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/**
 * Predicates as conditions that are true exactly where those are. Where a predicate is false, a
 * condition may be null, so that it must not be negated.
 */
final class TrueConditions implements PredVisitor<Expr> {
  private static final TrueConditions CONDITIONS = new TrueConditions();

  private TrueConditions() {}

  /** Conditions that must all be true. */
  static List<Expr> of(Pred predicate) {
    return predicate instanceof Pred.And and
        ? and.terms().stream().flatMap(term -> of(term).stream()).toList()
        : List.of(predicate.accept(CONDITIONS));
  }

  private static Expr exact(Pred predicate) {
    return new Expr.Cond(
        predicate,
        Calls.TRUE,
        new Expr.Constant(false, Types.BooleanType.get()),
        Types.BooleanType.get());
  }

  private Expr joined(String operator, List<Pred> terms, boolean none) {
    Optional<Expr> all =
        terms.stream()
            .map(term -> term.accept(this))
            .reduce((one, other) -> Calls.of(operator, one, other));
    return all.orElseGet(() -> new Expr.Constant(none, Types.BooleanType.get()));
  }

  @Override
  public Expr visit(Pred.And and) {
    return joined("and", and.terms(), true);
  }

  @Override
  public Expr visit(Pred.Or or) {
    return joined("or", or.terms(), false);
  }

  @Override
  public Expr visit(Pred.Not not) {
    return not.term() instanceof Pred.IsNull isNull
        ? Calls.of("is not null", isNull.value())
        : exact(not);
  }

  /** Of floating point the two differ: to SQL, NaN is greater than every number. */
  @Override
  public Expr visit(Pred.Compare compare) {
    return NumericTypes.isFloating(compare.value().type())
        ? exact(compare)
        : Calls.of(compare.operator().symbol(), compare.value(), compare.constant());
  }

  @Override
  public Expr visit(Pred.In in) {
    return exact(in);
  }

  @Override
  public Expr visit(Pred.IsNull isNull) {
    return Calls.of("is null", isNull.value());
  }

  @Override
  public Expr visit(Pred.StartsWith starts) {
    return exact(starts);
  }

  @Override
  public Expr visit(Pred.IsTrue isTrue) {
    return isTrue.value();
  }
}
