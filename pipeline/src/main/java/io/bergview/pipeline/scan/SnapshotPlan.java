package io.bergview.pipeline.scan;

import java.util.List;
import java.util.function.Supplier;
import org.apache.iceberg.FileScanTask;
import org.jspecify.annotations.Nullable;

/**
 * What was planned of one snapshot: its files, perhaps with the bounds of their columns. It holds
 * nothing of the table, whose metadata grows with every commit. Thread-safe.
 */
final class SnapshotPlan {
  private @Nullable List<FileScanTask> files;
  private boolean bounded;

  /**
   * All files; with bounds if somebody needed these before.
   *
   * @param planned plans them
   */
  synchronized List<FileScanTask> files(Supplier<List<FileScanTask>> planned) {
    if (files == null) {
      files = List.copyOf(planned.get());
    }
    return files;
  }

  /**
   * All files with bounds.
   *
   * @param planned plans them
   */
  synchronized List<FileScanTask> withBounds(Supplier<List<FileScanTask>> planned) {
    if (files == null || !bounded) {
      files = List.copyOf(planned.get());
      bounded = true;
    }
    return files;
  }
}
