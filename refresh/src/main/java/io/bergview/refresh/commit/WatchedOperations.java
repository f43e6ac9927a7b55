package io.bergview.refresh.commit;

import io.bergview.catalog.commit.DelegatingOperations;
import io.bergview.catalog.commit.SettledOperations;
import io.bergview.catalog.storage.LocalFileIO;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CleanableFailure;
import org.apache.iceberg.hadoop.HadoopTableOperations;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
public final class WatchedOperations extends DelegatingOperations {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedOperations.class);

  private final FileIO io;
  private final Set<String> named;
  private final List<Attempt> attempts = new ArrayList<>();
  private boolean begun;
  private boolean mayHaveLanded;

  private WatchedOperations(TableOperations table, FileIO io, Set<String> named) {
    super(table);
    this.io = io;
    this.named = named;
  }

  public static WatchedOperations of(TableOperations table) {
    FileIO io = table.io();
    return new WatchedOperations(
        table,
        io instanceof LocalFileIO local ? local.deferringSync() : io,
        ConcurrentHashMap.newKeySet());
  }

  /** Whether what was committed may be, or become, part of the table. */
  public boolean mayHaveLanded() {
    return mayHaveLanded;
  }

  @Override
  public void commit(@Nullable TableMetadata base, TableMetadata metadata) {
    if (io instanceof LocalFileIO local) {
      local.force();
    }
    mayHaveLanded = true;
    try {
      SettledOperations.commit(table(), base, metadata);
    } catch (RuntimeException e) {
      attempts.add(new Attempt(base, metadata));
      mayHaveLanded = !(isRefusal(e) || isOfFiles(e));
      throw e;
    }
  }

  private static boolean isRefusal(RuntimeException e) {
    return e instanceof CleanableFailure
        || (e instanceof StorageException failure && failure.code() == ErrorCode.TABLE_LOCKED);
  }

  /** What a catalog was asked to put in the place of what. */
  private record Attempt(@Nullable TableMetadata base, TableMetadata metadata) {}

  /** The table was read again, and shows that what was committed is no part of it. */
  public void foundRefused() {
    mayHaveLanded = false;
  }

  /**
   * Removes the metadata that was written for a commit that has failed, unless it may have landed:
   * manifests and manifest lists, which Iceberg leaves where a transaction fails, and metadata
   * files, which catalogs leave where they refuse.
   */
  public void discardMetadata() {
    if (!mayHaveLanded) {
      named.forEach(this::delete);
      attempts.forEach(
          attempt ->
              UncommittedMetadata.of(attempt.base(), attempt.metadata(), table(), io)
                  .forEach(this::delete));
    }
  }

  private void delete(String location) {
    try {
      io.deleteFile(location);
    } catch (RuntimeException e) {
      LOG.warn("{} was not deleted and is left as an orphan: {}", location, e.toString());
    }
  }

  @Override
  public String metadataFileLocation(String fileName) {
    String location = super.metadataFileLocation(fileName);
    named.add(location);
    return location;
  }

  /**
   * Whether a file could not be written. Catalogs that keep no more than a pointer have Iceberg
   * write the metadata first, and fail in ways of their own once they are asked.
   */
  private boolean isOfFiles(RuntimeException e) {
    return (table() instanceof BaseMetastoreTableOperations
            || table() instanceof HadoopTableOperations)
        && e instanceof UncheckedIOException;
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
    return new WatchedOperations(table().temp(uncommitted), io, named);
  }
}
