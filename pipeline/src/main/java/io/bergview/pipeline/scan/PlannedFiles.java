package io.bergview.pipeline.scan;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.lineage.SummaryNumbers;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * The files of one snapshot for several readings: its manifests are read once, and again only where
 * files are many, as manifests in which nothing matches are then left out. Safe for use by several
 * threads.
 */
public final class PlannedFiles {
  private final Table table;
  private final OptionalLong snapshotId;
  private final Schema columns;
  private final SnapshotPlan plan;

  /**
   * @param snapshotId empty for a table without snapshots
   * @param columns those that files are chosen by, by id
   * @param plan of this snapshot, with the bounds of these columns if with any
   */
  PlannedFiles(Table table, OptionalLong snapshotId, Schema columns, SnapshotPlan plan) {
    this.table = requireNonNull(table, "table is null");
    this.snapshotId = requireNonNull(snapshotId, "snapshotId is null");
    this.columns = requireNonNull(columns, "columns is null");
    this.plan = requireNonNull(plan, "plan is null");
  }

  /**
   * As {@link SnapshotFiles#of}.
   *
   * @param where of these columns alone, by the names that they have in the table now
   */
  public List<FileScanTask> where(Expression where) {
    if (where.op() == Expression.Operation.TRUE) {
      return plan.files(() -> SnapshotFiles.of(table, snapshotId, Expressions.alwaysTrue()));
    }
    if (!areFew()) {
      return SnapshotFiles.of(table, snapshotId, where);
    }
    Predicate<ContentFile<?>> wanted = SnapshotFiles.mayMatch(table, where);
    return plan.withBounds(() -> SnapshotFiles.withBounds(table, snapshotId, columns)).stream()
        .filter(task -> wanted.test(task.file()))
        .toList();
  }

  /** By its metadata; one that is gone is for the planning to report. */
  private boolean areFew() {
    Snapshot snapshot = snapshotId.isEmpty() ? null : table.snapshot(snapshotId.getAsLong());
    return snapshot == null || number(snapshot) <= SnapshotFiles.FEW_FILES;
  }

  /** How many files a snapshot has, as its metadata says. */
  static long number(Snapshot snapshot) {
    return SummaryNumbers.number(
        snapshot.summary(), SnapshotSummary.TOTAL_DATA_FILES_PROP, Long.MAX_VALUE);
  }
}
