package io.bergview.refresh.algebra;

import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.JoinKey;
import io.bergview.projection.plan.PlanColumn;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A plan without the operators that some of its columns do not need. Its rows stand for those of
 * the plan as a set: filters are left out, and what multiplies rows, where nothing of it is asked
 * for.
 */
final class ColumnPruning {
  private ColumnPruning() {}

  static Plan to(Plan plan, Set<PlanColumn> needed) {
    if (plan instanceof Plan.LeftJoin lookup) {
      return gives(lookup.target(), needed)
          ? new Plan.LeftJoin(
              to(lookup.input(), with(needed, lookup.on(), true)),
              to(lookup.target(), with(needed, lookup.on(), false)),
              lookup.on())
          : to(lookup.input(), needed);
    }
    if (plan instanceof Plan.JoinToMany fan) {
      return gives(fan.children(), needed)
          ? new Plan.JoinToMany(
              to(fan.input(), with(needed, fan.on(), true)),
              to(fan.children(), with(needed, fan.on(), false)),
              fan.on(),
              fan.keepEmpty())
          : to(fan.input(), needed);
    }
    boolean transparent =
        plan instanceof Plan.Filter
            || plan instanceof Plan.Extend extend
                && extend.added().stream().noneMatch(added -> needed.contains(added.column()))
            || plan instanceof Plan.Unnest unnest
                && !needed.contains(unnest.ordinal())
                && !needed.contains(unnest.element())
            || plan instanceof Plan.NestedAggregate gather
                && gather.calls().stream().noneMatch(call -> needed.contains(call.column()))
            || plan instanceof Plan.AssignUniqueId numbered && !needed.contains(numbered.number());
    if (transparent) {
      return to(plan.inputs().get(0), needed);
    }
    if (plan instanceof Plan.Unnest unnest) {
      Set<PlanColumn> below = new HashSet<>(needed);
      below.addAll(ExprColumns.of(unnest.list()));
      return new Plan.Unnest(
          to(unnest.input(), below),
          unnest.list(),
          unnest.ordinal(),
          unnest.element(),
          unnest.keepEmpty());
    }
    return plan;
  }

  private static boolean gives(Plan plan, Set<PlanColumn> needed) {
    return plan.columns().stream().anyMatch(needed::contains);
  }

  private static Set<PlanColumn> with(Set<PlanColumn> needed, List<JoinKey> on, boolean input) {
    Set<PlanColumn> all = new HashSet<>(needed);
    on.forEach(key -> all.addAll(ExprColumns.of(input ? key.input() : key.other())));
    return all;
  }
}
