package io.bergview.refresh.pin;

import io.bergview.catalog.lineage.SourceSnapshot;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** A table whose current snapshot is an earlier one. It is for reading only. */
final class TableAtSnapshot extends BaseTable {
  private static final long serialVersionUID = 1L;

  private final long snapshotId;
  private final transient Schema schema;

  /**
   * @param snapshotId may be {@link SourceSnapshot#NONE}
   */
  TableAtSnapshot(Table table, long snapshotId) {
    super(((HasTableOperations) table).operations(), table.name());
    this.snapshotId = snapshotId;
    this.schema = table.schema();
  }

  /** Of a tag that of its snapshot. */
  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable Snapshot currentSnapshot() {
    return snapshotId == SourceSnapshot.NONE ? null : snapshot(snapshotId);
  }
}
