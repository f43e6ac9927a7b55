package io.bergview.projection.query;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.PredVisitor;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/** Predicates, which {@link Predicates} made, as the conditions that they were. */
final class PredicateValues implements PredVisitor<Expr> {
  private static final PredicateValues VALUES = new PredicateValues();

  private PredicateValues() {}

  static Expr of(Pred predicate) {
    return predicate.accept(VALUES);
  }

  @Override
  public Expr visit(Pred.And and) {
    return joined("and", and.terms(), true);
  }

  @Override
  public Expr visit(Pred.Or or) {
    return joined("or", or.terms(), false);
  }

  private static Expr joined(String operator, List<Pred> terms, boolean none) {
    Optional<Expr> all =
        terms.stream()
            .map(PredicateValues::of)
            .reduce((one, other) -> Calls.of(operator, one, other));
    return all.orElseGet(() -> new Expr.Constant(none, Types.BooleanType.get()));
  }

  @Override
  public Expr visit(Pred.Not not) {
    return not.term() instanceof Pred.IsNull isNull
        ? Calls.of("is not null", isNull.value())
        : Calls.of("not", of(not.term()));
  }

  @Override
  public Expr visit(Pred.Compare compare) {
    return Calls.of(compare.operator().symbol(), compare.value(), compare.constant());
  }

  @Override
  public Expr visit(Pred.In in) {
    Expr[] arguments = new Expr[in.constants().size() + 1];
    arguments[0] = in.value();
    for (int i = 0; i < in.constants().size(); i++) {
      arguments[i + 1] = in.constants().get(i);
    }
    return Calls.of("in", arguments);
  }

  @Override
  public Expr visit(Pred.IsNull isNull) {
    return Calls.of("is null", isNull.value());
  }

  @Override
  public Expr visit(Pred.IsTrue isTrue) {
    return isTrue.value();
  }

  @Override
  public Expr visit(Pred.StartsWith starts) {
    return Calls.of(
        "starts_with", starts.value(), new Expr.Constant(starts.prefix(), Types.StringType.get()));
  }
}
