package io.bergview.projection.query;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.PlanColumn;

/**
 * A column that a name may mean.
 *
 * @param place in the text of the query, of what it is computed by; 0 where that is no output
 */
public record BoundColumn(String name, PlanColumn column, int place) {
  public BoundColumn {
    requireNonNull(name, "name is null");
    requireNonNull(column, "column is null");
  }

  BoundColumn(String name, PlanColumn column) {
    this(name, column, 0);
  }

  /** The same output as another column of a plan. */
  BoundColumn as(PlanColumn other) {
    return new BoundColumn(name, other, place);
  }
}
