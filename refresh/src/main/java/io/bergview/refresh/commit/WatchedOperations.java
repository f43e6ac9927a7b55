package io.bergview.refresh.commit;

import io.bergview.catalog.storage.LocalFileIO;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CleanableFailure;
import org.apache.iceberg.io.FileIO;

/**
 * A table's operations that observe the call of the catalog's commit.
 *
 * <p>They record whether it was called and did not clearly refuse. The exception that reaches the
 * caller of a transaction does not show this: it may come from checks before a second attempt,
 * after the first was refused, or from the catalog itself.
 *
 * <p>They also sync manifests and manifest lists of local tables only then, together: nobody
 * references them earlier.
 */
final class WatchedOperations extends DelegatingOperations {
  private final FileIO io;
  private boolean begun;
  private boolean mayHaveLanded;

  private WatchedOperations(TableOperations table, FileIO io) {
    super(table);
    this.io = io;
  }

  static WatchedOperations of(TableOperations table) {
    FileIO io = table.io();
    return new WatchedOperations(
        table, io instanceof LocalFileIO local ? local.deferringSync() : io);
  }

  boolean mayHaveLanded() {
    return mayHaveLanded;
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    if (io instanceof LocalFileIO local) {
      local.force();
    }
    mayHaveLanded = true;
    try {
      table().commit(base, metadata);
    } catch (RuntimeException e) {
      mayHaveLanded = !(e instanceof CleanableFailure);
      throw e;
    }
  }

  @Override
  public TableMetadata current() {
    return table().current();
  }

  /**
   * A transaction refreshes its table when it begins, and again before it commits. It begins with
   * the state that the view was loaded in, since lineage, rows and columns are read from the same
   * table object: refreshed in between, they would be of two states.
   */
  @Override
  public TableMetadata refresh() {
    if (!begun) {
      begun = true;
      return table().current();
    }
    return table().refresh();
  }

  @Override
  public FileIO io() {
    return io;
  }

  @Override
  public TableOperations temp(TableMetadata uncommitted) {
    return new WatchedOperations(table().temp(uncommitted), io);
  }
}
