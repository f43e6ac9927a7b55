package io.bergview.refresh.commit;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.LastBatch;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.ConflictException;
import io.bergview.refresh.change.ViewChange;
import io.bergview.refresh.commit.CheckedCommit.CommitSubject;
import io.bergview.refresh.commit.UnchangedView.SkippableSnapshots;
import io.bergview.staleness.damage.SnapshotCheck;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * The one commit of a refresh: rows, the lineage and its mirror, in one change of the table's
 * metadata.
 *
 * <p>Exactly once. The rows were computed while the view was at one snapshot and one version of its
 * definition; the commit is valid only while it still is. Iceberg calls the validator again on
 * every attempt, after it has refreshed the table, so two refreshers, or a refresher and a change
 * of the definition, cannot both win. Properties alone have no compare-and-set in Iceberg, hence
 * one transaction.
 *
 * <p>Foreign {@code replace} snapshots (compaction) in between change no row. A full refresh
 * tolerates them: the filter {@code true} removes all files present by then. So does an append. A
 * merge names files and positions of the snapshot that it was planned on: after a compaction the
 * rows that it deletes would survive elsewhere, so it commits on exactly that snapshot or not at
 * all. Iceberg's own conflict checks are used as well.
 *
 * <p>If the catalog does not report whether the commit landed (by Iceberg's {@code
 * CommitStateUnknownException}, or by any failure that is not marked as a certain one), the table
 * is read again and searched for the refresh's own id. Absent does not mean failed, since the
 * request may still be in flight: then the files are kept, and the caller plans again under a new
 * id, whose commit invalidates the old one, or is invalidated by it.
 *
 * <p>An instance commits once. Create it before the view's rows are first read.
 */
public final class ViewCommit {
  private final RegisteredView view;
  private final String defaultCatalog;
  private final CheckedCommit commit;
  private final Transaction transaction;
  private final @Nullable Snapshot seen;
  private final @Nullable Snapshot beneath;
  private final SkippableSnapshots passesOver;
  private Optional<Instant> batch;

  /**
   * @param catalogs that the view and its sources are in
   */
  public ViewCommit(RegisteredView view, Catalogs catalogs) {
    this(view, catalogs, CheckedCommit.operations(view), view.table().currentSnapshot());
  }

  private ViewCommit(
      RegisteredView view,
      Catalogs catalogs,
      TableOperations operations,
      @Nullable Snapshot beneath) {
    this.view = view;
    this.defaultCatalog = catalogs.defaultName();
    this.seen = view.table().currentSnapshot();
    this.beneath = beneath;
    this.passesOver =
        Objects.equals(seen, beneath) ? SkippableSnapshots.COMPACTION : SkippableSnapshots.NOTHING;
    this.batch =
        view.definition().view().refresh().appends()
            ? LastBatch.of(view.table())
            : Optional.empty();
    this.commit = new CheckedCommit(view, CommitSubject.REFRESH, operations);
    this.transaction = commit.transaction();
  }

  /**
   * The commit of rows that take the place of all others, where manifests of the view are lost and
   * no other commit is possible: the snapshots that cannot be read go with it.
   */
  public static ViewCommit steppingOverLostManifests(RegisteredView view, Catalogs catalogs) {
    SkippingOperations operations =
        SkippingOperations.over(
            view.table(),
            CheckedCommit.operations(view),
            snapshot -> SnapshotCheck.firstLostMetadata(view.table(), snapshot).isEmpty());
    return new ViewCommit(view, catalogs, operations, operations.readableAncestor().orElse(null));
  }

  /** The table as the transaction will leave it; schema and layout may be evolved in it first. */
  public Transaction transaction() {
    return transaction;
  }

  /** The snapshot on which the refresh is planned. */
  public Optional<Snapshot> seen() {
    return Optional.ofNullable(seen);
  }

  /**
   * Removes files written for this commit, unless they may become part of the table although
   * committing failed. Before the catalog is called, and after it has refused, they certainly do
   * not.
   */
  public void discard(Collection<String> locations) {
    commit.discard(locations);
  }

  /**
   * Replaces all rows by those of these files.
   *
   * @return the snapshot made
   * @throws ConflictException {@code COMMIT_CONFLICT}: certainly not committed; {@code
   *     COMMIT_STATE_UNKNOWN}: perhaps still to land
   */
  public Snapshot replaceAll(List<DataFile> files, Lineage lineage, RefreshRecord record) {
    return commit(
        () -> CommitOperations.replacing(transaction, files),
        unchanged(planned(), passesOver),
        lineage,
        record);
  }

  /**
   * Adds the rows of these files. Without files the lineage alone moves on.
   *
   * @return and throws as {@link #replaceAll}
   */
  public Snapshot append(List<DataFile> files, Lineage lineage, RefreshRecord record) {
    return commit(
        () -> CommitOperations.adding(transaction, files),
        unchanged(planned(), SkippableSnapshots.COMPACTION),
        lineage,
        record);
  }

  /**
   * As {@link #append}, for a view that appends.
   *
   * @param scheduled the instant of the rows
   */
  public Snapshot addBatch(
      List<DataFile> files, Lineage lineage, RefreshRecord record, Instant scheduled) {
    batch = Optional.of(scheduled);
    return append(files, lineage, record);
  }

  /** As {@link #replaceAll}; the rows are the first batch of a view that has not appended yet. */
  public Snapshot replaceByBatch(
      List<DataFile> files, Lineage lineage, RefreshRecord record, Instant scheduled) {
    batch = Optional.of(scheduled);
    return replaceAll(files, lineage, record);
  }

  /**
   * Makes a planned change of some rows.
   *
   * @return and throws as {@link #replaceAll}
   */
  public Snapshot merge(ViewChange change, Lineage lineage, RefreshRecord record) {
    return commit(
        () -> CommitOperations.merging(transaction, change),
        unchanged(change.planned(), SkippableSnapshots.NOTHING),
        lineage,
        record);
  }

  private OptionalLong planned() {
    return beneath == null ? OptionalLong.empty() : OptionalLong.of(beneath.snapshotId());
  }

  private UnchangedView unchanged(OptionalLong planned, SkippableSnapshots passesOver) {
    return new UnchangedView(
        transaction.table(),
        planned.isPresent() ? planned.getAsLong() : null,
        view.definitionVersion(),
        passesOver);
  }

  private Snapshot commit(
      Supplier<SnapshotUpdate<?>> update,
      UnchangedView unchanged,
      Lineage lineage,
      RefreshRecord record) {
    Map<String, String> summary =
        new LinkedHashMap<>(lineage.toSummary(view.catalog(), defaultCatalog));
    batch.ifPresent(instant -> summary.put(SummaryKeys.BATCH, instant.toString()));
    summary.putAll(record.toSummary());
    return commit.commit(update, unchanged, summary, SummaryKeys.REFRESH_ID);
  }
}
