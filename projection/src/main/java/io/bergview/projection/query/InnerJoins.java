package io.bergview.projection.query;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** Plans that are joined with each other, in any order, where all conditions are true. */
record InnerJoins(List<Plan> inputs, List<Expr> conditions) {
  InnerJoins {
    inputs = List.copyOf(inputs);
    conditions = List.copyOf(conditions);
  }

  static InnerJoins of(Plan plan) {
    return new InnerJoins(List.of(plan), List.of());
  }

  InnerJoins and(InnerJoins others, List<Expr> more) {
    List<Plan> all = new ArrayList<>(inputs);
    all.addAll(others.inputs);
    List<Expr> every = new ArrayList<>(conditions);
    every.addAll(others.conditions);
    every.addAll(more);
    return new InnerJoins(all, every);
  }
}
