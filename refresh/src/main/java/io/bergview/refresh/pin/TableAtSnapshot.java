package io.bergview.refresh.pin;

import io.bergview.catalog.lineage.SourceSnapshot;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** A table whose current snapshot is an earlier one. It is for reading only. */
final class TableAtSnapshot extends BaseTable {
  private static final long serialVersionUID = 1L;

  private final long snapshotId;

  /**
   * @param snapshotId may be {@link SourceSnapshot#NONE}
   */
  TableAtSnapshot(Table table, long snapshotId) {
    super(((HasTableOperations) table).operations(), table.name());
    this.snapshotId = snapshotId;
  }

  @Override
  public @Nullable Snapshot currentSnapshot() {
    return snapshotId == SourceSnapshot.NONE ? null : snapshot(snapshotId);
  }
}
