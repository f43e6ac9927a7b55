package io.bergview.refresh.algebra;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ResolvedView;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which changes of which sources a query in SQL can be made to follow, by its plan alone: where an
 * operator over all rows is on the way from a source, everything is computed again.
 */
public final class QueryFollowing {
  private QueryFollowing() {}

  /** Why changes of some sources cannot be followed; empty if they can. */
  public static Optional<String> ofAny(ResolvedView view, Collection<String> types) {
    Plan.Project project = (Plan.Project) view.plan();
    Optional<String> inexact = types.isEmpty() ? Optional.empty() : inexact(project);
    if (inexact.isPresent()) {
      return inexact;
    }
    Plan rows = firstRows(project).<Plan>map(QueryPlan.Limit::input).orElse(project);
    return types.stream().flatMap(type -> of(rows, type, rows == project).stream()).findFirst();
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

  /**
   * @param top whether the operator is the view's last, whose rows are compared with the stored
   *     ones
   */
  private static Optional<String> of(Plan plan, String type, boolean top) {
    if (plan.scans().noneMatch(scan -> scan.source().type().equals(type))) {
      return Optional.empty();
    }
    if (plan instanceof QueryPlan.Limit) {
      return Optional.of(
          "ORDER BY ... LIMIT takes the first of all rows that %s leads to".formatted(type));
    }
    if (plan instanceof QueryPlan.Window window && window.partitionBy().isEmpty()) {
      return Optional.of(
          "%s over all rows that %s leads to has no PARTITION BY"
              .formatted(window.calls().get(0).function().name(), type));
    }
    boolean total = plan instanceof Plan.Aggregate aggregate && aggregate.keys().isEmpty() && !top;
    if (total) {
      List<AggregateCall> calls = ((Plan.Aggregate) plan).calls();
      return Optional.of(
          "%s in a subquery is over all rows that %s leads to"
              .formatted(calls.isEmpty() ? "a total" : calls.get(0).column().label(), type));
    }
    boolean passes = top && plan instanceof Plan.Project;
    return plan.inputs().stream().flatMap(input -> of(input, type, passes).stream()).findFirst();
  }
}
