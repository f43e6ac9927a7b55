package io.bergview.catalog.lineage;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * The last batch of an appending view.
 *
 * <p>The snapshot that adds a batch records its instant beside its lineage; every later commit by
 * Bergview carries that forward, and the mirror of the lineage outlives them all. So it is known
 * without reading a row, even after other engines have compacted the table or snapshots have
 * expired.
 */
public final class LastBatch {
  private LastBatch() {}

  /** Empty if there is no batch yet, or if all rows were replaced since. */
  public static Optional<Instant> of(Table table) {
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      Map<String, String> summary = snapshot.summary();
      if (summary != null && summary.containsKey(SummaryKeys.REFRESH_STATE)) {
        return in(summary);
      }
    }
    String mirror = table.properties().get(LineageLookup.MIRROR_PROPERTY);
    try {
      return mirror == null ? Optional.empty() : in(LineageMirror.fromJson(mirror).summary());
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> in(Map<String, String> summary) {
    try {
      return Optional.ofNullable(summary.get(SummaryKeys.BATCH)).map(Instant::parse);
    } catch (DateTimeParseException unreadable) {
      return Optional.empty();
    }
  }
}
