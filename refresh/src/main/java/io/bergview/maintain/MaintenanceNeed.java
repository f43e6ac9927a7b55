package io.bergview.maintain;

import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.catalog.lineage.SummaryNumbers;
import io.bergview.settings.MaintenanceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Whether a view's table needs maintenance now. Determined from the metadata in memory and the
 * manifest list; no manifest is read, so it is cheap enough after every refresh.
 *
 * @param vacuum whether there are snapshots to expire
 * @param manifests whether there are many small ones
 * @param compaction whether enough was written since the last rewrite that there probably are files
 *     worth rewriting
 */
public record MaintenanceNeed(boolean vacuum, boolean manifests, boolean compaction) {
  /** Nothing is to be done. */
  public boolean isNone() {
    return !vacuum && !manifests && !compaction;
  }

  /** For logs, such as {@code vacuum, compaction}. */
  public String describe() {
    List<String> wanted = new ArrayList<>();
    if (vacuum) {
      wanted.add("vacuum");
    }
    if (manifests) {
      wanted.add("manifests");
    }
    if (compaction) {
      wanted.add("compaction");
    }
    return String.join(", ", wanted);
  }

  static MaintenanceNeed of(
      Table table, SnapshotRetention retention, long targetFileSize, MaintenanceLimits limits) {
    Snapshot current = table.currentSnapshot();
    if (current == null) {
      return new MaintenanceNeed(false, false, false);
    }
    return new MaintenanceNeed(
        !retention.expirable(Set.of()).isEmpty(),
        current.dataManifests(table.io()).size() >= limits.manyManifests(),
        needsCompaction(table, current, targetFileSize, limits));
  }

  private static boolean needsCompaction(
      Table table, Snapshot current, long targetFileSize, MaintenanceLimits limits) {
    Map<String, String> now = current.summary();
    long files = number(now, SnapshotSummary.TOTAL_DATA_FILES_PROP);
    long bytes = number(now, SnapshotSummary.TOTAL_FILE_SIZE_PROP);
    boolean small = files >= limits.smallFiles() && bytes / files < targetFileSize / 2;
    boolean deletes = number(now, SnapshotSummary.TOTAL_DELETE_FILES_PROP) > 0;
    return (small || deletes) && writtenSinceRewriting(table) >= limits.newFiles();
  }

  /** Data and delete files added since the last rewrite, according to the summaries. */
  private static long writtenSinceRewriting(Table table) {
    long written = 0;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      Map<String, String> summary = snapshot.summary();
      boolean rewritten =
          SummaryKeys.CHANGE_FILES.equals(summary.get(SummaryKeys.CHANGE))
              && number(summary, SnapshotSummary.DELETED_FILES_PROP)
                      + number(summary, SnapshotSummary.REMOVED_DELETE_FILES_PROP)
                  > 0;
      if (rewritten) {
        return written;
      }
      written +=
          number(summary, SnapshotSummary.ADDED_FILES_PROP)
              + number(summary, SnapshotSummary.ADDED_DELETE_FILES_PROP);
    }
    return written;
  }

  private static long number(Map<String, String> summary, String key) {
    return SummaryNumbers.number(summary, key, 0);
  }
}
