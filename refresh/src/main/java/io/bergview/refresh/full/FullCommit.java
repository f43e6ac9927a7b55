package io.bergview.refresh.full;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewProperties;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.scan.DirectExecutor;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CleanableFailure;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * The commit of a full refresh: all rows replaced, the lineage and its mirror, all in one change of
 * the table's metadata.
 *
 * <p>Exactly once. The rows were computed while the view stood on one snapshot and one version of
 * its definition; the commit is valid only while it still does. Iceberg asks the validator again on
 * every retry, after it has read the table anew, so two refreshers, or a refresher and a change of
 * the definition, cannot both win. Foreign {@code replace} snapshots (compaction) in between change
 * no row and are passed over: the filter {@code true} removes whatever files are there by then.
 * Properties alone have no compare-and-set in Iceberg, hence one transaction.
 *
 * <p>If the catalog does not say whether the commit landed (by Iceberg's {@code
 * CommitStateUnknownException}, or by any failure that is not marked as a certain one), the table
 * is read again and searched for the refresh's own id. Absent does not mean failed, since the
 * request may still be on its way: then the files are left alone, and the caller plans again under
 * a new id, whose commit invalidates the old one, or is invalidated by it.
 */
final class FullCommit {
  private static final int MOST_MANIFESTS_WITHOUT_POOL = 8;

  private final RegisteredView view;
  private final Transaction transaction;
  private final @Nullable Snapshot seen;
  private boolean mayHaveLanded;

  FullCommit(RegisteredView view) {
    this.view = view;
    this.seen = view.table().currentSnapshot();
    this.transaction = view.table().newTransaction();
  }

  /** The table as the transaction will leave it; schema and layout may be evolved in it first. */
  Transaction transaction() {
    return transaction;
  }

  /** The snapshot on which the refresh was planned. */
  Optional<Snapshot> seen() {
    return Optional.ofNullable(seen);
  }

  /**
   * Whether the rows may be part of the table, now or later, though {@link #commit} failed. Until
   * the catalog was asked, and after it has refused, they certainly are not.
   */
  boolean mayHaveLanded() {
    return mayHaveLanded;
  }

  /**
   * @return the snapshot made
   * @throws ConflictException {@code COMMIT_CONFLICT}: certainly not committed; {@code
   *     COMMIT_STATE_UNKNOWN}: perhaps still to land
   */
  Snapshot commit(List<DataFile> files, Lineage lineage, RefreshRecord record) {
    try {
      Snapshot made = stage(files, lineage, record);
      mayHaveLanded = true;
      transaction.commitTransaction();
      return made;
    } catch (RuntimeException e) {
      mayHaveLanded &= !(e instanceof CleanableFailure);
      Optional<Snapshot> landed = mayHaveLanded ? landed(record.refreshId(), e) : Optional.empty();
      return landed.orElseThrow(() -> failure(e));
    }
  }

  /** Puts rows, lineage and its mirror into the transaction. */
  private Snapshot stage(List<DataFile> files, Lineage lineage, RefreshRecord record) {
    OverwriteFiles overwrite =
        transaction.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
    if (fewManifests()) {
      overwrite.scanManifestsWith(new DirectExecutor());
    }
    files.forEach(overwrite::addFile);
    lineage.toSummary().forEach(overwrite::set);
    record.toSummary().forEach(overwrite::set);
    overwrite.validateWith(new Unchanged(transaction, seen, view.definitionVersion()));
    overwrite.commit();
    Snapshot made = transaction.table().currentSnapshot();
    transaction.updateProperties().set(ViewProperties.LINEAGE, Lineage.mirrorOf(made)).commit();
    return made;
  }

  private RuntimeException failure(RuntimeException e) {
    if (e instanceof CommitStateUnknownException) {
      return new ConflictException(
          ErrorCode.COMMIT_STATE_UNKNOWN,
          "It is not known whether the refresh of view "
              + view.name()
              + " was committed: "
              + e.getMessage()
              + "; refresh again, which settles it",
          e);
    }
    if (e instanceof ValidationException
        || e instanceof CommitFailedException
        || e instanceof NoSuchTableException
        || e instanceof NotFoundException) {
      return new ConflictException(
          ErrorCode.COMMIT_CONFLICT,
          "View "
              + view.name()
              + " was changed by somebody else while it was being refreshed; nothing was committed, refresh again",
          e);
    }
    return e;
  }

  /** Iceberg's pools sleep ten milliseconds at a time; they pay where there is much to read. */
  private boolean fewManifests() {
    return seen == null
        || seen.allManifests(view.table().io()).size() <= MOST_MANIFESTS_WITHOUT_POOL;
  }

  private Optional<Snapshot> landed(String refreshId, RuntimeException failure) {
    Table table = view.table();
    try {
      table.refresh();
    } catch (RuntimeException unreadable) {
      failure.addSuppressed(unreadable);
      return Optional.empty();
    }
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (refreshId.equals(snapshot.summary().get(SummaryKeys.REFRESH_ID))) {
        return Optional.of(snapshot);
      }
    }
    return Optional.empty();
  }

  /**
   * Holds while the view stands on the snapshot it was planned on, foreign compaction aside, and on
   * the same definition.
   */
  private record Unchanged(Transaction transaction, @Nullable Snapshot seen, int definitionVersion)
      implements SnapshotAncestryValidator {
    @Override
    public boolean validate(Iterable<Snapshot> ancestry) {
      int version =
          PropertyUtil.propertyAsInt(
              transaction.table().properties(), ViewProperties.DEFINITION_VERSION, 1);
      if (version != definitionVersion) {
        return false;
      }
      Long planned = seen == null ? null : seen.snapshotId();
      for (Snapshot snapshot : ancestry) {
        if (Objects.equals(snapshot.snapshotId(), planned)) {
          return true;
        }
        if (!DataOperations.REPLACE.equals(snapshot.operation())) {
          return false;
        }
        if (Objects.equals(snapshot.parentId(), planned)) {
          return true;
        }
      }
      return planned == null;
    }

    @Override
    public String errorMessage() {
      return "the view was changed since its refresh was planned";
    }
  }
}
