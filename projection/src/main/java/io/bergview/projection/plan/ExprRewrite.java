package io.bergview.projection.plan;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * An expression with parts replaced, from the outside in: a known replacement is used for a whole
 * part, including its operands. A column without a replacement makes the rewrite impossible.
 */
public final class ExprRewrite {
  private final Function<Expr, Optional<Expr>> known;
  private boolean impossible;

  private ExprRewrite(Function<Expr, Optional<Expr>> known) {
    this.known = known;
  }

  /**
   * The expression rewritten; empty if that is impossible.
   *
   * @param known the replacement of an expression; of the same type
   */
  public static Optional<Expr> of(Expr value, Function<Expr, Optional<Expr>> known) {
    ExprRewrite rewrite = new ExprRewrite(known);
    Expr rewritten = rewrite.value(value);
    return rewrite.impossible ? Optional.empty() : Optional.of(rewritten);
  }

  /** As {@link #of(Expr, Function)}. */
  public static Optional<Pred> of(Pred predicate, Function<Expr, Optional<Expr>> known) {
    ExprRewrite rewrite = new ExprRewrite(known);
    Pred rewritten = predicate.mapOperands(rewrite::value);
    return rewrite.impossible ? Optional.empty() : Optional.of(rewritten);
  }

  /** An expression with some columns replaced; others stay. */
  public static Expr columns(Expr value, Map<PlanColumn, ? extends Expr> by) {
    return of(
            value,
            part ->
                part instanceof Expr.Ref ref
                    ? Optional.of(by.containsKey(ref.column()) ? by.get(ref.column()) : ref)
                    : Optional.empty())
        .orElseThrow();
  }

  private Expr value(Expr value) {
    Optional<Expr> other = known.apply(value);
    impossible |= other.isEmpty() && value instanceof Expr.Ref;
    return other.orElseGet(() -> value.mapOperands(this::value));
  }
}
