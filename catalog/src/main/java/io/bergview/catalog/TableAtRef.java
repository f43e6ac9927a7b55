package io.bergview.catalog;

import io.bergview.projection.definition.TableName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * A table whose main branch is another one, or a tag: its current snapshot is that of the ref, and
 * its history the ancestors of that snapshot. Everything that compares a table with the past works
 * on it as on any other. It cannot be committed to.
 *
 * <p>Rows have the schema that Iceberg gives them ({@link SnapshotUtil#schemaFor(Table, String)}):
 * at a branch the table's current one, as everything that writes to the branch has; at a tag that
 * of the snapshot.
 */
public final class TableAtRef extends BaseTable {
  private static final long serialVersionUID = 1L;

  private final transient Schema rows;

  private TableAtRef(TableOperations operations, String name, Schema rows) {
    super(operations, name);
    this.rows = rows;
  }

  /**
   * @param table in its current state
   * @param name whose ref is taken; without one it is the table itself
   * @return empty where the table has no such ref
   */
  public static Optional<Table> of(Table table, TableName name) {
    return name.ref().isEmpty()
        ? Optional.of(table)
        : Optional.ofNullable(table.refs().get(name.ref().get()))
            .map(ref -> at(table, name.ref().get(), ref));
  }

  private static Table at(Table table, String name, SnapshotRef ref) {
    TableOperations operations = ((HasTableOperations) table).operations();
    TableMetadata now = operations.current();
    TableMetadata metadata =
        TableMetadata.buildFrom(now)
            .withMetadataLocation(now.metadataFileLocation())
            .setRef(SnapshotRef.MAIN_BRANCH, SnapshotRef.branchBuilder(ref.snapshotId()).build())
            .discardChanges()
            .build();
    return new TableAtRef(
        new StaticTableOperations(metadata, operations.io(), operations.locationProvider()),
        table.name() + "@" + name,
        SnapshotUtil.schemaFor(table, name));
  }

  @Override
  public Schema schema() {
    return rows;
  }

  /** A ref has no log: as if each ancestor had become its snapshot when it was committed. */
  @Override
  public List<HistoryEntry> history() {
    Deque<HistoryEntry> history = new ArrayDeque<>();
    SnapshotUtil.currentAncestors(this)
        .forEach(
            snapshot ->
                history.addFirst(new Entry(snapshot.timestampMillis(), snapshot.snapshotId())));
    return List.copyOf(history);
  }

  @Override
  public Snapshot currentSnapshot() {
    return Objects.requireNonNull(super.currentSnapshot(), "a ref without a snapshot");
  }

  private record Entry(long timestampMillis, long snapshotId) implements HistoryEntry {}
}
