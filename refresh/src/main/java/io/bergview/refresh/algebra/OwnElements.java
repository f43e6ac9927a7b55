package io.bergview.refresh.algebra;

import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanRewriter;
import java.util.Optional;

/**
 * A relation between rows and the elements of their own lists: whatever it finds for a row, it
 * finds by that row alone and by tables that elements refer to.
 *
 * @param plan the relation
 * @param numbered the rows, which the elements are told apart by
 */
public record OwnElements(Plan.Binary plan, Plan.AssignUniqueId numbered) {
  /** Empty where a relation leads from its rows to other ones. */
  public static Optional<OwnElements> of(Plan.Binary plan) {
    return LeftmostInput.of(plan.inputs().get(1)) instanceof Plan.UnnestElements elements
        ? Optional.of(new OwnElements(plan, elements.of()))
        : Optional.empty();
  }

  /** The rows that have the lists. */
  public Plan rows() {
    return numbered.input();
  }

  /** The relation of other rows and their elements. */
  public Plan over(Plan rows) {
    return PlanRewriter.topDown(
        plan,
        operator -> operator == numbered ? Optional.of(numbered.over(rows)) : Optional.empty());
  }
}
