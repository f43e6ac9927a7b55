package io.bergview.staleness;

import io.bergview.catalog.lineage.SnapshotRewrite;
import io.bergview.catalog.lineage.SourceSnapshot;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** Whether snapshots of a table hold the same rows, according to its metadata. */
public final class SameRows {
  private SameRows() {}

  /**
   * The snapshot in which the rows of one can be read: itself, or if it has expired a compaction
   * that names it as its parent. Empty if there is neither.
   *
   * @param id not {@link SourceSnapshot#NONE}
   */
  public static OptionalLong readable(long id, Table table) {
    if (table.snapshot(id) != null) {
      return OptionalLong.of(id);
    }
    for (Snapshot snapshot : table.snapshots()) {
      if (Objects.equals(snapshot.parentId(), id) && SnapshotRewrite.keepsRows(table, snapshot)) {
        return OptionalLong.of(snapshot.snapshotId());
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Whether nothing but compaction lies between two snapshots. If this cannot be determined because
   * snapshots between them have expired, they count as different.
   *
   * @param one and {@code other} may be {@link io.bergview.catalog.lineage.SourceSnapshot#NONE}
   */
  public static boolean between(long one, long other, Table table) {
    if (one == other) {
      return true;
    }
    SnapshotDistance distance = SnapshotDistance.between(one, other, table);
    return distance.known() && distance.unseen() == 0 && distance.undone() == 0;
  }
}
