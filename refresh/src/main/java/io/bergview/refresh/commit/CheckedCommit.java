package io.bergview.refresh.commit;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.TablePropertyRules;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewProperties;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.refresh.write.ViewFiles;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * One transaction of a view's table that makes one snapshot and mirrors its lineage, checked by
 * compare-and-set, with an id by which it is found if the catalog does not report whether it
 * landed.
 */
final class CheckedCommit {
  private final RegisteredView view;
  private final CommitSubject work;
  private final WatchedOperations operations;
  private final Transaction transaction;

  /** What is committed, as errors speak of it. */
  enum CommitSubject {
    REFRESH("refresh", "refreshed", "refresh again"),
    COMPACTION("compaction", "compacted", "compact again");

    private final String noun;
    private final String done;
    private final String again;

    CommitSubject(String noun, String done, String again) {
      this.noun = noun;
      this.done = done;
      this.again = again;
    }
  }

  CheckedCommit(RegisteredView view, CommitSubject work) {
    this(view, work, operations(view));
  }

  /**
   * @param table the operations of the view's table, or what shows them otherwise
   * @throws io.bergview.errors.StorageException {@code TABLE_PROPERTY_INVALID}
   */
  CheckedCommit(RegisteredView view, CommitSubject work, TableOperations table) {
    TablePropertyRules.checkForCommit(view.tableName().toString(), view.table().properties());
    this.view = view;
    this.work = work;
    this.operations = WatchedOperations.of(table);
    this.transaction = Transactions.newTransaction(view.table().name(), operations);
  }

  static TableOperations operations(RegisteredView view) {
    return ((HasTableOperations) view.table()).operations();
  }

  Transaction transaction() {
    return transaction;
  }

  boolean mayHaveLanded() {
    return operations.mayHaveLanded();
  }

  void discard(Collection<String> locations) {
    if (!operations.mayHaveLanded()) {
      ViewFiles.discard(view.table(), locations);
    }
  }

  /**
   * @param summary entries of the snapshot's summary
   * @param idKey which of them is the id of this attempt
   */
  Snapshot commit(
      Supplier<SnapshotUpdate<?>> update,
      UnchangedView unchanged,
      Map<String, String> summary,
      String idKey) {
    try {
      stage(update.get(), unchanged, summary);
      transaction.commitTransaction();
      return transaction.table().currentSnapshot();
    } catch (RuntimeException e) {
      operations.discardMetadata();
      String id = requireNonNull(summary.get(idKey), "there is no id");
      Optional<Snapshot> landed =
          operations.mayHaveLanded() ? landed(idKey, id, e) : Optional.empty();
      return landed.orElseThrow(() -> failure(e, unchanged));
    }
  }

  /** Puts rows, lineage and its mirror into the transaction. */
  private void stage(
      SnapshotUpdate<?> update, UnchangedView unchanged, Map<String, String> summary) {
    summary.forEach(update::set);
    update.validateWith(unchanged);
    update.commit();
    if (summary.containsKey(SummaryKeys.REFRESH_STATE)) {
      String mirror = Lineage.mirrorOf(transaction.table().currentSnapshot());
      transaction.updateProperties().set(ViewProperties.LINEAGE, mirror).commit();
    }
  }

  private RuntimeException failure(RuntimeException e, UnchangedView unchanged) {
    if (e instanceof CommitStateUnknownException) {
      return new ConflictException(
          ErrorCode.COMMIT_STATE_UNKNOWN,
          "It is not known whether the %s of view %s was committed: %s; %s, which settles it"
              .formatted(work.noun, view.name(), e.getMessage(), work.again),
          e);
    }
    if (isConflict(e) || (!operations.mayHaveLanded() && hasMovedOn(unchanged, e))) {
      return new ConflictException(
          ErrorCode.COMMIT_CONFLICT,
          "View %s was changed by somebody else while it was being %s; nothing was committed, %s"
              .formatted(view.name(), work.done, work.again),
          e);
    }
    return e;
  }

  private static boolean isConflict(RuntimeException e) {
    return e instanceof ValidationException
        || e instanceof CommitFailedException
        || e instanceof NoSuchTableException
        || e instanceof NotFoundException;
  }

  /** Some of Iceberg's checks call a changed table an illegal argument. */
  private boolean hasMovedOn(UnchangedView unchanged, RuntimeException failure) {
    return refreshed(failure).filter(now -> !unchanged.holdsFor(now)).isPresent();
  }

  private Optional<Snapshot> landed(String idKey, String id, RuntimeException failure) {
    Optional<Table> table = refreshed(failure);
    if (table.isPresent()) {
      for (Snapshot snapshot : SnapshotUtil.currentAncestors(table.get())) {
        if (id.equals(snapshot.summary().get(idKey))) {
          return Optional.of(snapshot);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Table> refreshed(RuntimeException failure) {
    try {
      view.table().refresh();
      return Optional.of(view.table());
    } catch (RuntimeException unreadable) {
      failure.addSuppressed(unreadable);
      return Optional.empty();
    }
  }
}
