package io.bergview.projection.query;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.PlanColumn;

/** A column that a name may mean. */
public record BoundColumn(String name, PlanColumn column) {
  public BoundColumn {
    requireNonNull(name, "name is null");
    requireNonNull(column, "column is null");
  }
}
