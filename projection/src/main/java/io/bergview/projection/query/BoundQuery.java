package io.bergview.projection.query;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Plan;
import java.util.List;

/**
 * A bound query.
 *
 * @param plan its columns are those of {@code columns}, in this order
 * @param columns with the names of the query's outputs, which may repeat
 */
public record BoundQuery(Plan plan, List<BoundColumn> columns) {
  public BoundQuery {
    requireNonNull(plan, "plan is null");
    columns = List.copyOf(columns);
  }
}
