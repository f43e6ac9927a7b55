package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Pred;
import java.util.List;
import java.util.Optional;

/**
 * The scan that a plan's rows come from.
 *
 * @param filter the filter of its rows before any join
 */
record RootScan(Plan.Scan scan, Optional<Pred> filter) {
  RootScan {
    requireNonNull(scan, "scan is null");
    requireNonNull(filter, "filter is null");
  }

  static Optional<RootScan> of(Plan plan) {
    if (plan instanceof Plan.Scan scan) {
      return Optional.of(new RootScan(scan, Optional.empty()));
    }
    return plan instanceof Plan.Filter filter && filter.input() instanceof Plan.Scan scan
        ? Optional.of(new RootScan(scan, Optional.of(filter.predicate())))
        : plan.drivingInput().flatMap(RootScan::of);
  }

  /** All scans of a plan, each with the filter right above it. */
  static List<RootScan> all(Plan plan) {
    if (plan instanceof Plan.Scan
        || plan instanceof Plan.Filter filter && filter.input() instanceof Plan.Scan) {
      return List.of(of(plan).orElseThrow());
    }
    return plan.inputs().stream().flatMap(input -> all(input).stream()).toList();
  }
}
