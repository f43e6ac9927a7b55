package io.bergview.refresh.incremental;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanRewriter;
import java.util.Optional;
import java.util.Set;

/** The two states of its sources that a plan can be computed over. */
enum PlanVersion {
  /** As the view last read them. */
  BEFORE,
  /** As they are pinned. */
  NOW;

  /**
   * @param changed the types whose tables differ between the two
   */
  Plan of(Plan plan, Set<String> changed) {
    return this == NOW
        ? plan
        : PlanRewriter.topDown(
            plan,
            operator ->
                operator instanceof Plan.Scan scan && changed.contains(scan.source().type())
                    ? Optional.of(new DeltaPlan.EarlierScan(scan))
                    : Optional.empty());
  }
}
