package io.bergview.refresh.change;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.scan.SnapshotFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * The files of a view that may hold rows of some keys, by the bounds of their columns.
 *
 * @param view the table
 * @param snapshot its current one; empty where it has none
 * @param keysTable a table of the session with columns {@code k0}, {@code k1}, ...
 * @param matching SQL that holds of a row {@code v} of the view and the row {@code k} of its key
 * @param keys the view's columns that this compares
 * @param where what rows of the keys are alike in, by the names of the view's columns
 */
public record StoredFiles(
    Table view,
    OptionalLong snapshot,
    String keysTable,
    String matching,
    Schema keys,
    Expression where,
    List<FileScanTask> tasks) {
  public StoredFiles {
    requireNonNull(view, "view is null");
    requireNonNull(snapshot, "snapshot is null");
    requireNonNull(keysTable, "keysTable is null");
    requireNonNull(matching, "matching is null");
    requireNonNull(keys, "keys is null");
    requireNonNull(where, "where is null");
    tasks = List.copyOf(tasks);
  }

  /**
   * Looks in the current snapshot of a view's table. Null is a key like any other, NaN is NaN, and
   * -0.0 is 0.0.
   *
   * @param keysTable a key may be there more than once
   * @param keyPaths for each part of a key where the view keeps it: a column, or the names that
   *     lead into structs, such as {@code _state, key, order_id}. Without any, a view of one row
   *     has it if the table has a row.
   * @throws RefusedException {@code FOREIGN_WRITES}: one of the files is listed more than once
   */
  public static StoredFiles of(
      EngineSession session, Table view, String keysTable, List<List<String>> keyPaths) {
    Snapshot current = view.currentSnapshot();
    OptionalLong snapshot =
        current == null ? OptionalLong.empty() : OptionalLong.of(current.snapshotId());
    List<KeyColumn> columns = new ArrayList<>();
    for (List<String> path : keyPaths) {
      columns.add(KeyColumn.of(session.dialect(), view.schema(), path, columns.size()));
    }
    Expression prune = Expressions.alwaysTrue();
    List<String> matching = new ArrayList<>(List.of("true"));
    List<KeyValues> values = KeyValues.of(session, keysTable, columns);
    for (int i = 0; i < columns.size(); i++) {
      prune = Expressions.and(prune, values.get(i).files());
      matching.add(columns.get(i).matching("v", "k", values.get(i).nulls()));
    }
    List<FileScanTask> tasks = SnapshotFiles.of(view, snapshot, prune);
    refuseRepeated(view, tasks);
    return new StoredFiles(
        view,
        snapshot,
        keysTable,
        String.join(" AND ", matching),
        view.schema().select(keyPaths.stream().map(path -> path.get(0)).toList()),
        prune,
        tasks);
  }

  /**
   * No refresh lists a file twice, so it was a foreign write. File and position would not identify
   * its rows, and deleting one of them would delete its copy.
   */
  private static void refuseRepeated(Table view, List<FileScanTask> tasks) {
    Set<String> locations = new HashSet<>();
    for (FileScanTask task : tasks) {
      if (!locations.add(task.file().location())) {
        throw new RefusedException(
            ErrorCode.FOREIGN_WRITES,
            "Table %s lists the data file %s more than once, which no refresh does: somebody else has written to it; refresh with --full to replace what was written"
                .formatted(view.name(), task.file().location()));
      }
    }
  }

  /** Their size, delete files not counted. */
  public long bytes() {
    return tasks.stream().mapToLong(task -> task.file().fileSizeInBytes()).sum();
  }
}
