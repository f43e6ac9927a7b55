package io.bergview.pipeline.scan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.apache.iceberg.FileScanTask;

/**
 * The rows to read from one data file.
 *
 * @param positions these rows, none of which may be deleted by {@code task}; empty for all
 */
record FileRows(FileScanTask task, Optional<Positions> positions) {
  FileRows {
    requireNonNull(task, "task is null");
    requireNonNull(positions, "positions is null");
  }

  /** The rows that the task's deletes leave. */
  static FileRows live(FileScanTask task) {
    return new FileRows(task, Optional.empty());
  }

  /** Some rows, ignoring deletes of the file. */
  static FileRows at(FileScanTask task, Positions positions) {
    return new FileRows(new TaskWithDeletes(task, List.of()), Optional.of(positions));
  }

  /** How many, before deletes. */
  long count() {
    return positions.map(rows -> (long) rows.size()).orElse(task.file().recordCount());
  }
}
