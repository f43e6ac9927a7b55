package io.bergview.staleness;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.lineage.SnapshotKind;
import io.bergview.catalog.lineage.SourceSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * The snapshots between the one that was read and a table's current one.
 *
 * <p>Both are walked back to their nearest common ancestor. Changes on the current side were not
 * seen, changes on the seen side were undone (a rollback). Compaction changes no rows and does not
 * count, nor does rolling it back; what each snapshot did, {@link SnapshotKind} says.
 *
 * @param unseen data changes between the common ancestor and now
 * @param undone data changes between the common ancestor and the snapshot seen
 * @param known whether the common ancestor was found; if not, snapshots between have expired
 * @param seenGone whether the snapshot seen has itself expired, and no compaction of it is left
 * @param since commit time of the first change, or of the rollback; empty where nothing changed
 */
record SnapshotDistance(
    int unseen, int undone, boolean known, boolean seenGone, Optional<Instant> since) {
  SnapshotDistance {
    requireNonNull(since, "since is null");
  }

  /**
   * @param seenId may be {@link SourceSnapshot#NONE}
   */
  static SnapshotDistance between(long seenId, Table table) {
    Snapshot current = table.currentSnapshot();
    return between(seenId, current == null ? SourceSnapshot.NONE : current.snapshotId(), table);
  }

  /** As {@link #between(long, Table)}, with another snapshot instead of the current one. */
  static SnapshotDistance between(long seenId, long nowId, Table table) {
    Map<Long, Integer> undoneDownTo = changesDownTo(seenId, table);
    List<Snapshot> unseen = new ArrayList<>();
    Long id = nowId == SourceSnapshot.NONE ? null : nowId;
    while (id != null && !undoneDownTo.containsKey(id)) {
      Snapshot snapshot = table.snapshot(id);
      if (snapshot == null) {
        return withoutCommonAncestor(seenId, unseen, table);
      }
      if (changesRows(snapshot, table)) {
        unseen.add(snapshot);
      }
      id = snapshot.parentId();
    }
    Integer undone = undoneDownTo.get(id == null ? Long.valueOf(SourceSnapshot.NONE) : id);
    if (undone == null) {
      return withoutCommonAncestor(seenId, unseen, table);
    }
    return new SnapshotDistance(
        unseen.size(), undone, true, isGone(seenId, table), since(unseen, undone, table));
  }

  private static SnapshotDistance withoutCommonAncestor(
      long seenId, List<Snapshot> unseen, Table table) {
    return new SnapshotDistance(
        unseen.size(), 0, false, isGone(seenId, table), since(unseen, 1, table));
  }

  private static boolean isGone(long seenId, Table table) {
    return seenId != SourceSnapshot.NONE && SameRows.readable(seenId, table).isEmpty();
  }

  /**
   * The ancestors of the snapshot that was read, including itself, each with the number of changes
   * after it; {@code NONE} means "before the first". An expired snapshot ends the walk but is still
   * known by its id.
   */
  private static Map<Long, Integer> changesDownTo(long seenId, Table table) {
    Map<Long, Integer> changes = new HashMap<>();
    int count = 0;
    Long id = seenId;
    while (id != null) {
      changes.put(id, count);
      Snapshot snapshot = id == SourceSnapshot.NONE ? null : table.snapshot(id);
      if (snapshot == null) {
        return changes;
      }
      count += changesRows(snapshot, table) ? 1 : 0;
      id = snapshot.parentId();
    }
    changes.put(SourceSnapshot.NONE, count);
    return changes;
  }

  private static Optional<Instant> since(List<Snapshot> unseen, int undone, Table table) {
    if (!unseen.isEmpty()) {
      return Optional.of(Instant.ofEpochMilli(unseen.get(unseen.size() - 1).timestampMillis()));
    }
    if (undone == 0) {
      return Optional.empty();
    }
    List<HistoryEntry> history = table.history();
    return history.isEmpty()
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(history.get(history.size() - 1).timestampMillis()));
  }

  private static boolean changesRows(Snapshot snapshot, Table table) {
    return !SnapshotKind.of(table, snapshot).keepsRows();
  }
}
