package io.bergview.projection.plan;

import org.apache.iceberg.types.Type;

/** Hands out the column ids of one plan. */
final class ColumnIds {
  private int last;

  PlanColumn next(String label, Type type) {
    return new PlanColumn(++last, label, type);
  }
}
