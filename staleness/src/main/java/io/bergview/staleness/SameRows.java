package io.bergview.staleness;

import org.apache.iceberg.Table;

/** Whether snapshots of a table hold the same rows, as far as its metadata tells. */
public final class SameRows {
  private SameRows() {}

  /**
   * Whether nothing but compaction lies between two snapshots. Where it cannot be told, because
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
