package io.bergview.staleness.delta;

import io.bergview.catalog.lineage.SnapshotRewrite;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * The chain of snapshots from one to another, without those that change no rows.
 *
 * <p>Along any sequence of snapshots the differences of neighbours add up to the difference of its
 * ends, whatever the snapshots are. So a path is chosen that includes compactions: down from one
 * end to the common ancestor, and up to the other. A step over a compaction, in either direction,
 * is zero and left out; the steps between two such form one leg. If a parent has expired, one leg
 * bridges the gap, to the oldest remaining ancestor.
 */
record SnapshotPath(List<PathSegment> legs, DeltaMethod way) {
  /** A stretch whose two ends are compared; null for no rows. */
  record PathSegment(@Nullable Snapshot from, @Nullable Snapshot to) {}

  SnapshotPath {
    legs = List.copyOf(legs);
  }

  static SnapshotPath between(Table table, @Nullable Snapshot from, @Nullable Snapshot to) {
    if (from == null || to == null) {
      return direct(from, to);
    }
    Map<Long, Snapshot> upwards = new LinkedHashMap<>();
    Snapshot oldest = to;
    for (Snapshot at = to; at != null; at = parent(table, at)) {
      upwards.put(at.snapshotId(), at);
      oldest = at;
    }
    List<Snapshot> down = new ArrayList<>();
    Snapshot common = from;
    while (common != null && !upwards.containsKey(common.snapshotId())) {
      down.add(common);
      common = parent(table, common);
    }
    if (common == null && oldest.parentId() == null) {
      return direct(from, to);
    }
    List<Snapshot> up = new ArrayList<>();
    for (Snapshot at : upwards.values()) {
      up.add(at);
      if (common != null && at.snapshotId() == common.snapshotId()) {
        break;
      }
    }
    Collections.reverse(up);
    List<Snapshot> stops = new ArrayList<>(common == null ? List.of(from) : down);
    stops.addAll(up);
    List<PathSegment> legs = legs(table, stops);
    return new SnapshotPath(
        legs,
        legs.isEmpty() ? DeltaMethod.NONE : common == null ? DeltaMethod.ENDS : DeltaMethod.CHAIN);
  }

  /** The two ends, ignoring what is in between. */
  static SnapshotPath direct(@Nullable Snapshot from, @Nullable Snapshot to) {
    return from == null && to == null
        ? new SnapshotPath(List.of(), DeltaMethod.NONE)
        : new SnapshotPath(List.of(new PathSegment(from, to)), DeltaMethod.ENDS);
  }

  private static @Nullable Snapshot parent(Table table, Snapshot snapshot) {
    Long id = snapshot.parentId();
    return id == null ? null : table.snapshot(id);
  }

  private static List<PathSegment> legs(Table table, List<Snapshot> stops) {
    List<PathSegment> legs = new ArrayList<>();
    int start = 0;
    for (int i = 1; i < stops.size(); i++) {
      if (isCompaction(table, stops.get(i - 1), stops.get(i))) {
        addLeg(legs, stops, start, i - 1);
        start = i;
      }
    }
    addLeg(legs, stops, start, stops.size() - 1);
    return legs;
  }

  private static void addLeg(List<PathSegment> legs, List<Snapshot> stops, int start, int end) {
    if (start < end) {
      legs.add(new PathSegment(stops.get(start), stops.get(end)));
    }
  }

  /** Whether one of two neighbours is a compaction of the other. */
  private static boolean isCompaction(Table table, Snapshot left, Snapshot right) {
    Snapshot child = Objects.equals(right.parentId(), left.snapshotId()) ? right : left;
    Snapshot parent = child == right ? left : right;
    return Objects.equals(child.parentId(), parent.snapshotId())
        && SnapshotRewrite.keepsRows(table, child);
  }
}
