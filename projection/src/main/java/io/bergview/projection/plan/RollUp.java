package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Groups rolled up from finer groups: the aggregates of larger groups, from those of the smaller
 * ones that they consist of. One row for each group of equal keys; without keys always exactly one
 * row.
 *
 * @param input a row for each smaller group
 * @param keys over the input's columns
 */
public record RollUp(Plan input, List<Plan.Assignment> keys, List<Part> parts)
    implements Plan.Unary {
  /**
   * One aggregate.
   *
   * @param call as it would be over the rows; its column is that of the result. A kind that cannot
   *     be merged only if there is at most one smaller group
   * @param value the input column with its value for a smaller group
   * @param count the column with the number of aggregated values; moments only
   * @param mean the column with their mean; moments only
   */
  public record Part(
      AggregateCall call, PlanColumn value, Optional<PlanColumn> count, Optional<PlanColumn> mean) {
    public Part {
      requireNonNull(call, "call is null");
      requireNonNull(value, "value is null");
      requireNonNull(count, "count is null");
      requireNonNull(mean, "mean is null");
    }
  }

  public RollUp {
    requireNonNull(input, "input is null");
    keys = List.copyOf(keys);
    parts = List.copyOf(parts);
  }

  /** Whether the aggregate of a group follows from those of its parts. */
  public static boolean adds(AggregateFunction kind) {
    return switch (kind) {
      case COUNT_ROWS, COUNT, SUM, MIN, MAX, MEAN, SQUARED_DEVIATIONS -> true;
      case LEAST, GREATEST, COUNT_DISTINCT, FIRST, LAST, LIST, NAMED -> false;
    };
  }

  @Override
  public List<PlanColumn> columns() {
    List<PlanColumn> columns = new ArrayList<>();
    keys.forEach(key -> columns.add(key.column()));
    parts.forEach(part -> columns.add(part.call().column()));
    return List.copyOf(columns);
  }

  @Override
  public RollUp over(Plan other) {
    return new RollUp(other, keys, parts);
  }

  @Override
  public <R> R accept(PlanVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
