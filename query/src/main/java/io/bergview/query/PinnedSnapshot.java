package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.projection.definition.AsOf;
import io.bergview.projection.definition.TableName;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * A table at the snapshot that is read.
 *
 * @param snapshot empty for a table that has none yet
 * @param schema that rows have: of that snapshot, but of a branch the table's own, as everything
 *     that writes to the branch has
 */
record PinnedSnapshot(TableName name, Table table, Optional<Snapshot> snapshot, Schema schema) {
  PinnedSnapshot {
    requireNonNull(name, "name is null");
    requireNonNull(table, "table is null");
    requireNonNull(snapshot, "snapshot is null");
    requireNonNull(schema, "schema is null");
  }

  /** The table as it is. */
  static PinnedSnapshot now(TableName name, Table table) {
    return new PinnedSnapshot(
        name, table, Optional.ofNullable(table.currentSnapshot()), table.schema());
  }

  /** The table as it was. Throws what {@link SnapshotChoice#of} throws. */
  static PinnedSnapshot past(TableName name, Table table, AsOf moment) {
    Snapshot then = SnapshotChoice.of(name, table, moment);
    boolean branch = moment instanceof AsOf.Ref ref && isBranch(table, ref.name());
    return new PinnedSnapshot(
        name,
        table,
        Optional.of(then),
        branch ? table.schema() : SnapshotUtil.schemaFor(table, then.snapshotId()));
  }

  private static boolean isBranch(Table table, String ref) {
    return table.refs().containsKey(ref) && requireNonNull(table.refs().get(ref)).isBranch();
  }

  /** Whether this is the snapshot that the table has now. */
  boolean isNow() {
    return snapshot.equals(Optional.ofNullable(table.currentSnapshot()));
  }

  OptionalLong id() {
    return snapshot.map(s -> OptionalLong.of(s.snapshotId())).orElseGet(OptionalLong::empty);
  }

  /** The id, or what stands for none. */
  long shownId() {
    return id().orElse(SourceSnapshot.NONE);
  }
}
