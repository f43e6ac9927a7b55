package io.bergview.staleness;

import io.bergview.catalog.lineage.SummaryNumbers;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.jspecify.annotations.Nullable;

/**
 * How many rows a table has, from the summary of its snapshot: the rows of its data files minus
 * position deletes and deletion vectors.
 *
 * @param count {@link #UNKNOWN} if the summary does not have it
 * @param exact false if there are equality deletes, for which the summary counts keys and not rows:
 *     there may be fewer rows. Also false if there are position delete files of format v2, which
 *     may list a row twice, or outlive their data file: there may be more rows. Of a data file that
 *     a foreign table lists twice each row is counted, and each deleted one subtracted once: the
 *     summary does not show this, and there may be fewer
 */
public record SnapshotRows(long count, boolean exact) {
  public static final long UNKNOWN = -1;
  private static final int FORMAT_OF_DELETION_VECTORS = 3;

  /** Of the table's current snapshot; 0 where it has none. */
  public static SnapshotRows of(Table table) {
    return of(table, table.currentSnapshot());
  }

  public static SnapshotRows of(Table table, @Nullable Snapshot snapshot) {
    if (snapshot == null) {
      return new SnapshotRows(0, true);
    }
    Map<String, String> summary = snapshot.summary();
    long records = SummaryNumbers.number(summary, SnapshotSummary.TOTAL_RECORDS_PROP, UNKNOWN);
    if (records < 0) {
      return new SnapshotRows(UNKNOWN, false);
    }
    long positions = SummaryNumbers.number(summary, SnapshotSummary.TOTAL_POS_DELETES_PROP, 0);
    long keys = SummaryNumbers.number(summary, SnapshotSummary.TOTAL_EQ_DELETES_PROP, 0);
    boolean counted =
        positions == 0 || TableUtil.formatVersion(table) >= FORMAT_OF_DELETION_VECTORS;
    return new SnapshotRows(Math.max(0, records - positions), counted && keys == 0);
  }

  /** The count, or 0 where it is not known. */
  public long orZero() {
    return Math.max(0, count);
  }
}
