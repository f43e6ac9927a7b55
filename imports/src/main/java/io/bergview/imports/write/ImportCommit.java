package io.bergview.imports.write;

import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.taken.TakenFiles;
import io.bergview.refresh.commit.WatchedOperations;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * The one commit of an import: rows, and which files they are from, in one change of the table's
 * metadata. It is valid only on the snapshot that the import was planned on, so two imports of one
 * file cannot both win: the later one plans again, and finds the file taken.
 */
public final class ImportCommit {
  private final Transaction transaction;
  private final WatchedOperations operations;
  private final @Nullable Snapshot planned;

  private ImportCommit(Transaction transaction, WatchedOperations operations) {
    this.transaction = transaction;
    this.operations = operations;
    this.planned = transaction.table().currentSnapshot();
  }

  /** Into a table that is there. */
  public static ImportCommit into(Table table) {
    WatchedOperations operations = WatchedOperations.of(((HasTableOperations) table).operations());
    return new ImportCommit(Transactions.newTransaction(table.name(), operations), operations);
  }

  /**
   * That makes a table.
   *
   * @param creation nothing of it is committed
   */
  public static ImportCommit creating(Transaction creation) {
    BaseTransaction begun = (BaseTransaction) creation;
    WatchedOperations operations = WatchedOperations.of(begun.underlyingOps());
    return new ImportCommit(
        Transactions.createTableTransaction(
            begun.table().name(), operations, begun.currentMetadata()),
        operations);
  }

  /** Columns and properties may be changed in it first. */
  public Transaction transaction() {
    return transaction;
  }

  /** The table as the transaction has it so far, for reading and writing files. */
  public Table table() {
    // A transaction's own table cannot be scanned.
    Table table = transaction.table();
    return new BaseTable(((HasTableOperations) table).operations(), table.name(), report -> {});
  }

  /** How a commit ended. */
  public sealed interface Outcome {
    /** It landed. */
    record Landed(Snapshot snapshot) implements Outcome {}

    /** Somebody else was faster; nothing was committed. */
    record Conflict(RuntimeException cause) implements Outcome {}

    /** It failed, and certainly nothing was committed. */
    record Failed(RuntimeException cause) implements Outcome {}
  }

  /**
   * @param reload reads the table again, empty where it is not there, to find whether a commit of
   *     unknown fate landed
   * @throws ConflictException {@code COMMIT_STATE_UNKNOWN}; files must be kept
   */
  public Outcome commit(
      Function<Transaction, SnapshotUpdate<?>> update,
      Map<String, String> summary,
      TakenFiles taken,
      Supplier<Optional<Table>> reload) {
    try {
      stage(update, summary, taken);
      transaction.commitTransaction();
      return new Outcome.Landed(transaction.table().currentSnapshot());
    } catch (RuntimeException e) {
      if (operations.mayHaveLanded()) {
        return landed(summary, reload, e);
      }
      operations.discardMetadata();
      return isConflict(e) ? new Outcome.Conflict(e) : new Outcome.Failed(e);
    }
  }

  /** A namespace is gone where another import that made it has failed. */
  private static boolean isConflict(RuntimeException e) {
    return e instanceof ValidationException
        || e instanceof CommitFailedException
        || e instanceof AlreadyExistsException
        || e instanceof NoSuchTableException
        || e instanceof NoSuchNamespaceException;
  }

  /** The catalog was asked, and its answer says nothing. */
  private Outcome landed(
      Map<String, String> summary, Supplier<Optional<Table>> reload, RuntimeException failure) {
    try {
      Optional<Snapshot> landed =
          reload.get().flatMap(table -> find(table, summary.get(TakenFiles.IMPORT_ID)));
      if (landed.isPresent()) {
        return new Outcome.Landed(landed.get());
      }
    } catch (RuntimeException unreadable) {
      failure.addSuppressed(unreadable);
    }
    if (failure instanceof AlreadyExistsException) {
      operations.foundRefused();
      operations.discardMetadata();
      return new Outcome.Conflict(failure);
    }
    throw new ConflictException(
        ErrorCode.COMMIT_STATE_UNKNOWN,
        "It is not known whether the import into %s was committed: %s; import again, which takes no file twice"
            .formatted(transaction.table().name(), failure.getMessage()),
        failure);
  }

  private void stage(
      Function<Transaction, SnapshotUpdate<?>> update,
      Map<String, String> summary,
      TakenFiles taken) {
    SnapshotUpdate<?> staged = update.apply(transaction);
    summary.forEach(staged::set);
    staged.validateWith(new Unmoved(planned == null ? null : planned.snapshotId()));
    staged.commit();
    transaction.updateProperties().set(TakenFiles.PROPERTY, taken.text()).commit();
  }

  private static Optional<Snapshot> find(Table table, @Nullable String id) {
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (Objects.equals(snapshot.summary().get(TakenFiles.IMPORT_ID), id)) {
        return Optional.of(snapshot);
      }
    }
    return Optional.empty();
  }

  /** Holds while a table is at a snapshot; null for a table without any. */
  private record Unmoved(@Nullable Long planned) implements SnapshotAncestryValidator {
    @Override
    public boolean validate(Iterable<Snapshot> ancestry) {
      for (Snapshot snapshot : ancestry) {
        return Objects.equals(snapshot.snapshotId(), planned);
      }
      return planned == null;
    }

    @Override
    public String errorMessage() {
      return "the table was changed since the import was planned";
    }
  }
}
