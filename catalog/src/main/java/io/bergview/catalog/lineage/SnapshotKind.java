package io.bergview.catalog.lineage;

import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** What a snapshot did to the rows of its table. */
public enum SnapshotKind {
  /** A change of a view's definition, written by Bergview without touching a row. */
  DEFINITION(true),

  /** Files were rewritten and hold the same rows: compaction, as {@link SnapshotRewrite} proves. */
  REWRITE(true),

  /** A refresh that inserted and deleted nothing: it records what it has read. */
  EMPTY_REFRESH(true),

  /** Anything else: rows may have been inserted, updated or deleted. */
  ROWS(false);

  private final boolean keepsRows;

  SnapshotKind(boolean keepsRows) {
    this.keepsRows = keepsRows;
  }

  /** Whether the table has the same rows as at the snapshot's parent. */
  public boolean keepsRows() {
    return keepsRows;
  }

  /**
   * @throws io.bergview.errors.StorageException where a {@code replace} snapshot has to be compared
   *     with its parent and metadata cannot be read
   */
  public static SnapshotKind of(Table table, Snapshot snapshot) {
    @Nullable Map<String, String> summary = snapshot.summary();
    if (summary != null && SummaryKeys.CHANGE_DEFINITION.equals(summary.get(SummaryKeys.CHANGE))) {
      return DEFINITION;
    }
    if (SnapshotRewrite.keepsRows(table, snapshot)) {
      return REWRITE;
    }
    boolean empty =
        summary != null
            && "0".equals(summary.get(SummaryKeys.ROWS_ADDED))
            && "0".equals(summary.get(SummaryKeys.ROWS_REMOVED));
    return empty ? EMPTY_REFRESH : ROWS;
  }
}
