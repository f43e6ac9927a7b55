package io.bergview.imports.write;

import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.taken.TakenFiles;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
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
  private final @Nullable Snapshot planned;

  /**
   * @param transaction of a table, perhaps one that it makes
   */
  public ImportCommit(Transaction transaction) {
    this.transaction = transaction;
    this.planned = transaction.table().currentSnapshot();
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

    /** It failed before the catalog was asked, so nothing was committed. */
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
    } catch (ValidationException | CommitFailedException | AlreadyExistsException e) {
      return new Outcome.Conflict(e);
    } catch (RuntimeException e) {
      return new Outcome.Failed(e);
    }
    try {
      transaction.commitTransaction();
      return new Outcome.Landed(transaction.table().currentSnapshot());
    } catch (CommitStateUnknownException e) {
      return new Outcome.Landed(
          reload
              .get()
              .flatMap(table -> find(table, summary.get(TakenFiles.IMPORT_ID)))
              .orElseThrow(
                  () ->
                      new ConflictException(
                          ErrorCode.COMMIT_STATE_UNKNOWN,
                          "It is not known whether the import into %s was committed: %s; import again, which takes no file twice"
                              .formatted(transaction.table().name(), e.getMessage()),
                          e)));
    } catch (ValidationException | CommitFailedException | AlreadyExistsException e) {
      return new Outcome.Conflict(e);
    }
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
