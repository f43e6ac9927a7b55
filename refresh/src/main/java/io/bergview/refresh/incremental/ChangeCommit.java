package io.bergview.refresh.incremental;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshOutput;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshReason;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.change.ChangeWriter;
import io.bergview.refresh.change.ViewChange;
import io.bergview.refresh.commit.ViewCommit;
import io.bergview.refresh.write.Layout;
import io.bergview.refresh.write.ViewFiles;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;

/** Writes a difference of a view's table as files, and commits them with their lineage. */
final class ChangeCommit {
  /** Why and from what the difference was made. */
  record Cause(RefreshReason reason, String message, Lineage lineage) {}

  private final Project project;
  private final Catalogs catalogs;
  private final Clock clock;
  private final RefreshProgress progress;
  private final RunningSession running;

  ChangeCommit(ProjectContext context, RefreshProgress progress, RunningSession running) {
    this.project = context.project();
    this.catalogs = context.catalogs();
    this.clock = context.clock();
    this.progress = progress;
    this.running = running;
  }

  /** The files of a difference, which nothing points to yet. */
  sealed interface Written {
    String refreshId();

    /** The locations of all files. */
    List<String> files();

    /** Rows that are added, perhaps none. */
    record Appended(String refreshId, List<DataFile> added) implements Written {
      public Appended {
        requireNonNull(refreshId, "refreshId is null");
        added = List.copyOf(added);
      }

      @Override
      public List<String> files() {
        return added.stream().map(DataFile::location).toList();
      }
    }

    /** Rows that are replaced. */
    record Replaced(String refreshId, ViewChange change) implements Written {
      public Replaced {
        requireNonNull(refreshId, "refreshId is null");
        requireNonNull(change, "change is null");
      }

      @Override
      public List<String> files() {
        return change.written();
      }
    }
  }

  /** Writes a difference and commits nothing. Where it fails, what it wrote is removed. */
  Written write(RegisteredView view, Layout layout, EngineSession session, Difference difference) {
    String refreshId = UUID.randomUUID().toString();
    try {
      if (difference instanceof Difference.Merge merge) {
        return new Written.Replaced(refreshId, write(view, layout, session, merge, refreshId));
      }
      return new Written.Appended(
          refreshId,
          difference instanceof Difference.Append append
              ? new ViewFiles(view.table(), layout, project.settings().targetFileSizeBytes())
                  .write(session, append.query(), 0, refreshId)
              : List.of());
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "write the refresh of view " + view.name(), view.catalog());
    }
  }

  private ViewChange write(
      RegisteredView view,
      Layout layout,
      EngineSession session,
      Difference.Merge merge,
      String refreshId) {
    progress.phase(view.name(), "writing");
    return ChangeWriter.write(
        session,
        view.table(),
        layout,
        project.settings().targetFileSizeBytes(),
        merge.stored(),
        merge.newRows(),
        refreshId);
  }

  /**
   * Commits the written files; if it fails and has not landed, they are removed.
   *
   * @param commit created before the view's rows were first read
   */
  RefreshResult commit(ViewCommit commit, RegisteredView view, Written written, Cause cause) {
    try {
      return written instanceof Written.Replaced replaced
          ? merge(commit, view, replaced.change(), replaced.refreshId(), cause)
          : append(commit, view, ((Written.Appended) written).added(), written.refreshId(), cause);
    } catch (RuntimeException e) {
      commit.discard(written.files());
      throw catalogs.failure(e, "commit the refresh of view " + view.name(), view.catalog());
    }
  }

  private RefreshResult merge(
      ViewCommit commit, RegisteredView view, ViewChange change, String refreshId, Cause cause) {
    boolean nothing = change.written().isEmpty() && change.onlyAdds();
    if (nothing) {
      return append(commit, view, List.of(), refreshId, cause);
    }
    RefreshOutput output =
        new RefreshOutput(
            view,
            RefreshKind.MERGE,
            cause.reason(),
            cause.message(),
            change.rowsAdded(),
            change.rowsRemoved(),
            change.bytesWritten());
    RefreshRecord record = begin(output, refreshId, cause);
    return result(output, commit.merge(change, cause.lineage(), record), cause);
  }

  private RefreshResult append(
      ViewCommit commit, RegisteredView view, List<DataFile> files, String refreshId, Cause cause) {
    boolean nothing = files.isEmpty();
    RefreshOutput output =
        new RefreshOutput(
            view,
            RefreshKind.APPEND,
            nothing ? RefreshReason.NO_ROWS_CHANGED : cause.reason(),
            nothing ? cause.message() + "; no row of the view changes" : cause.message(),
            files.stream().mapToLong(DataFile::recordCount).sum(),
            0,
            files.stream().mapToLong(ContentFile::fileSizeInBytes).sum());
    RefreshRecord record = begin(output, refreshId, cause);
    return result(output, commit.append(files, cause.lineage(), record), cause);
  }

  private RefreshRecord begin(RefreshOutput output, String refreshId, Cause cause) {
    progress.phase(output.view().name(), "committing");
    running.check();
    return output.record(refreshId, since(cause));
  }

  private RefreshResult result(RefreshOutput output, Snapshot made, Cause cause) {
    return output.result(made.snapshotId(), since(cause));
  }

  private Duration since(Cause cause) {
    return Duration.between(cause.lineage().refreshStarted(), clock.instant());
  }
}
