package io.bergview.refresh.incremental;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningKernel;
import io.bergview.refresh.change.ChangeWriter;
import io.bergview.refresh.change.ViewChange;
import io.bergview.refresh.commit.ViewCommit;
import io.bergview.refresh.define.Layout;
import io.bergview.refresh.write.ViewFiles;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;

/** Writes a difference into a view's table and commits it with its lineage. */
final class ChangeCommit {
  /** Why and from what the difference was made. */
  record Cause(String reason, String message, Lineage lineage) {}

  private final Project project;
  private final Catalogs catalogs;
  private final Clock clock;
  private final RefreshProgress progress;
  private final TableScanner scanner;
  private final RunningKernel running;

  ChangeCommit(
      Project project,
      Catalogs catalogs,
      Clock clock,
      RefreshProgress progress,
      TableScanner scanner,
      RunningKernel running) {
    this.project = project;
    this.catalogs = catalogs;
    this.clock = clock;
    this.progress = progress;
    this.scanner = scanner;
    this.running = running;
  }

  /**
   * @param commit made before the view's rows were first looked at
   */
  RefreshResult commit(
      ViewCommit commit,
      RegisteredView view,
      Layout layout,
      Kernel kernel,
      Difference difference,
      Cause cause) {
    String refreshId = UUID.randomUUID().toString();
    List<String> written = new ArrayList<>();
    try {
      if (difference instanceof Difference.Merge merge) {
        ViewChange change = write(view, layout, kernel, merge, refreshId);
        written.addAll(change.written());
        return merge(commit, view, change, refreshId, cause);
      }
      List<DataFile> files =
          difference instanceof Difference.Append append
              ? new ViewFiles(view.table(), layout, project.settings().targetFileSizeBytes())
                  .write(kernel, append.query(), 0, refreshId)
              : List.of();
      files.forEach(file -> written.add(file.location()));
      return append(commit, view, files, refreshId, cause);
    } catch (RuntimeException e) {
      commit.discard(written);
      throw catalogs.failure(e, "commit the refresh of view " + view.name(), view.catalog());
    }
  }

  private ViewChange write(
      RegisteredView view, Layout layout, Kernel kernel, Difference.Merge merge, String refreshId) {
    progress.phase(view.name(), "writing");
    return ChangeWriter.write(
        kernel,
        scanner,
        view.table(),
        layout,
        project.settings().targetFileSizeBytes(),
        merge.stored(),
        merge.newRows(),
        refreshId);
  }

  private RefreshResult merge(
      ViewCommit commit, RegisteredView view, ViewChange change, String refreshId, Cause cause) {
    boolean nothing = change.written().isEmpty() && change.onlyAdds();
    if (nothing) {
      return append(commit, view, List.of(), refreshId, cause);
    }
    RefreshRecord record =
        record(
            view,
            refreshId,
            RefreshKind.MERGE,
            cause,
            change.rowsAdded(),
            change.rowsRemoved(),
            change.bytesWritten());
    begin(view);
    return result(
        view, RefreshKind.MERGE, record, commit.merge(change, cause.lineage(), record), cause);
  }

  private RefreshResult append(
      ViewCommit commit, RegisteredView view, List<DataFile> files, String refreshId, Cause cause) {
    Cause why =
        files.isEmpty()
            ? new Cause(
                "NO_ROWS_CHANGED",
                cause.message() + "; no row of the view is another for it",
                cause.lineage())
            : cause;
    long rows = files.stream().mapToLong(DataFile::recordCount).sum();
    long bytes = files.stream().mapToLong(ContentFile::fileSizeInBytes).sum();
    RefreshRecord record = record(view, refreshId, RefreshKind.APPEND, why, rows, 0, bytes);
    begin(view);
    return result(
        view, RefreshKind.APPEND, record, commit.append(files, why.lineage(), record), why);
  }

  private void begin(RegisteredView view) {
    progress.phase(view.name(), "committing");
    running.check();
  }

  private RefreshRecord record(
      RegisteredView view,
      String refreshId,
      RefreshKind kind,
      Cause cause,
      long added,
      long removed,
      long bytes) {
    return new RefreshRecord(
        refreshId,
        kind.word(),
        cause.reason(),
        cause.message(),
        view.definitionVersion(),
        added,
        removed,
        bytes,
        Duration.between(cause.lineage().refreshStarted(), clock.instant()));
  }

  private RefreshResult result(
      RegisteredView view, RefreshKind kind, RefreshRecord record, Snapshot made, Cause cause) {
    return new RefreshResult(
        view.name(),
        kind,
        cause.reason(),
        cause.message(),
        made.snapshotId(),
        record.rowsAdded(),
        record.rowsRemoved(),
        Duration.between(cause.lineage().refreshStarted(), clock.instant()).toMillis());
  }
}
