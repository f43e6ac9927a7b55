package io.bergview.projection.query;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Plan;

/** The plan of a SELECT while it grows: subqueries of expressions join it, windows extend it. */
final class Building {
  private Plan plan;

  Building(Plan plan) {
    this.plan = requireNonNull(plan, "plan is null");
  }

  Plan plan() {
    return plan;
  }

  void become(Plan other) {
    plan = requireNonNull(other, "other is null");
  }
}
