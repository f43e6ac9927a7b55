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
 * @param filter the filters of its rows before any join
 */
record RootScan(Plan.Scan scan, Optional<Pred> filter) {
  RootScan {
    requireNonNull(scan, "scan is null");
    requireNonNull(filter, "filter is null");
  }

  static Optional<RootScan> of(Plan plan) {
    Optional<RootScan> here = scanned(plan);
    return here.isPresent() ? here : plan.drivingInput().flatMap(RootScan::of);
  }

  /** All scans of a plan, each with the filters right above it. */
  static List<RootScan> all(Plan plan) {
    Optional<RootScan> here = scanned(plan);
    return here.isPresent()
        ? List.of(here.get())
        : plan.inputs().stream().flatMap(input -> all(input).stream()).toList();
  }

  /** A scan, or one with nothing but filters above it. */
  private static Optional<RootScan> scanned(Plan plan) {
    List<Pred> filters = new ArrayList<>();
    Plan below = plan;
    while (below instanceof Plan.Filter filter) {
      filters.add(filter.predicate());
      below = filter.input();
    }
    Optional<Pred> together =
        filters.size() > 1 ? Optional.of(new Pred.And(filters)) : filters.stream().findFirst();
    return below instanceof Plan.Scan scan
        ? Optional.of(new RootScan(scan, together))
        : Optional.empty();
  }
}
