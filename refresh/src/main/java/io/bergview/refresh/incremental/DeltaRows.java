package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.column;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Plan;

/** Tables with columns {@code c<field id>} in the place of a source's scan. */
final class DeltaRows {
  private DeltaRows() {}

  /**
   * @param table the rows that a source lost or gained
   */
  static DeltaPlan.PreparedRows of(String table, Plan.Scan scan) {
    return of(table, scan, true);
  }

  /**
   * @param stored whether it is a table, not a query
   */
  static DeltaPlan.PreparedRows of(String table, Plan.Scan scan, boolean stored) {
    return new DeltaPlan.PreparedRows(
        table,
        stored,
        scan.reads().stream()
            .map(read -> new DeltaPlan.PreparedRows.Column(read.column(), column(read.fieldId())))
            .toList());
  }
}
