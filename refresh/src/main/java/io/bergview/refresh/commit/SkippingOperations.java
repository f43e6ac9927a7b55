package io.bergview.refresh.commit;

import io.bergview.catalog.commit.DelegatingOperations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * A table's operations that show it without its newest snapshots, whose manifests are lost.
 *
 * <p>Every Iceberg commit that replaces rows reads the manifests of the parent snapshot, so one
 * with unreadable manifests could never be replaced. Here the transaction sees the table as of the
 * nearest readable ancestor, or empty if there is none, and its commit removes the damaged
 * snapshots from the table in the same metadata change. If another writer has committed on top of
 * them meanwhile, the table is shown unchanged, and the check of the commit fails.
 */
final class SkippingOperations extends DelegatingOperations {
  private final List<Long> damaged;
  private final Optional<Snapshot> beneath;
  private @Nullable TableMetadata real;
  private @Nullable TableMetadata shown;

  private SkippingOperations(
      TableOperations table, List<Long> damaged, Optional<Snapshot> beneath) {
    super(table);
    this.damaged = List.copyOf(damaged);
    this.beneath = beneath;
  }

  /**
   * @param view whose current snapshot has lost manifests
   * @param readable whether the manifests of a snapshot are there
   */
  static SkippingOperations over(
      Table view, TableOperations operations, Predicate<Snapshot> readable) {
    List<Long> damaged = new ArrayList<>();
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(view)) {
      if (!damaged.isEmpty() && readable.test(snapshot)) {
        return new SkippingOperations(operations, damaged, Optional.of(snapshot));
      }
      damaged.add(snapshot.snapshotId());
    }
    return new SkippingOperations(operations, damaged, Optional.empty());
  }

  /** The snapshot on which is committed; empty where none can be read. */
  Optional<Snapshot> readableAncestor() {
    return beneath;
  }

  private TableMetadata shown(TableMetadata now) {
    if (real == now && shown != null) {
      return shown;
    }
    real = now;
    shown = isDamaged(now) ? without(now) : now;
    return shown;
  }

  private boolean isDamaged(TableMetadata now) {
    Snapshot current = now.currentSnapshot();
    return current != null && current.snapshotId() == damaged.get(0);
  }

  private TableMetadata without(TableMetadata now) {
    TableMetadata.Builder builder = TableMetadata.buildFrom(now);
    if (beneath.isPresent()) {
      builder.setBranchSnapshot(beneath.get().snapshotId(), SnapshotRef.MAIN_BRANCH);
    } else {
      builder.removeRef(SnapshotRef.MAIN_BRANCH);
    }
    return builder.removeSnapshots(damaged).build();
  }

  @Override
  public TableMetadata current() {
    return shown(table().current());
  }

  @Override
  public TableMetadata refresh() {
    return shown(table().refresh());
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    table().commit(base == shown && real != null ? real : base, metadata);
  }
}
