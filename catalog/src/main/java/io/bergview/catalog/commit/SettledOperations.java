package io.bergview.catalog.commit;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;

/**
 * A table's operations that believe a refusal only after they have read the table again.
 *
 * <p>The client of a catalog may send a commit twice: that of a database after its connection
 * broke, that of a REST server after an answer that asks for it, that of a Hive metastore after
 * both. If the first of the two landed and its answer was lost, the second is refused because of
 * the first. Iceberg takes this for a certain failure, commits once more, and deletes the manifests
 * of what it takes to be refused, which the table needs.
 *
 * <p>A refusal for want of a lock is not tried again: the wait for it was long enough.
 */
public final class SettledOperations extends DelegatingOperations {
  /** Of Iceberg's module for Hive, which need not be on the class path. */
  private static final String LOCK_EXCEPTION = "LockException";

  private SettledOperations(TableOperations table) {
    super(table);
  }

  /** A transaction of a table, in the state in which the catalog has it now. */
  public static Transaction newTransaction(Table table) {
    return table instanceof HasTableOperations holder
        ? Transactions.newTransaction(table.name(), new SettledOperations(holder.operations()))
        : table.newTransaction();
  }

  /**
   * Commits to a table.
   *
   * @param base what the metadata is to replace; null for a table that is to be made
   * @throws CommitFailedException certainly not committed
   * @throws AlreadyExistsException certainly not committed
   * @throws StorageException {@code TABLE_LOCKED}: certainly not committed
   * @throws CommitStateUnknownException where the table cannot be read after a refusal, or as the
   *     catalog says
   */
  public static void commit(
      TableOperations table, @Nullable TableMetadata base, TableMetadata metadata) {
    try {
      table.commit(base, metadata);
    } catch (CommitFailedException | AlreadyExistsException refusal) {
      refuseLocked(refusal);
      if (!hasLanded(table, base, metadata, refusal)) {
        throw refusal;
      }
    }
  }

  private static void refuseLocked(RuntimeException refusal) {
    Stream.iterate(refusal, Objects::nonNull, Throwable::getCause)
        .filter(link -> link.getClass().getSimpleName().equals(LOCK_EXCEPTION))
        .findFirst()
        .ifPresent(
            lock -> {
              throw new StorageException(
                  ErrorCode.TABLE_LOCKED,
                  ("Somebody else holds a lock in the Hive metastore: %s; nothing was committed."
                          + " If its process has died, the metastore drops the lock after its"
                          + " hive.txn.timeout; Hive's SHOW LOCKS says whose it is")
                      .formatted(lock.getMessage()),
                  refusal);
            });
  }

  /** Snapshots have ids that nobody else makes. */
  private static boolean hasLanded(
      TableOperations table,
      @Nullable TableMetadata base,
      TableMetadata metadata,
      RuntimeException refusal) {
    TableMetadata now = read(table, refusal);
    if (now == null || !Objects.equals(now.uuid(), metadata.uuid())) {
      return false;
    }
    Set<Long> made = new HashSet<>(ids(metadata));
    if (base != null) {
      made.removeAll(ids(base));
    }
    return (base == null || !made.isEmpty()) && ids(now).containsAll(made);
  }

  private static @Nullable TableMetadata read(TableOperations table, RuntimeException refusal) {
    try {
      return table.refresh();
    } catch (NoSuchTableException gone) {
      return null;
    } catch (RuntimeException unreadable) {
      refusal.addSuppressed(unreadable);
      throw new CommitStateUnknownException(refusal);
    }
  }

  private static Set<Long> ids(TableMetadata metadata) {
    return metadata.snapshots().stream().map(Snapshot::snapshotId).collect(Collectors.toSet());
  }

  @Override
  public TableMetadata current() {
    return table().current();
  }

  @Override
  public TableMetadata refresh() {
    return table().refresh();
  }

  @Override
  public void commit(@Nullable TableMetadata base, TableMetadata metadata) {
    commit(table(), base, metadata);
  }
}
