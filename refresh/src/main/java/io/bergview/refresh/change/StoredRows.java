package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.TableScanner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The rows of a view that have one of some keys, and where they are.
 *
 * <p>Files are left out by the bounds of the keys, then one scan reads the rest. Reading the key
 * columns first and whole rows by position after was tried and is slower, for few keys and for
 * many: compared by equality, a key decides in DuckDB's own scan which parts of the other columns
 * are decoded, and a position decides no more.
 */
public final class StoredRows implements AutoCloseable {
  /** The column with the location of a row's file. */
  static final String FILE = "file";

  /** The column with a row's ordinal in its file, deleted rows counted too. */
  static final String POSITION = "pos";

  private final Kernel kernel;
  private final String table;
  private final OptionalLong snapshot;
  private final Map<String, FileScanTask> tasks = new LinkedHashMap<>();

  private StoredRows(Kernel kernel, String table, OptionalLong snapshot, List<FileScanTask> tasks) {
    this.kernel = kernel;
    this.table = table;
    this.snapshot = snapshot;
    tasks.forEach(task -> this.tasks.put(task.file().location(), task));
  }

  /**
   * Looks in the current snapshot of a view's table. Null is a key like any other, NaN is NaN, and
   * -0.0 is 0.0.
   *
   * @param keysTable a table of the kernel with columns {@code k0}, {@code k1}, ...; a key may be
   *     there more than once
   * @param keyPaths for each of them where the view keeps it: a column, or the names that lead into
   *     structs, such as {@code _state, key, order_id}. Without any, a view of one row has it if
   *     the table has a row.
   */
  public static StoredRows find(
      Kernel kernel,
      TableScanner scanner,
      Table view,
      String keysTable,
      List<List<String>> keyPaths) {
    Schema schema = view.schema();
    Snapshot current = view.currentSnapshot();
    OptionalLong snapshot =
        current == null ? OptionalLong.empty() : OptionalLong.of(current.snapshotId());
    Expression prune = Expressions.alwaysTrue();
    List<String> matching = new ArrayList<>(List.of("true"));
    List<KeyColumn> columns = new ArrayList<>();
    for (List<String> path : keyPaths) {
      columns.add(KeyColumn.of(schema, path, columns.size()));
    }
    List<KeyValues> values = KeyValues.of(kernel, keysTable, columns);
    for (int i = 0; i < columns.size(); i++) {
      prune = Expressions.and(prune, values.get(i).files());
      matching.add(columns.get(i).matching("v", "k", values.get(i).nulls()));
    }
    List<FileScanTask> tasks = TableScanner.plan(view, snapshot, prune);
    String table = kernel.freshName("stored");
    try (Relation rows = scanner.read(kernel, view, tasks, positioned(schema))) {
      kernel.execute(
          "CREATE TABLE %s AS SELECT %s FROM %s AS v SEMI JOIN %s AS k ON %s"
              .formatted(
                  quote(table),
                  columns(schema),
                  rows.sql(),
                  quote(keysTable),
                  String.join(" AND ", matching)));
    }
    return new StoredRows(kernel, table, snapshot, tasks);
  }

  private static String columns(Schema schema) {
    return schema.columns().stream()
        .map(field -> "v." + column(field.fieldId()) + ", ")
        .collect(joining("", "", located("v")));
  }

  /** SQL of file and position of a row of {@link #positioned} columns. */
  private static String located(String alias) {
    return "%1$s.%2$s AS %3$s, %1$s.%4$s AS %5$s"
        .formatted(
            alias,
            column(MetadataColumns.FILE_PATH.fieldId()),
            FILE,
            column(MetadataColumns.ROW_POSITION.fieldId()),
            POSITION);
  }

  /** A view's columns, with file and position. */
  static Schema positioned(Schema schema) {
    List<NestedField> columns = new ArrayList<>(schema.columns());
    columns.add(MetadataColumns.FILE_PATH);
    columns.add(MetadataColumns.ROW_POSITION);
    return new Schema(columns);
  }

  /**
   * A table of the kernel: {@code c<field id>} for each column of the view, {@code file} and {@code
   * pos}.
   */
  public String table() {
    return table;
  }

  /** The view's snapshot that the rows were read from; empty where it has none. */
  OptionalLong snapshot() {
    return snapshot;
  }

  /** A file in which rows were looked for, with its deletes. */
  FileScanTask task(String location) {
    return requireNonNull(tasks.get(location), () -> "no rows were read from " + location);
  }

  @Override
  public void close() {
    kernel.drop(table);
  }
}
