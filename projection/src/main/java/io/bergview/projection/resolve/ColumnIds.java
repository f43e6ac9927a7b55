package io.bergview.projection.resolve;

import io.bergview.projection.plan.PlanColumn;
import org.apache.iceberg.types.Type;

/** Hands out the column ids of one plan. */
final class ColumnIds {
  private int last;

  PlanColumn next(String label, Type type) {
    return new PlanColumn(++last, label, type);
  }
}
