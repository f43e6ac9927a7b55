package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.LocalDisk;
import io.bergview.fixtures.RowContents;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.engine.EmbeddedSession;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.SnapshotFiles;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.projection.definition.LayoutSettings.SortKey;
import io.bergview.refresh.change.ChangeWriter;
import io.bergview.refresh.change.DuplicateCounts;
import io.bergview.refresh.change.NewRows;
import io.bergview.refresh.change.StoredFiles;
import io.bergview.refresh.change.StoredRows;
import io.bergview.refresh.change.ViewChange;
import io.bergview.refresh.commit.ViewCommit;
import io.bergview.refresh.write.Layout;
import io.bergview.refresh.write.ViewFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** A view whose rows a test changes by their keys, past any source. */
final class ChangedView {
  private static final long TARGET_FILE_SIZE_BYTES = 1 << 20;

  private final TestProject project;
  private final RegisteredView view;
  private final LoadedRows tables;
  private final Projection projection;
  private final List<List<String>> keyPaths;

  /**
   * @param keyPaths where the view keeps its key
   */
  ChangedView(
      TestProject project,
      RegisteredView view,
      LoadedRows tables,
      Projection projection,
      List<List<String>> keyPaths) {
    this.project = project;
    this.view = view;
    this.tables = tables;
    this.projection = projection;
    this.keyPaths = keyPaths;
  }

  /** The same view, as if its definition asked for another projection. */
  ChangedView as(Projection other) {
    return new ChangedView(project, view, tables, other, keyPaths);
  }

  /** The view as it was registered, and its table as it is now. */
  RegisteredView registered() {
    return new RegisteredView(
        view.name(),
        view.catalog(),
        view.identifier(),
        view.tableName(),
        view.definition(),
        view.reads(),
        view.definitionVersion(),
        project.catalog().loadTable(view.identifier()));
  }

  Table table() {
    return registered().table();
  }

  String name() {
    return view.name();
  }

  /** All files in its data folder, committed or not, without Hadoop's checksums. */
  List<Path> filesOnDisk() {
    Path data = LocalDisk.path(table().location()).resolve("data");
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".crc"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> keyNames() {
    return keyPaths.stream().map(path -> path.get(path.size() - 1)).toList();
  }

  Schema schema() {
    return table().schema();
  }

  private Layout layout(Table table) {
    List<SortKey> sort =
        table.sortOrder().fields().stream()
            .map(
                field ->
                    new SortKey(
                        ColumnPath.of(table.schema().findColumnName(field.sourceId())), false))
            .toList();
    return new Layout(
        projection, List.of(), sort, 2048, "zstd", List.of(), Optional.empty(), Optional.empty());
  }

  /** What a refresh that read nothing would commit. */
  static Lineage lineage(RegisteredView view) {
    return new Lineage(view.definitionVersion(), Instant.EPOCH, List.of());
  }

  static RefreshRecord record(RefreshKind kind, String refreshId, RegisteredView view) {
    return new RefreshRecord(
        refreshId,
        kind.label(),
        "TEST",
        "as a test has it",
        view.definitionVersion(),
        0,
        0,
        0,
        Duration.ZERO);
  }

  /** New rows as files of the view, not committed. */
  List<DataFile> files(List<Record> rows, String refreshId) {
    Table table = table();
    EmbeddedSession session = new EmbeddedSession(tables.session(), tables.scanner());
    return new ViewFiles(table, layout(table), TARGET_FILE_SIZE_BYTES)
        .write(session, "SELECT * FROM " + tables.load(table.schema(), "v", rows), 0, refreshId);
  }

  Snapshot append(List<Record> rows) {
    RegisteredView view = registered();
    String refreshId = UUID.randomUUID().toString();
    List<DataFile> files = rows.isEmpty() ? List.of() : files(rows, refreshId);
    return new ViewCommit(view, project.context().catalogs())
        .append(files, lineage(view), record(RefreshKind.APPEND, refreshId, view));
  }

  /** Files for rows in place of those with these keys, written and not committed. */
  ViewChange write(Table table, Schema keySchema, List<Record> keys, List<Record> newRows) {
    return write(table, keySchema, keys, newRows, UUID.randomUUID().toString());
  }

  ViewChange write(
      Table table, Schema keySchema, List<Record> keys, List<Record> newRows, String refreshId) {
    EmbeddedSession session = new EmbeddedSession(tables.session(), tables.scanner());
    String keysTable = tables.load(keySchema, "k", keys);
    try (StoredRows stored =
        StoredRows.read(session, StoredFiles.of(session, table, keysTable, keyPaths))) {
      return ChangeWriter.write(
          session,
          table,
          layout(table),
          TARGET_FILE_SIZE_BYTES,
          stored,
          new NewRows.Compared(tables.load(table.schema(), "v", newRows), DuplicateCounts.MANY),
          refreshId);
    }
  }

  /** Replaces the rows with these keys, in one commit. */
  ViewChange merge(Schema keySchema, List<Record> keys, List<Record> newRows) {
    RegisteredView view = registered();
    String refreshId = UUID.randomUUID().toString();
    ViewChange change = write(view.table(), keySchema, keys, newRows, refreshId);
    new ViewCommit(view, project.context().catalogs())
        .merge(change, lineage(view), record(RefreshKind.MERGE, refreshId, view));
    return change;
  }

  /** The view's files with their deletes, in the order in which they were made. */
  List<FileScanTask> tasks() {
    Table table = table();
    Snapshot current = table.currentSnapshot();
    return current == null
        ? List.of()
        : SnapshotFiles.of(table, OptionalLong.of(current.snapshotId()), Expressions.alwaysTrue());
  }

  /** Holds that Iceberg's reader and ours see exactly these rows, in any order. */
  void assertHolds(List<Record> rows) {
    List<Map<String, @Nullable Object>> expected = RowContents.of(rows);
    Table table = table();
    assertThat(RowContents.of(LiveRows.of(table)))
        .as("as Iceberg reads them")
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(scanned(table)).as("as we read them").containsExactlyInAnyOrderElementsOf(expected);
  }

  private List<Map<String, @Nullable Object>> scanned(Table table) {
    Snapshot current = table.currentSnapshot();
    OptionalLong snapshot =
        current == null ? OptionalLong.empty() : OptionalLong.of(current.snapshotId());
    List<NestedField> columns = table.schema().columns();
    List<Type> types = columns.stream().map(NestedField::type).toList();
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    try (Relation relation =
        tables.scanner().scan(tables.session(), table, snapshot, table.schema())) {
      for (List<@Nullable Object> row :
          Rows.read(tables.session().query("SELECT * FROM " + relation.sql()), types)) {
        Map<String, @Nullable Object> contents = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
          contents.put(columns.get(i).name(), comparable(row.get(i)));
        }
        rows.add(contents);
      }
    }
    return rows;
  }

  /** As {@link RowContents} has it. */
  private static @Nullable Object comparable(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return ByteBuffer.wrap(bytes);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> values = new ArrayList<>();
      list.forEach(element -> values.add(comparable(element)));
      return values;
    }
    if (value instanceof Map<?, ?> map) {
      Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();
      map.forEach((key, element) -> values.put(comparable(key), comparable(element)));
      return values;
    }
    return value;
  }
}
