package io.bergview.refresh.algebra;

import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanRewriter;
import java.util.Optional;

/** The leftmost input of a plan, which determines its rows: other inputs only add to them. */
final class LeftmostInput {
  private LeftmostInput() {}

  /** A scan, or the elements of another input's rows. */
  static Plan of(Plan plan) {
    return plan instanceof Plan.UnnestElements
        ? plan
        : plan.drivingInput().map(LeftmostInput::of).orElse(plan);
  }

  /**
   * The plan over another leftmost input, with at least the same columns. Other inputs that are
   * derived from the same rows, such as their elements, are derived from the new ones.
   */
  static Plan replace(Plan plan, Plan end) {
    Plan leftmost = of(plan);
    return PlanRewriter.topDown(
        plan, operator -> operator == leftmost ? Optional.of(end) : Optional.empty());
  }
}
