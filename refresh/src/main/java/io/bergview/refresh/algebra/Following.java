package io.bergview.refresh.algebra;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.resolve.InexactUse;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Whether a view can be made to follow changes of its sources, by its plan alone. */
public final class Following {
  private Following() {}

  /** Why changes of some sources cannot be followed; empty if they can. */
  public static Optional<String> ofAny(ResolvedView view, Collection<String> types) {
    return types.isEmpty() ? Optional.empty() : inexact(view.plan());
  }

  /** Why no change at all can be followed: a decision by values that are not exact. */
  static Optional<String> inexact(Plan plan) {
    return InexactUse.of(plan)
        .map(
            sum ->
                "it decides by '%s', a sum of floating point, whose last digits depend on the order of addition; cast to a decimal before adding"
                    .formatted(sum));
  }

  /**
   * The limit of a view that shows the first rows of an order, if it shows all that decides on the
   * order: then what comes in can be compared with what is stored.
   */
  public static Optional<QueryPlan.Limit> firstRows(Plan.Project view) {
    if (!(view.input() instanceof QueryPlan.Limit limit)
        || limit.skipped() > 0
        || limit.rows().isEmpty()) {
      return Optional.empty();
    }
    Set<Expr> shown = new HashSet<>();
    view.outputs().forEach(output -> shown.add(output.value()));
    boolean all = limit.input().columns().stream().allMatch(c -> shown.contains(new Expr.Ref(c)));
    boolean columns = limit.orderBy().stream().allMatch(order -> order.value() instanceof Expr.Ref);
    return all && columns && shown.size() == limit.input().columns().size()
        ? Optional.of(limit)
        : Optional.empty();
  }
}
