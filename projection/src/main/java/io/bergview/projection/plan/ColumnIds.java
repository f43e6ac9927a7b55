package io.bergview.projection.plan;

import org.apache.iceberg.types.Type;

/** Hands out the column ids of one plan. */
public final class ColumnIds {
  private int last;

  /** A column with an id of its own. */
  public PlanColumn next(String label, Type type) {
    return new PlanColumn(++last, label, type);
  }
}
