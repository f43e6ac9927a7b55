package io.bergview.maintain;

import static java.util.Objects.requireNonNull;

import io.bergview.maintain.LayoutPlanner.Extent;
import io.bergview.pipeline.scan.SnapshotFiles;
import io.bergview.refresh.write.Layout;
import io.bergview.settings.MaintenanceLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.actions.RewriteFileGroup;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.DeleteFileSet;

/**
 * Which files of a snapshot of a view are rewritten together.
 *
 * @param batches each to be one commit; the first is there also where only delete files that apply
 *     to no data file any more are to go
 */
record CompactionPlan(Snapshot planned, List<Batch> batches) {
  /** A commit is made when so much was rewritten, so that a conflict costs no more than that. */
  private static final long BATCH_BYTES = 1L << 30;

  CompactionPlan {
    requireNonNull(planned, "planned is null");
    batches = List.copyOf(batches);
  }

  /**
   * What becomes one commit.
   *
   * @param groups files that become one file, or some
   * @param foldedDeletes delete files that apply to none of the files that stay
   */
  record Batch(List<List<FileScanTask>> groups, Set<DeleteFile> foldedDeletes) {
    Batch {
      groups = List.copyOf(groups);
      foldedDeletes = DeleteFileSet.of(foldedDeletes);
    }

    List<FileScanTask> tasks() {
      return groups.stream().flatMap(List::stream).toList();
    }
  }

  /**
   * Leaves out files that are listed more than once, which no refresh does: a commit removes all
   * listings of a file, or some, and what is to become of its rows is not for a compaction to say.
   */
  static CompactionPlan of(
      Table table,
      Snapshot planned,
      Layout layout,
      long targetFileSize,
      MaintenanceLimits limits,
      Extent extent) {
    List<List<FileScanTask>> groups = new ArrayList<>();
    LayoutPlanner planner =
        new LayoutPlanner(table, planned.snapshotId(), layout, targetFileSize, limits, extent);
    try (CloseableIterable<RewriteFileGroup> found = planner.plan().groups()) {
      found.forEach(group -> groups.add(List.copyOf(group.fileScanTasks())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    groups.replaceAll(group -> group.stream().filter(planner::isListedOnce).toList());
    groups.removeIf(List::isEmpty);
    return new CompactionPlan(planned, batches(groups, new Deletes(table, planned)));
  }

  private static List<Batch> batches(List<List<FileScanTask>> groups, Deletes deletes) {
    List<Batch> batches = new ArrayList<>();
    List<List<FileScanTask>> next = new ArrayList<>();
    long bytes = 0;
    for (List<FileScanTask> group : groups) {
      next.add(group);
      bytes += group.stream().mapToLong(task -> task.file().fileSizeInBytes()).sum();
      if (bytes >= BATCH_BYTES) {
        batches.add(new Batch(next, deletes.without(next)));
        next.clear();
        bytes = 0;
      }
    }
    Set<DeleteFile> folded = deletes.without(next);
    if (!next.isEmpty() || !folded.isEmpty()) {
      batches.add(new Batch(next, folded));
    }
    return batches;
  }

  /** The delete files of a snapshot that were not given out, and the data files they apply to. */
  private static final class Deletes {
    private final DeleteFileSet left = DeleteFileSet.create();
    private final List<FileScanTask> tasks;
    private final Set<String> rewritten = new HashSet<>();

    Deletes(Table table, Snapshot planned) {
      for (ManifestFile manifest : planned.deleteManifests(table.io())) {
        try (ManifestReader<DeleteFile> reader =
            ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
          reader.forEach(file -> left.add(file.copy()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      this.tasks =
          left.isEmpty()
              ? List.of()
              : SnapshotFiles.of(
                  table, OptionalLong.of(planned.snapshotId()), Expressions.alwaysTrue());
    }

    /**
     * Including those that no longer apply to any file after these are removed. Iceberg's own
     * planning determines which apply to which.
     */
    Set<DeleteFile> without(List<List<FileScanTask>> groups) {
      groups.forEach(group -> group.forEach(task -> rewritten.add(task.file().location())));
      DeleteFileSet folded = DeleteFileSet.of(left);
      tasks.stream()
          .filter(task -> !rewritten.contains(task.file().location()))
          .forEach(task -> folded.removeAll(task.deletes()));
      left.removeAll(folded);
      return folded;
    }
  }
}
