package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.scan.Relation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
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

  /** The column with a hash of a row, where its other columns are not there. */
  static final String HASH = "hash";

  private final EngineSession session;
  private final String table;
  private final StoredFiles files;
  private final Optional<Supplier<StoredRows>> whole;
  private final Map<String, FileScanTask> tasks = new LinkedHashMap<>();

  private StoredRows(
      EngineSession session,
      String table,
      StoredFiles files,
      Optional<Supplier<StoredRows>> whole) {
    this.session = session;
    this.table = table;
    this.files = files;
    this.whole = whole;
    files.tasks().forEach(task -> this.tasks.put(task.file().location(), task));
  }

  /** Reads the rows of the keys, and where they are. */
  public static StoredRows read(EngineSession session, StoredFiles files) {
    String table = session.freshName("stored");
    Schema schema = files.view().schema();
    copy(session, files, table, columns(schema), schema);
    return new StoredRows(session, table, files, Optional.empty());
  }

  /**
   * The positions of the rows of the keys, with a hash of each: equal rows have equal hashes. With
   * many columns this is cheaper than copying the rows, and usually sufficient.
   */
  public static StoredRows hashes(EngineSession session, StoredFiles files) {
    Schema schema = files.view().schema();
    return without(session, files, SameRow.hash(session.dialect(), schema, "v"), schema);
  }

  /** Where the rows of the keys are. */
  public static StoredRows places(EngineSession session, StoredFiles files) {
    return without(session, files, noHash(session), files.keys());
  }

  /** A value of a hash's type. */
  private static String noHash(EngineSession session) {
    return session.dialect().hash(List.of("0"));
  }

  /**
   * @param read the columns that the hash and the keys need
   */
  private static StoredRows without(
      EngineSession session, StoredFiles files, String hash, Schema read) {
    String table = session.freshName("stored");
    if (files.tasks().isEmpty()) {
      session.createTable(
          table,
          "SELECT %s AS %s, '' AS %s, CAST(0 AS BIGINT) AS %s WHERE false"
              .formatted(noHash(session), HASH, FILE, POSITION));
    } else {
      copy(session, files, table, hash + " AS " + HASH + ", ", read);
    }
    return new StoredRows(session, table, files, Optional.of(() -> read(session, files)));
  }

  private static void copy(
      EngineSession session, StoredFiles files, String table, String outputs, Schema read) {
    try (Relation rows =
        session.read(files.view(), files.tasks(), positioned(read), files.where())) {
      session.createTable(
          table,
          "SELECT %s FROM %s AS v SEMI JOIN %s AS k ON %s"
              .formatted(
                  outputs + located("v"), rows.sql(), quote(files.keysTable()), files.matching()));
    }
  }

  /** SQL of the hashes of the rows, as {@code SameRow} makes them. */
  String hashes() {
    return whole.isPresent()
        ? "SELECT %s FROM %s".formatted(HASH, quote(table))
        : "SELECT %s AS %s FROM %s AS s"
            .formatted(
                SameRow.hash(session.dialect(), files.view().schema(), "s"), HASH, quote(table));
  }

  /** Whether no file is known to hold any. */
  boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** Whether there are hashes in place of the rows. */
  boolean hasHashes() {
    return whole.isPresent();
  }

  /** The same rows with all of their columns, read where they are not yet. Close these too. */
  StoredRows whole() {
    return whole.map(Supplier::get).orElse(this);
  }

  private static String columns(Schema schema) {
    return schema.columns().stream()
        .map(field -> "v." + column(field.fieldId()) + ", ")
        .collect(joining());
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
   * A table of the session: {@code c<field id>} for each column of the view, or {@code hash};
   * {@code file} and {@code pos}.
   */
  public String table() {
    return table;
  }

  /** The view's snapshot that the rows were read from; empty where it has none. */
  OptionalLong snapshot() {
    return files.snapshot();
  }

  /** A file in which rows were looked for, with its deletes. */
  FileScanTask task(String location) {
    return requireNonNull(tasks.get(location), () -> "no rows were read from " + location);
  }

  @Override
  public void close() {
    session.drop(table);
  }
}
