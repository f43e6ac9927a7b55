package io.bergview.projection.query;

import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.PlanExpressions;
import java.util.LinkedHashSet;
import java.util.Set;

/** The columns that a plan names and that none of its operators has: those of queries around it. */
final class FreeColumns {
  private FreeColumns() {}

  static Set<PlanColumn> of(Plan plan) {
    Set<PlanColumn> free = new LinkedHashSet<>();
    PlanExpressions.map(
        plan,
        value -> {
          free.addAll(ExprColumns.of(value));
          return value;
        });
    plan.operators().forEach(operator -> free.removeAll(new LinkedHashSet<>(operator.columns())));
    return free;
  }
}
