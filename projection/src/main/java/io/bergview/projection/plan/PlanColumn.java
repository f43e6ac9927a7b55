package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import org.apache.iceberg.types.Type;

/**
 * A column inside a plan.
 *
 * @param id unique in its plan; the column's name in SQL is {@code c<id>}
 * @param label its source, for display: {@code customer.name}
 */
public record PlanColumn(int id, String label, Type type) {
  public PlanColumn {
    requireNonNull(label, "label is null");
    requireNonNull(type, "type is null");
  }

  @Override
  public String toString() {
    return "c" + id + ":" + label;
  }
}
