package io.bergview.projection.resolve;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanRewriter;
import java.util.List;
import java.util.Optional;

/**
 * Sums of floating point that add the values from the least to the greatest. Such a sum depends on
 * the values alone, to the last digit, whatever order they are read in; so a query that decides by
 * one has the same rows each time that it is computed over the same data. Sorting the values of the
 * groups takes two to four times as long as adding them, which only queries pay that need it.
 */
final class OrderedSums {
  private OrderedSums() {}

  /**
   * @param query the whole query, in which is seen what it decides by
   * @param rows that part of it whose sums are ordered
   */
  static Plan in(Plan query, Plan rows) {
    return InexactUse.of(query).isEmpty() ? rows : ordered(rows);
  }

  private static Plan ordered(Plan plan) {
    return PlanRewriter.topDown(
        plan,
        operator ->
            operator instanceof Plan.Aggregate aggregate
                    && aggregate.calls().stream().anyMatch(OrderedSums::isPlainSum)
                ? Optional.of(
                    new Plan.Aggregate(
                        ordered(aggregate.input()),
                        aggregate.keys(),
                        aggregate.calls().stream().map(OrderedSums::ordered).toList()))
                : Optional.empty());
  }

  /** A sum of one argument, that is. */
  private static boolean isPlainSum(AggregateCall call) {
    return InexactUse.isSum(call) && call.named().isEmpty();
  }

  private static AggregateCall ordered(AggregateCall call) {
    return isPlainSum(call) ? call.over(call.argument(), List.of(call.argument())) : call;
  }
}
