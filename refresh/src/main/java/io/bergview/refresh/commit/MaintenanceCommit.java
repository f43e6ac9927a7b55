package io.bergview.refresh.commit;

import io.bergview.catalog.DirectExecutor;
import io.bergview.catalog.ManifestReading;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.ConflictException;
import io.bergview.refresh.commit.CheckedCommit.CommitSubject;
import io.bergview.refresh.commit.UnchangedView.SkippableSnapshots;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.RewriteManifests;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * A commit that changes no rows of a view: other files, or other manifests, as a {@code replace}
 * snapshot that carries the lineage forward.
 *
 * <p>The lineage belongs to the parent snapshot, so the commit must be on exactly that snapshot, by
 * the same compare-and-set as a refresh. The files may have been planned and written on an earlier
 * one: Iceberg itself checks that they still apply, that is, that every replaced file still exists
 * and has no new deletes. New files keep the sequence number of the snapshot that they were planned
 * on, so that later equality deletes apply to them as they did to their old rows. If only the
 * compare-and-set fails, the same files are committed again on the new state, with another
 * instance.
 */
public final class MaintenanceCommit {
  private static final int MANY_FILES = 10_000;

  private final RegisteredView view;
  private final CheckedCommit commit;
  private final @Nullable Snapshot on;

  /**
   * @param view whose table was just read
   */
  public MaintenanceCommit(RegisteredView view) {
    this.view = view;
    this.on = view.table().currentSnapshot();
    this.commit = new CheckedCommit(view, CommitSubject.COMPACTION);
  }

  /** Whether the catalog was called to commit and did not clearly refuse. */
  public boolean mayHaveLanded() {
    return commit.mayHaveLanded();
  }

  /**
   * Replaces files.
   *
   * @param id of this attempt
   * @throws ConflictException {@code COMMIT_CONFLICT} or {@code COMMIT_STATE_UNKNOWN}
   */
  public Snapshot replace(FileReplacement files, String id) {
    return commit(() -> rewriting(files), id);
  }

  /**
   * Merges manifests of data files.
   *
   * @param which of them
   * @param id of this attempt
   * @throws ConflictException as {@link #replace}
   */
  public Snapshot mergeManifests(Predicate<ManifestFile> which, String id) {
    return commit(
        () -> {
          RewriteManifests rewrite =
              commit.transaction().rewriteManifests().clusterBy(file -> "").rewriteIf(which);
          return withThreads(rewrite, manifests(), 0);
        },
        id);
  }

  private int manifests() {
    return on == null ? 0 : on.allManifests(view.table().io()).size();
  }

  private RewriteFiles rewriting(FileReplacement files) {
    RewriteFiles rewrite = commit.transaction().newRewrite();
    files.removed().forEach(rewrite::deleteFile);
    files.removedDeletes().forEach(rewrite::deleteFile);
    files.added().forEach(rewrite::addFile);
    rewrite.validateFromSnapshot(files.planned().snapshotId());
    if (!files.added().isEmpty()) {
      rewrite.dataSequenceNumber(files.planned().sequenceNumber());
    }
    return withThreads(rewrite, manifests(), files.added().size());
  }

  private <U extends SnapshotUpdate<U>> U withThreads(U update, int manifestsRead, int filesAdded) {
    update.scanManifestsWith(ManifestReading.executor(view.table(), manifestsRead));
    return filesAdded <= MANY_FILES
        ? update.writeManifestsWith(new DirectExecutor(), 1)
        : update.writeManifestsWith(ManifestReading.pool(), ManifestReading.threads());
  }

  private Snapshot commit(java.util.function.Supplier<SnapshotUpdate<?>> update, String id) {
    Map<String, String> summary = new LinkedHashMap<>(carried(view.table()));
    summary.put(SummaryKeys.CHANGE, SummaryKeys.CHANGE_FILES);
    summary.put(SummaryKeys.COMPACTION_ID, id);
    UnchangedView unchanged =
        new UnchangedView(
            commit.transaction().table(),
            on == null ? null : on.snapshotId(),
            view.definitionVersion(),
            SkippableSnapshots.NOTHING);
    return commit.commit(update, unchanged, summary, SummaryKeys.COMPACTION_ID);
  }

  /** What the snapshot below says of its rows; a lineage that is lost stays so. */
  private static Map<String, String> carried(Table table) {
    Map<String, String> carried = new LinkedHashMap<>();
    if (LineageLookup.of(table) instanceof LineageLookup.RecordedLineage found) {
      carried.putAll(found.carriedOn());
      String version = found.summary().get(SummaryKeys.DEFINITION_VERSION);
      if (version != null) {
        carried.put(SummaryKeys.DEFINITION_VERSION, version);
      }
    }
    return carried;
  }
}
