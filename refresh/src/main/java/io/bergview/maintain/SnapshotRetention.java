package io.bergview.maintain;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.lineage.SnapshotRewrite;
import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.settings.MaintenanceLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Which snapshots of a view's table are kept.
 *
 * <p>Of each branch those younger than the retention, and the newest ones however old they are, but
 * not more than the maximum. In addition, regardless of age and number: the targets of tags and
 * branches; the chain from the current snapshot to the one that carries its lineage; and the
 * snapshots in lineages of other views, each with the compactions after it and the first change,
 * from which those views determine how stale they are.
 */
final class SnapshotRetention {
  private final Table table;
  private final Instant now;
  private final Duration retention;
  private final MaintenanceLimits limits;

  SnapshotRetention(Table table, Instant now, Duration retention, MaintenanceLimits limits) {
    this.table = table;
    this.now = now;
    this.retention = retention;
    this.limits = limits;
  }

  /** Tags and branches that have outlived the age that they were given. */
  Map<String, SnapshotRef> outlivedRefs() {
    Map<String, SnapshotRef> outlived = new LinkedHashMap<>();
    long usual =
        PropertyUtil.propertyAsLong(
            table.properties(),
            TableProperties.MAX_REF_AGE_MS,
            TableProperties.MAX_REF_AGE_MS_DEFAULT);
    table
        .refs()
        .forEach(
            (name, ref) -> {
              Long own = ref.maxRefAgeMs();
              long maxAge = own == null ? usual : own;
              Snapshot head = table.snapshot(ref.snapshotId());
              if (!name.equals(SnapshotRef.MAIN_BRANCH)
                  && head != null
                  && now.toEpochMilli() - head.timestampMillis() > maxAge) {
                outlived.put(name, ref);
              }
            });
    return outlived;
  }

  /**
   * The snapshots that go, oldest first.
   *
   * @param named by lineages of other views
   */
  List<Snapshot> expirable(Set<Long> named) {
    Set<Long> kept = kept(named);
    List<Snapshot> going = new ArrayList<>();
    for (Snapshot snapshot : table.snapshots()) {
      if (!kept.contains(snapshot.snapshotId())) {
        going.add(snapshot);
      }
    }
    return going;
  }

  private Set<Long> kept(Set<Long> named) {
    Set<Long> kept = new HashSet<>();
    Set<Long> inBranches = new HashSet<>();
    Map<String, SnapshotRef> refs = new LinkedHashMap<>(table.refs());
    refs.keySet().removeAll(outlivedRefs().keySet());
    refs.forEach(
        (name, ref) -> {
          kept.add(ref.snapshotId());
          inBranches.add(ref.snapshotId());
          if (ref.isBranch()) {
            List<Snapshot> branch = ancestors(ref.snapshotId());
            branch.forEach(snapshot -> inBranches.add(snapshot.snapshotId()));
            keepNewest(branch, ref, kept);
          }
        });
    Snapshot current = table.currentSnapshot();
    if (current != null) {
      List<Snapshot> main = ancestors(current.snapshotId());
      keepLineage(main, kept);
      keepNamed(main, named, kept);
    }
    kept.addAll(named);
    long youngest = now.minus(retention).toEpochMilli();
    for (Snapshot snapshot : table.snapshots()) {
      if (!inBranches.contains(snapshot.snapshotId()) && snapshot.timestampMillis() >= youngest) {
        kept.add(snapshot.snapshotId());
      }
    }
    return kept;
  }

  /** Newest first. */
  private List<Snapshot> ancestors(long head) {
    List<Snapshot> ancestors = new ArrayList<>();
    SnapshotUtil.ancestorsOf(head, table::snapshot).forEach(ancestors::add);
    return ancestors;
  }

  private void keepNewest(List<Snapshot> branch, SnapshotRef ref, Set<Long> kept) {
    Integer ownLeast = ref.minSnapshotsToKeep();
    int least =
        ownLeast != null
            ? ownLeast
            : PropertyUtil.propertyAsInt(
                table.properties(), TableProperties.MIN_SNAPSHOTS_TO_KEEP, limits.minSnapshots());
    Long ownAge = ref.maxSnapshotAgeMs();
    long youngest = now.toEpochMilli() - (ownAge != null ? ownAge : retention.toMillis());
    for (int i = 0; i < branch.size(); i++) {
      boolean young = branch.get(i).timestampMillis() >= youngest && i < limits.maxSnapshots();
      if (i >= least && !young) {
        return;
      }
      kept.add(branch.get(i).snapshotId());
    }
  }

  private void keepLineage(List<Snapshot> main, Set<Long> kept) {
    for (Snapshot snapshot : main) {
      kept.add(snapshot.snapshotId());
      if (snapshot.summary().containsKey(SummaryKeys.REFRESH_STATE) || !isUnchanged(snapshot)) {
        return;
      }
    }
  }

  private void keepNamed(List<Snapshot> main, Set<Long> named, Set<Long> kept) {
    Set<Long> following = new LinkedHashSet<>();
    for (int i = main.size() - 1; i >= 0; i--) {
      Snapshot snapshot = main.get(i);
      Long parent = snapshot.parentId();
      boolean follows =
          parent != null
              && (named.contains(parent)
                  || (following.contains(parent) && isUnchanged(parentOf(snapshot))));
      if (follows && i < limits.maxSnapshots()) {
        following.add(snapshot.snapshotId());
      }
    }
    kept.addAll(following);
  }

  private @Nullable Snapshot parentOf(Snapshot snapshot) {
    return table.snapshot(requireNonNull(snapshot.parentId(), "no parent"));
  }

  /** Whether it is known to have the rows of its parent. */
  private boolean isUnchanged(@Nullable Snapshot snapshot) {
    return snapshot != null
        && (snapshot.summary().containsKey(SummaryKeys.CHANGE)
            || SnapshotRewrite.keepsRows(table, snapshot));
  }
}
