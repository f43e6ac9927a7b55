package io.bergview.maintain;

import static java.util.stream.Collectors.joining;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.maintain.CompactionPlan.Batch;
import io.bergview.maintain.LayoutPlanner.Extent;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionLease;
import io.bergview.pipeline.SessionPool;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.engine.EmbeddedSession;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.projection.sql.DuckDbTypes;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.commit.FileReplacement;
import io.bergview.refresh.commit.MaintenanceCommit;
import io.bergview.refresh.write.Layout;
import io.bergview.refresh.write.Replication;
import io.bergview.refresh.write.ViewFiles;
import io.bergview.settings.MaintenanceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.DataFileSet;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites small files and files with deletes of one view, concurrently with refreshes.
 *
 * <p>Rows are read with their deletes at one snapshot, rewritten as a refresh would write them, and
 * committed in place of their old files. A refresh that commits meanwhile and does not touch those
 * files is not a conflict: the new files are committed on top of it. One that deletes rows of them,
 * or rewrites them too, is a conflict, and the compaction is planned again.
 */
final class ViewCompaction {
  private static final int MOST_PLANS = 5;
  private static final int MOST_COMMITS = 10;

  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final SessionPool sessions;
  private final RefreshProgress progress;
  private final RunningSession running;
  private final TableScanner scanner;
  private final MaintenanceLimits limits;
  private final Extent extent;
  private final long targetFileSize;
  private final ManifestMerging manifests;

  private long filesRewritten;
  private long filesWritten;
  private long deletesFolded;
  private long manifestsMerged;
  private long bytesRewritten;
  private long bytesWritten;

  ViewCompaction(
      ProjectContext context,
      RefreshProgress progress,
      RunningSession running,
      MaintenanceLimits limits,
      Extent extent) {
    this.catalogs = context.catalogs();
    this.registry = context.registry();
    this.sessions = context.sessions();
    this.progress = progress;
    this.running = running;
    this.scanner = context.scanner();
    this.limits = limits;
    this.extent = extent;
    this.targetFileSize = context.project().settings().targetFileSizeBytes();
    this.manifests = new ManifestMerging(context, limits.manyManifests());
  }

  /** Rewrites files, then merges manifests. */
  CompactionResult run(RegisteredView seen, boolean dryRun) {
    RegisteredView view = seen;
    for (int attempt = 1; ; attempt++) {
      String reason = unfit(view);
      if (!reason.isEmpty()) {
        return CompactionResult.unchanged(view.name(), dryRun, reason);
      }
      try {
        if (dryRun) {
          return forecast(view);
        }
        rewriteFiles(view);
        manifestsMerged += manifests.merge(again(view));
        keepCopies(again(view));
        return result(view);
      } catch (ConflictException | MissingFileException e) {
        if (attempt == MOST_PLANS) {
          throw e;
        }
      }
      progress.phase(view.name(), "planning again");
      view = again(view);
    }
  }

  /** Files that were there when another number of copies was declared may not have it. */
  private static void keepCopies(RegisteredView view) {
    Replication.apply(view.table(), view.definition().view().layout().replication());
  }

  /** Only merges manifests. */
  CompactionResult runOnManifests(RegisteredView view) {
    manifestsMerged += manifests.merge(view);
    return result(view);
  }

  /** Why files are better left alone; empty where they are not. */
  private static String unfit(RegisteredView view) {
    LineageLookup lineage = LineageLookup.of(view.table());
    if (lineage instanceof LineageLookup.NeverRefreshed) {
      return "it has not been refreshed yet";
    }
    if (lineage instanceof LineageLookup.LostLineage lost) {
      return "its next refresh rewrites it: " + lost.message();
    }
    return lineage instanceof LineageLookup.RecordedLineage found
            && found.lineage().definitionVersion() != view.definitionVersion()
        ? "its definition has changed, and its next refresh rewrites it"
        : "";
  }

  private RegisteredView again(RegisteredView view) {
    return registry.find(view.name());
  }

  private CompactionPlan plan(RegisteredView view, Layout layout, Snapshot current) {
    progress.phase(view.name(), "planning");
    return CompactionPlan.of(view.table(), current, layout, targetFileSize, limits, extent);
  }

  private static Layout layout(RegisteredView view) {
    return Layout.of(view.table(), FrozenTypes.resolve(view.definition(), Map.of()));
  }

  private CompactionResult forecast(RegisteredView view) {
    Snapshot current = current(view);
    CompactionPlan plan = plan(view, layout(view), current);
    List<FileScanTask> tasks =
        plan.batches().stream().flatMap(batch -> batch.tasks().stream()).toList();
    return new CompactionResult(
        view.name(),
        true,
        tasks.size(),
        0,
        plan.batches().stream().mapToLong(batch -> batch.foldedDeletes().size()).sum(),
        manifests.small(view.table(), current).size(),
        bytes(tasks),
        0,
        List.of());
  }

  private static Snapshot current(RegisteredView view) {
    return Objects.requireNonNull(view.table().currentSnapshot(), "a lineage without a snapshot");
  }

  private static long bytes(List<FileScanTask> tasks) {
    return tasks.stream().mapToLong(task -> task.file().fileSizeInBytes()).sum();
  }

  private void rewriteFiles(RegisteredView view) {
    Layout layout = layout(view);
    CompactionPlan plan = plan(view, layout, current(view));
    if (plan.batches().isEmpty()) {
      return;
    }
    try (SessionLease lease = sessions.lease()) {
      for (Batch batch : plan.batches()) {
        rewrite(view, layout, plan.planned(), batch, lease);
      }
    }
  }

  private void rewrite(
      RegisteredView view, Layout layout, Snapshot planned, Batch batch, SessionLease lease) {
    String id = UUID.randomUUID().toString();
    List<DataFile> written = new ArrayList<>();
    Progress landed = new Progress();
    try {
      progress.phase(view.name(), "writing");
      ViewFiles files = new ViewFiles(view.table(), layout, targetFileSize);
      for (List<FileScanTask> group : batch.groups()) {
        written.addAll(write(running.use(lease), files, group, id + "-" + written.size()));
      }
      DataFileSet removed =
          batch.tasks().stream()
              .map(FileScanTask::file)
              .collect(Collectors.toCollection(DataFileSet::create));
      progress.phase(view.name(), "committing");
      running.check();
      commit(
          view, new FileReplacement(planned, removed, batch.foldedDeletes(), written), id, landed);
    } catch (RuntimeException e) {
      if (!landed.possibly) {
        ViewFiles.discard(view.table(), written.stream().map(DataFile::location).toList());
      }
      throw catalogs.failure(e, "compact view " + view.name(), view.catalog());
    }
    filesRewritten += batch.tasks().size();
    filesWritten += written.size();
    deletesFolded += batch.foldedDeletes().size();
    bytesRewritten += bytes(batch.tasks());
    bytesWritten += written.stream().mapToLong(DataFile::fileSizeInBytes).sum();
  }

  /** Whether the catalog was called to commit files and did not clearly refuse. */
  private static final class Progress {
    private boolean possibly;
  }

  private List<DataFile> write(
      DuckDbSession session, ViewFiles files, List<FileScanTask> group, String token) {
    Table table = files.table();
    try (Relation rows = scanner.read(session, table, group, table.schema())) {
      String columns =
          table.schema().columns().stream()
              .map(field -> "v." + DuckDbTypes.column(field.fieldId()))
              .collect(joining(", "));
      return files.rewrite(
          new EmbeddedSession(session, scanner),
          "SELECT " + columns + " FROM " + rows.sql() + " AS v",
          bytes(group),
          token);
    }
  }

  /** On what is there by then, as long as the replaced files are. */
  private void commit(RegisteredView planned, FileReplacement files, String id, Progress landed) {
    RegisteredView view = again(planned);
    for (int attempt = 1; ; attempt++) {
      Long on = snapshotId(view.table());
      MaintenanceCommit commit = new MaintenanceCommit(view);
      try {
        commit.replace(files, id);
        return;
      } catch (ConflictException e) {
        landed.possibly |= commit.mayHaveLanded();
        if (attempt == MOST_COMMITS || e.code() != ErrorCode.COMMIT_CONFLICT) {
          throw e;
        }
        view = again(planned);
        if (Objects.equals(on, snapshotId(view.table()))) {
          throw e;
        }
      } catch (RuntimeException e) {
        landed.possibly |= commit.mayHaveLanded();
        throw e;
      }
    }
  }

  private static @Nullable Long snapshotId(Table table) {
    Snapshot current = table.currentSnapshot();
    return current == null ? null : current.snapshotId();
  }

  private CompactionResult result(RegisteredView view) {
    return new CompactionResult(
        view.name(),
        false,
        filesRewritten,
        filesWritten,
        deletesFolded,
        manifestsMerged,
        bytesRewritten,
        bytesWritten,
        List.of());
  }
}
