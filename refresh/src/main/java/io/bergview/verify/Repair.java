package io.bergview.verify;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshOutput;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshReason;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.change.ChangeWriter;
import io.bergview.refresh.change.DuplicateCounts;
import io.bergview.refresh.change.KeyColumn;
import io.bergview.refresh.change.NewRows;
import io.bergview.refresh.change.StoredFiles;
import io.bergview.refresh.change.StoredRows;
import io.bergview.refresh.change.ViewChange;
import io.bergview.refresh.commit.ViewCommit;
import io.bergview.refresh.incremental.ScratchTables;
import io.bergview.refresh.write.Layout;
import io.bergview.refresh.write.ViewFiles;
import io.bergview.staleness.SnapshotRows;
import io.bergview.verify.Comparison.ComparisonResult;
import io.bergview.verify.VerifyResult.Repaired;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;

/**
 * Repairs a view: writes the rows of the keys that differ, and commits them with the view's current
 * lineage, so that it is as fresh or stale as before.
 *
 * @param lineage of the expected rows
 * @param started when verification began
 * @param lost a lost file of the view, for display: then all rows are rewritten
 */
record Repair(
    ProjectContext context,
    RefreshProgress progress,
    RunningSession running,
    RegisteredView view,
    Layout layout,
    Lineage lineage,
    Instant started,
    Optional<String> lost) {
  /**
   * @param commit created before the view's rows were read
   * @param recomputed a table of the session with the expected rows
   */
  Repaired run(
      ViewCommit commit,
      EngineSession session,
      ComparisonResult found,
      String recomputed,
      ComparedRow row,
      ViewKey key) {
    String refreshId = UUID.randomUUID().toString();
    List<String> written = new ArrayList<>();
    progress.phase(view.name(), "writing");
    try {
      return key.known() && lost.isEmpty()
          ? rowsOfKeys(commit, session, found, recomputed, row, key, refreshId, written)
          : allRows(commit, session, found, recomputed, row, refreshId, written);
    } catch (RuntimeException e) {
      commit.discard(written);
      throw context
          .catalogs()
          .failure(e, "commit the repair of view " + view.name(), view.catalog());
    }
  }

  private Repaired rowsOfKeys(
      ViewCommit commit,
      EngineSession session,
      ComparisonResult found,
      String recomputed,
      ComparedRow row,
      ViewKey key,
      String refreshId,
      List<String> written) {
    String right =
        new ScratchTables(session)
            .table(
                "right",
                "SELECT %s FROM %s AS r SEMI JOIN %s AS k ON %s"
                    .formatted(
                        row.columns("r"), recomputed, quote(found.keys()), key.matching("r", "k")));
    try (StoredRows stored =
        StoredRows.read(
            session,
            StoredFiles.of(session, view.table(), found.keys(), KeyColumn.paths(key.places())))) {
      ViewChange change =
          ChangeWriter.write(
              session,
              view.table(),
              layout,
              context.project().settings().targetFileSizeBytes(),
              stored,
              new NewRows.Compared(right, DuplicateCounts.MANY),
              refreshId);
      written.addAll(change.written());
      RefreshRecord record =
          record(
              refreshId,
              RefreshKind.MERGE,
              found,
              change.rowsAdded(),
              change.rowsRemoved(),
              change.bytesWritten());
      begin();
      return done(RefreshKind.MERGE, commit.merge(change, lineage, record), record);
    }
  }

  private Repaired allRows(
      ViewCommit commit,
      EngineSession session,
      ComparisonResult found,
      String recomputed,
      ComparedRow row,
      String refreshId,
      List<String> written) {
    List<DataFile> files =
        new ViewFiles(view.table(), layout, context.project().settings().targetFileSizeBytes())
            .write(
                session,
                "SELECT " + row.columns("r") + " FROM " + recomputed + " AS r",
                0,
                refreshId);
    files.forEach(file -> written.add(file.location()));
    long added = files.stream().mapToLong(DataFile::recordCount).sum();
    long bytes = files.stream().mapToLong(ContentFile::fileSizeInBytes).sum();
    long removed = SnapshotRows.of(view.table(), commit.seen().orElse(null)).orZero();
    RefreshRecord record = record(refreshId, RefreshKind.FULL, found, added, removed, bytes);
    begin();
    return done(RefreshKind.FULL, commit.replaceAll(files, lineage, record), record);
  }

  private void begin() {
    progress.phase(view.name(), "committing");
    running.check();
  }

  private RefreshRecord record(
      String refreshId,
      RefreshKind kind,
      ComparisonResult found,
      long added,
      long removed,
      long bytes) {
    return new RefreshOutput(
            view,
            kind,
            RefreshReason.REPAIRED,
            lost.map(file -> "All rows were rewritten: " + file)
                .orElseGet(
                    () ->
                        "The view differed from a recompute: %d missing, %d unexpected, %d different"
                            .formatted(found.missing(), found.unexpected(), found.different())),
            added,
            removed,
            bytes)
        .record(refreshId, Duration.between(started, context.clock().instant()));
  }

  private static Repaired done(RefreshKind kind, Snapshot made, RefreshRecord record) {
    return new Repaired(kind, made.snapshotId(), record.rowsAdded(), record.rowsRemoved());
  }
}
