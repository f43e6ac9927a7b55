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
 * The way from one snapshot to another, without the steps that change no rows.
 *
 * <p>Along any sequence of snapshots the differences of neighbours add up to the difference of its
 * ends, whatever the snapshots are. So a way is chosen on which compaction shows: down from the one
 * to the common ancestor, and up to the other. A step over a compaction, either way, is zero and
 * left out; the steps between two such are one leg. Where a parent has expired, one leg leaps over
 * the gap, to the oldest ancestor that is left.
 */
record Route(List<Leg> legs, Way way) {
  /** A stretch whose two ends are compared; null for no rows. */
  record Leg(@Nullable Snapshot from, @Nullable Snapshot to) {}

  Route {
    legs = List.copyOf(legs);
  }

  static Route between(Table table, @Nullable Snapshot from, @Nullable Snapshot to) {
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
    List<Leg> legs = legs(table, stops);
    return new Route(legs, legs.isEmpty() ? Way.NONE : common == null ? Way.ENDS : Way.CHAIN);
  }

  /** The two ends, whatever lies between. */
  static Route direct(@Nullable Snapshot from, @Nullable Snapshot to) {
    return from == null && to == null
        ? new Route(List.of(), Way.NONE)
        : new Route(List.of(new Leg(from, to)), Way.ENDS);
  }

  private static @Nullable Snapshot parent(Table table, Snapshot snapshot) {
    Long id = snapshot.parentId();
    return id == null ? null : table.snapshot(id);
  }

  private static List<Leg> legs(Table table, List<Snapshot> stops) {
    List<Leg> legs = new ArrayList<>();
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

  private static void addLeg(List<Leg> legs, List<Snapshot> stops, int start, int end) {
    if (start < end) {
      legs.add(new Leg(stops.get(start), stops.get(end)));
    }
  }

  /** Whether one of two neighbours was made of the other by compaction. */
  private static boolean isCompaction(Table table, Snapshot left, Snapshot right) {
    Snapshot child = Objects.equals(right.parentId(), left.snapshotId()) ? right : left;
    Snapshot parent = child == right ? left : right;
    return Objects.equals(child.parentId(), parent.snapshotId())
        && SnapshotRewrite.keepsRows(table, child);
  }
}
