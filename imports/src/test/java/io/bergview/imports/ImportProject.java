package io.bergview.imports;

import io.bergview.catalog.Project;
import io.bergview.define.ProjectApply;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowContents;
import io.bergview.imports.options.ColumnType;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableOptions;
import io.bergview.imports.options.TextOptions;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.SessionLease;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.scan.Relation;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.sql.DuckDbTypes;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.run.Refresher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A project with a catalog, and a folder of files to import into its table {@code s.t}. */
final class ImportProject implements AutoCloseable {
  static final String TABLE = "s.t";

  private static final String SETTINGS = "settings: {memory-limit: 512MiB, threads: 2}\n";
  private static final String CATALOG =
      "catalogs:\n  lake: {type: sqlite, warehouse: warehouse, local.sync: 'false'}\n";

  private final Path folder;
  private final ProjectContext context;

  private ImportProject(Path folder) {
    this.folder = folder;
    this.context = ProjectContext.open(Project.open(folder), Clock.systemUTC());
  }

  static ImportProject create(Path folder) {
    return create(folder, CATALOG + SETTINGS);
  }

  /** With the text of {@code bergview.yaml}. */
  static ImportProject create(Path folder, String settings) {
    write(folder, Project.FILE, settings.getBytes(StandardCharsets.UTF_8));
    for (String kept : List.of("in/.keep", "types/.keep", "views/.keep")) {
      write(folder, kept, new byte[0]);
    }
    return open(folder);
  }

  /** Of a folder that is a project already. */
  static ImportProject open(Path folder) {
    return new ImportProject(folder);
  }

  /** Writes a file below the project's folder. */
  Path write(String file, String text) {
    return write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  Path write(String file, byte[] bytes) {
    return write(folder, file, bytes);
  }

  private static Path write(Path folder, String file, byte[] bytes) {
    try {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      return Files.write(path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a Parquet file by DuckDB. */
  Path parquet(String file, String query) {
    Path path = folder.resolve(file);
    try {
      Files.createDirectories(path.getParent());
      try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
          Statement statement = connection.createStatement()) {
        statement.execute("SET TimeZone = 'UTC'");
        statement.execute(
            "COPY (%s) TO '%s' (FORMAT PARQUET)"
                .formatted(query, path.toString().replace("'", "''")));
      }
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  ProjectContext context() {
    return context;
  }

  Path folder() {
    return folder;
  }

  /** Of files in the project's folder. */
  ImportRequest request(String... sources) {
    return ImportRequest.of(TABLE, sources).withDirectory(folder);
  }

  ImportResult run(ImportRequest request) {
    return new Importer(context, RefreshProgress.SILENT).run(request);
  }

  ImportResult run(String... sources) {
    return run(request(sources));
  }

  ImportPlan plan(ImportRequest request) {
    return new Importer(context, RefreshProgress.SILENT).plan(request);
  }

  boolean hasTable() {
    return context.catalogs().find(new TableName(Optional.empty(), List.of("s"), "t")).isPresent();
  }

  Table table() {
    return context.catalogs().load(new TableName(Optional.empty(), List.of("s"), "t"));
  }

  /** The rows as Iceberg's own reader sees them. */
  List<Map<String, @Nullable Object>> rows() {
    return RowContents.of(LiveRows.of(table()));
  }

  /**
   * The rows as views read them, by the table's name mapping where files have no ids: Iceberg's
   * generic reader takes no notice of it.
   */
  List<Map<String, @Nullable Object>> scanned() {
    Table table = table();
    Schema schema = table.schema();
    List<Type> types = schema.columns().stream().map(Types.NestedField::type).toList();
    try (SessionLease lease = context.sessions().lease();
        Relation rows =
            context
                .scanner()
                .scan(
                    lease.session(),
                    table,
                    OptionalLong.of(table.currentSnapshot().snapshotId()),
                    schema,
                    Expressions.alwaysTrue())) {
      String columns =
          schema.columns().stream()
              .map(field -> DuckDbTypes.column(field.fieldId()))
              .collect(Collectors.joining(", "));
      return Rows.read(
              lease.session().query("SELECT %s FROM %s".formatted(columns, rows.sql())), types)
          .stream()
          .map(values -> named(schema, values))
          .toList();
    }
  }

  private static Map<String, @Nullable Object> named(Schema schema, List<@Nullable Object> values) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      row.put(schema.columns().get(i).name(), RowContents.value(values.get(i)));
    }
    return row;
  }

  /** The rows of another table of the same namespace. */
  List<Map<String, @Nullable Object>> rows(String table) {
    return RowContents.of(
        LiveRows.of(context.catalogs().load(new TableName(Optional.empty(), List.of("s"), table))));
  }

  /** The values of one column. */
  List<@Nullable Object> values(String column) {
    List<@Nullable Object> values = new ArrayList<>();
    rows().forEach(row -> values.add(row.get(column)));
    return values;
  }

  /** The types of the table's columns by name. */
  Map<String, String> types() {
    Map<String, String> types = new LinkedHashMap<>();
    for (Types.NestedField field : table().schema().columns()) {
      types.put(field.name(), field.type().toString());
    }
    return types;
  }

  /** Registers the view of a text. */
  void define(String view, String text) {
    new ProjectApply(context).define(write("definitions/" + view + ".yaml", text));
  }

  RefreshResult refresh(String view) {
    RefreshOutcome outcome =
        new Refresher(context, RefreshProgress.SILENT).refresh(RefreshRequest.of(view));
    if (!outcome.failures().isEmpty()) {
      throw outcome.failures().get(0).error();
    }
    return outcome.done().get(0);
  }

  List<Map<String, @Nullable Object>> viewRows(String view) {
    Table table = context.registry().find(view).table();
    table.refresh();
    return RowContents.of(LiveRows.of(table)).stream()
        .map(
            row -> {
              Map<String, @Nullable Object> shown = new LinkedHashMap<>(row);
              shown.remove("_state");
              return shown;
            })
        .toList();
  }

  /** Data files that lie in the warehouse, committed or not. */
  List<String> dataFiles() {
    Path warehouse = folder.resolve("warehouse");
    if (!Files.isDirectory(warehouse)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(warehouse)) {
      return files
          .map(Path::toString)
          .filter(name -> name.endsWith(".parquet") || name.endsWith(".puffin"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, @Nullable Object> row(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      row.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return row;
  }

  static TextOptions decimalComma() {
    TextOptions plain = TextOptions.defaults();
    return new TextOptions(
        plain.delimiter(),
        '"',
        true,
        plain.encoding(),
        plain.nulls(),
        Optional.empty(),
        Optional.empty(),
        true);
  }

  static TextOptions encoded(String charset) {
    TextOptions plain = TextOptions.defaults();
    return new TextOptions(
        plain.delimiter(),
        '"',
        true,
        Optional.of(java.nio.charset.Charset.forName(charset)),
        plain.nulls(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  static TextOptions nulls(String... nulls) {
    TextOptions plain = TextOptions.defaults();
    return new TextOptions(
        plain.delimiter(),
        '"',
        true,
        plain.encoding(),
        List.of(nulls),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  static TextOptions withoutHeader() {
    TextOptions plain = TextOptions.defaults();
    return new TextOptions(
        plain.delimiter(),
        '"',
        false,
        plain.encoding(),
        plain.nulls(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  static TableOptions key(String... id) {
    return new TableOptions(Map.of(), List.of(id), Optional.empty(), Optional.empty(), 2, false);
  }

  static TableOptions layout(@Nullable String partition, @Nullable String sort) {
    return new TableOptions(
        Map.of(), List.of(), Optional.ofNullable(partition), Optional.ofNullable(sort), 2, false);
  }

  static TableOptions evolving() {
    return new TableOptions(Map.of(), List.of(), Optional.empty(), Optional.empty(), 2, true);
  }

  static TableOptions typed(String column, String type) {
    return new TableOptions(
        Map.of(column, ColumnType.parse(type)),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        2,
        false);
  }

  ImportRequest upsert(String... sources) {
    return request(sources).withMode(ImportMode.UPSERT).withOptions(key("id"));
  }

  @Override
  public void close() {
    context.close();
  }
}
