package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Pred;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The scan that a plan's rows come from.
 *
 * @param filter what is asked of its rows before anything is joined
 */
record RootScan(Plan.Scan scan, Optional<Pred> filter) {
  RootScan {
    requireNonNull(scan, "scan is null");
    requireNonNull(filter, "filter is null");
  }

  static Optional<RootScan> of(Plan plan) {
    Plan on = plan;
    while (!(on instanceof Plan.Scan) && !on.inputs().isEmpty()) {
      Plan input = on.inputs().get(0);
      if (on instanceof Plan.Filter filter && input instanceof Plan.Scan scan) {
        return Optional.of(new RootScan(scan, Optional.of(filter.predicate())));
      }
      on = input;
    }
    return on instanceof Plan.Scan scan
        ? Optional.of(new RootScan(scan, Optional.empty()))
        : Optional.empty();
  }

  /** All scans of a plan but the one that its rows come from. */
  static List<Plan.Scan> beside(Plan plan) {
    List<Plan.Scan> scans = new ArrayList<>();
    collect(plan, true, scans);
    return scans;
  }

  private static void collect(Plan plan, boolean root, List<Plan.Scan> scans) {
    if (plan instanceof Plan.Scan scan && !root) {
      scans.add(scan);
    }
    // Elements are of rows that stand beside them, and come from the same scan.
    if (!(plan instanceof Plan.UnnestElements)) {
      for (int i = 0; i < plan.inputs().size(); i++) {
        collect(plan.inputs().get(i), root && i == 0, scans);
      }
    }
  }
}
