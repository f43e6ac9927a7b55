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

  /** Reads the rows of the keys, and where they are. */
  public static StoredRows read(Kernel kernel, TableScanner scanner, StoredFiles files) {
    Schema schema = files.view().schema();
    String table = kernel.freshName("stored");
    try (Relation rows = scanner.read(kernel, files.view(), files.tasks(), positioned(schema))) {
      kernel.execute(
          "CREATE TABLE %s AS SELECT %s FROM %s AS v SEMI JOIN %s AS k ON %s"
              .formatted(
                  quote(table),
                  columns(schema),
                  rows.sql(),
                  quote(files.keysTable()),
                  files.matching()));
    }
    return new StoredRows(kernel, table, files.snapshot(), files.tasks());
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
