package io.bergview.projection.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * An expression with parts replaced, from the outside in: what is known is put instead of a part,
 * whatever is inside it. A column for which nothing is known makes the whole impossible.
 */
public final class ExprRewrite {
  private final Function<Expr, Optional<Expr>> known;

  private ExprRewrite(Function<Expr, Optional<Expr>> known) {
    this.known = known;
  }

  /**
   * @param known what stands for an expression; of the same type
   */
  public static Optional<Expr> of(Expr value, Function<Expr, Optional<Expr>> known) {
    return new ExprRewrite(known).value(value);
  }

  /** As {@link #of(Expr, Function)}. */
  public static Optional<Pred> of(Pred predicate, Function<Expr, Optional<Expr>> known) {
    return new ExprRewrite(known).predicate(predicate);
  }

  private Optional<Expr> value(Expr value) {
    Optional<Expr> other = known.apply(value);
    if (other.isPresent()) {
      return other;
    }
    if (value instanceof Expr.Ref) {
      return Optional.empty();
    }
    if (value instanceof Expr.Field field) {
      return value(field.struct()).map(in -> new Expr.Field(in, field.name(), field.type()));
    }
    if (value instanceof Expr.FieldOfEach field) {
      return value(field.list()).map(in -> new Expr.FieldOfEach(in, field.path(), field.type()));
    }
    if (value instanceof Expr.Cond cond) {
      return cond(cond);
    }
    if (value instanceof Expr.Arithmetic sum) {
      return both(
          sum.left(),
          sum.right(),
          (left, right) -> new Expr.Arithmetic(sum.operator(), left, right, sum.type()));
    }
    if (value instanceof Expr.Cast cast) {
      return value(cast.value()).map(in -> new Expr.Cast(in, cast.type()));
    }
    if (value instanceof Expr.Truncate truncate) {
      return value(truncate.value())
          .map(in -> new Expr.Truncate(in, truncate.unit(), truncate.zone(), truncate.type()));
    }
    if (value instanceof Expr.Canonical canonical) {
      return value(canonical.value()).map(Expr.Canonical::new);
    }
    if (value instanceof Expr.ExactAverage average) {
      return both(
          average.sum(),
          average.count(),
          (sum, count) -> new Expr.ExactAverage(sum, count, average.type()));
    }
    if (value instanceof Expr.Ratio ratio) {
      return both(ratio.numerator(), ratio.denominator(), Expr.Ratio::new);
    }
    if (value instanceof Expr.SquareRoot root) {
      return value(root.value()).map(Expr.SquareRoot::new);
    }
    if (value instanceof Expr.Pack pack) {
      return values(pack.values()).map(in -> new Expr.Pack(in, pack.type()));
    }
    return Optional.of(value);
  }

  private interface Pair {
    Expr of(Expr left, Expr right);
  }

  private Optional<Expr> both(Expr left, Expr right, Pair pair) {
    return value(left).flatMap(one -> value(right).map(other -> pair.of(one, other)));
  }

  private Optional<Expr> cond(Expr.Cond cond) {
    return predicate(cond.test())
        .flatMap(
            test ->
                both(
                    cond.then(),
                    cond.otherwise(),
                    (then, otherwise) -> new Expr.Cond(test, then, otherwise, cond.type())));
  }

  private Optional<List<Expr>> values(List<Expr> values) {
    List<Expr> rewritten = new ArrayList<>();
    values.forEach(value -> value(value).ifPresent(rewritten::add));
    return rewritten.size() == values.size() ? Optional.of(rewritten) : Optional.empty();
  }

  private Optional<Pred> predicate(Pred predicate) {
    if (predicate instanceof Pred.And and) {
      return predicates(and.terms()).map(Pred.And::new);
    }
    if (predicate instanceof Pred.Or or) {
      return predicates(or.terms()).map(Pred.Or::new);
    }
    if (predicate instanceof Pred.Not not) {
      return predicate(not.term()).map(Pred.Not::new);
    }
    if (predicate instanceof Pred.Compare compare) {
      return value(compare.value())
          .map(in -> new Pred.Compare(in, compare.operator(), compare.constant()));
    }
    if (predicate instanceof Pred.In among) {
      return value(among.value()).map(in -> new Pred.In(in, among.constants()));
    }
    if (predicate instanceof Pred.IsNull isNull) {
      return value(isNull.value()).map(Pred.IsNull::new);
    }
    Pred.StartsWith starts = (Pred.StartsWith) predicate;
    return value(starts.value()).map(in -> new Pred.StartsWith(in, starts.prefix()));
  }

  private Optional<List<Pred>> predicates(List<Pred> terms) {
    List<Pred> rewritten = new ArrayList<>();
    terms.forEach(term -> predicate(term).ifPresent(rewritten::add));
    return rewritten.size() == terms.size() ? Optional.of(rewritten) : Optional.empty();
  }
}
