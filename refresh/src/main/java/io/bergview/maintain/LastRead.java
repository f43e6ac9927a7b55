package io.bergview.maintain;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * The latest time at which a reader could start on each of a table's snapshots: until the next one
 * of its branch was committed. One without a successor counts from its own commit.
 */
final class LastRead {
  private final Map<Long, Long> until = new HashMap<>();

  LastRead(Table table) {
    for (Snapshot snapshot : table.snapshots()) {
      atLeast(snapshot.snapshotId(), snapshot.timestampMillis());
      Long parent = snapshot.parentId();
      if (parent != null) {
        atLeast(parent, snapshot.timestampMillis());
      }
    }
    List<HistoryEntry> current = table.history();
    for (int i = 0; i + 1 < current.size(); i++) {
      atLeast(current.get(i).snapshotId(), current.get(i + 1).timestampMillis());
    }
  }

  private void atLeast(long snapshot, long millis) {
    until.merge(snapshot, millis, Math::max);
  }

  /** Whether it is certain that no reader has started on a snapshot since. */
  boolean isBefore(Instant instant, Snapshot snapshot) {
    return until.getOrDefault(snapshot.snapshotId(), snapshot.timestampMillis())
        < instant.toEpochMilli();
  }
}
