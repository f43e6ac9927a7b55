package io.bergview.staleness;

import io.bergview.catalog.SummaryNumbers;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.jspecify.annotations.Nullable;

/**
 * How many rows a table has, as the summary of its snapshot tells: those of its data files without
 * those that position deletes and deletion vectors take.
 *
 * @param count {@link #UNKNOWN} where the summary does not say
 * @param exact not where there are equality deletes, of which the summary counts keys and not rows:
 *     there may be fewer. Nor where there are position delete files of format v2, which may name a
 *     row twice, or outlive the data file that they name: there may be more. Of a data file that a
 *     foreign table lists twice each row is counted, and each deleted one subtracted once: the
 *     summary does not tell, and there may be fewer
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
    long records = SummaryNumbers.get(summary, SnapshotSummary.TOTAL_RECORDS_PROP, UNKNOWN);
    if (records < 0) {
      return new SnapshotRows(UNKNOWN, false);
    }
    long positions = SummaryNumbers.get(summary, SnapshotSummary.TOTAL_POS_DELETES_PROP, 0);
    long keys = SummaryNumbers.get(summary, SnapshotSummary.TOTAL_EQ_DELETES_PROP, 0);
    boolean counted =
        positions == 0 || TableUtil.formatVersion(table) >= FORMAT_OF_DELETION_VECTORS;
    return new SnapshotRows(Math.max(0, records - positions), counted && keys == 0);
  }

  /** The count, or 0 where it is not known. */
  public long orZero() {
    return Math.max(0, count);
  }
}
