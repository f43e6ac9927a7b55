package io.bergview.projection.route;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A plan as one SELECT: rows, perhaps their groups, conditions on the groups, and what is shown.
 *
 * @param groups over {@code rows}; empty if the rows themselves are shown
 * @param having over the columns of the groups
 * @param outputs the plan's columns, over those of the groups or rows
 */
record QueryBlock(
    Plan rows, Optional<Plan.Aggregate> groups, List<Pred> having, List<Assignment> outputs) {
  QueryBlock {
    having = List.copyOf(having);
    outputs = List.copyOf(outputs);
  }

  static QueryBlock of(Plan plan) {
    return grouped(plan).orElseGet(() -> rows(plan));
  }

  private static QueryBlock rows(Plan plan) {
    Plan rows = plan;
    List<Assignment> outputs = same(plan);
    if (plan instanceof Plan.Project project) {
      rows = project.input();
      outputs = project.outputs();
    }
    return new QueryBlock(rows, Optional.empty(), List.of(), outputs);
  }

  private static List<Assignment> same(Plan plan) {
    return plan.columns().stream()
        .map(column -> new Assignment(column, new Expr.Ref(column)))
        .toList();
  }

  /** Empty if the plan is more than groups that are filtered and projected. */
  private static Optional<QueryBlock> grouped(Plan plan) {
    if (plan instanceof Plan.Aggregate aggregate) {
      return Optional.of(
          new QueryBlock(aggregate.input(), Optional.of(aggregate), List.of(), same(aggregate)));
    } else if (plan instanceof Plan.Filter filter) {
      return grouped(filter.input()).map(block -> block.filtered(filter.predicate()));
    } else if (plan instanceof Plan.Extend extend) {
      return grouped(extend.input()).map(block -> block.computing(extend.added(), true));
    } else if (plan instanceof Plan.Project project) {
      return grouped(project.input()).map(block -> block.computing(project.outputs(), false));
    }
    return Optional.empty();
  }

  private QueryBlock filtered(Pred predicate) {
    Map<PlanColumn, Expr> values = values();
    List<Pred> all = new ArrayList<>(having);
    all.add(predicate.mapOperands(value -> ExprRewrite.columns(value, values)));
    return new QueryBlock(rows, groups, all, outputs);
  }

  private QueryBlock computing(List<Assignment> computed, boolean beside) {
    Map<PlanColumn, Expr> values = values();
    List<Assignment> all = new ArrayList<>(beside ? outputs : List.of());
    for (Assignment output : computed) {
      all.add(new Assignment(output.column(), ExprRewrite.columns(output.value(), values)));
    }
    return new QueryBlock(rows, groups, having, all);
  }

  private Map<PlanColumn, Expr> values() {
    Map<PlanColumn, Expr> values = new HashMap<>();
    outputs.forEach(output -> values.put(output.column(), output.value()));
    return values;
  }

  /** The block's plan over other groups with the same columns. */
  Plan over(Plan input) {
    Plan kept = having.isEmpty() ? input : new Plan.Filter(input, new Pred.And(having));
    return new Plan.Project(kept, outputs);
  }
}
