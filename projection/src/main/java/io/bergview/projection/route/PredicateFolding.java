package io.bergview.projection.route;

import io.bergview.projection.plan.Comparisons;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.PredVisitor;
import java.util.ArrayList;
import java.util.List;

/**
 * Constant folding of predicates. What is never true, such as a long that equals 1.5, is left as
 * the one {@link #NEVER}; what always is, as {@link #ALWAYS}.
 */
final class PredicateFolding implements PredVisitor<Pred> {
  static final Pred NEVER = new Pred.Or(List.of());
  static final Pred ALWAYS = new Pred.And(List.of());

  private static final PredicateFolding FOLDING = new PredicateFolding();

  private PredicateFolding() {}

  static Pred of(Pred predicate) {
    return predicate.accept(FOLDING);
  }

  @Override
  public Pred visit(Pred.And and) {
    List<Pred> terms = terms(and.terms(), ALWAYS);
    return terms.contains(NEVER) ? NEVER : terms.size() == 1 ? terms.get(0) : new Pred.And(terms);
  }

  @Override
  public Pred visit(Pred.Or or) {
    List<Pred> terms = terms(or.terms(), NEVER);
    return terms.contains(ALWAYS) ? ALWAYS : terms.size() == 1 ? terms.get(0) : new Pred.Or(terms);
  }

  @Override
  public Pred visit(Pred.Not not) {
    Pred term = of(not.term());
    if (term instanceof Pred.Not twice) {
      return twice.term();
    }
    return term.equals(NEVER) ? ALWAYS : term.equals(ALWAYS) ? NEVER : new Pred.Not(term);
  }

  @Override
  public Pred visit(Pred.Compare compare) {
    return compare;
  }

  @Override
  public Pred visit(Pred.In in) {
    return in;
  }

  @Override
  public Pred visit(Pred.IsNull isNull) {
    return isNull;
  }

  /** What SQL says in a value, as the predicate that is true for the same rows. */
  @Override
  public Pred visit(Pred.IsTrue isTrue) {
    if (isTrue.value() instanceof Expr.Constant constant) {
      return Boolean.TRUE.equals(constant.value()) ? ALWAYS : NEVER;
    }
    if (!(isTrue.value() instanceof Expr.Call call)) {
      return isTrue;
    }
    List<Pred> terms = call.arguments().stream().<Pred>map(Pred.IsTrue::new).toList();
    return switch (call.function().name()) {
      case "and" -> of(new Pred.And(terms));
      case "or" -> of(new Pred.Or(terms));
      case "is null" -> new Pred.IsNull(call.arguments().get(0));
      case "is not null" -> new Pred.Not(new Pred.IsNull(call.arguments().get(0)));
      case "in" -> Comparisons.in(call).<Pred>map(in -> in).orElse(isTrue);
      default -> Comparisons.of(call).<Pred>map(compare -> compare).orElse(isTrue);
    };
  }

  @Override
  public Pred visit(Pred.StartsWith starts) {
    return starts;
  }

  /**
   * @param neutral what makes no difference among the terms
   */
  private static List<Pred> terms(List<Pred> terms, Pred neutral) {
    List<Pred> folded = new ArrayList<>();
    for (Pred term : terms) {
      Pred one = of(term);
      if (!one.equals(neutral) && !folded.contains(one)) {
        folded.add(one);
      }
    }
    return folded;
  }
}
