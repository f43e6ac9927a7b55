package io.bergview.pipeline.scan;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;

import io.bergview.pipeline.DuckDbSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.PartitionUtil;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Decides file by file, then writes one SELECT per group. Used once. */
final class RelationBuilder {
  private static final int MOST_FILES_ALONE = 8;

  private final DuckDbSession session;
  private final Table table;
  private final LocalFiles files;
  private final FileShapes shapes;
  private final Schema columns;
  private final @Nullable NameMapping mapping;
  private final DeletedPositions deleted;
  private final List<Runnable> releases = new ArrayList<>();
  private final Map<GroupKey, List<NativeFile>> groups = new LinkedHashMap<>();
  private final List<FileRows> foreign = new ArrayList<>();
  private long deletedRows;

  /** What files must agree in for one SELECT to read them, as {@link FileColumns} has it. */
  private record GroupKey(
      List<Optional<String>> expressions, List<String> physical, boolean deletes, boolean chosen) {
    boolean byPosition() {
      return deletes || chosen;
    }
  }

  /**
   * One SELECT.
   *
   * @param outputs SQL of each of the columns
   * @param rest what follows the list of them
   */
  private record Part(List<String> outputs, String rest) {
    String select(Schema columns, Set<Integer> ids) {
      List<String> some = new ArrayList<>();
      for (int i = 0; i < outputs.size(); i++) {
        int id = columns.columns().get(i).fieldId();
        if (ids.contains(id)) {
          some.add(outputs.get(i) + " AS " + column(id));
        }
      }
      return "SELECT " + (some.isEmpty() ? "1 AS one" : String.join(", ", some)) + rest;
    }
  }

  /** A file that DuckDB reads. */
  private record NativeFile(FileRows rows, Path path, List<String> constants) {}

  /** A file on this machine that DuckDB might read. */
  private record LocalParquet(Path path, MessageType schema) {}

  RelationBuilder(
      DuckDbSession session,
      Table table,
      LocalFiles files,
      FileShapes shapes,
      ReadDeletes deletes,
      Schema columns) {
    this.session = session;
    this.table = table;
    this.files = files;
    this.shapes = shapes;
    this.columns = columns;
    this.mapping = IcebergFiles.nameMapping(table);
    this.deleted = new DeletedPositions(table, deletes);
  }

  Relation build(List<FileRows> parts) {
    List<Optional<LocalParquet>> local = InParallel.map(parts, part -> localParquet(part.task()));
    for (int i = 0; i < parts.size(); i++) {
      FileRows part = parts.get(i);
      if (local.get(i).isEmpty() || !addNative(part, local.get(i).get())) {
        foreign.add(part);
      }
    }
    List<Part> selects = new ArrayList<>();
    groups.forEach(
        (key, group) -> scans(key, group).forEach(files -> selects.add(select(key, files))));
    if (!foreign.isEmpty()) {
      selects.add(selectForeign());
    }
    if (selects.isEmpty()) {
      selects.add(selectNothing());
    }
    long rows = parts.stream().mapToLong(FileRows::count).sum() - deletedRows;
    long bytes = parts.stream().mapToLong(part -> part.task().file().fileSizeInBytes()).sum();
    return new Relation(
        ids ->
            selects.stream()
                .map(part -> part.select(columns, ids))
                .collect(Collectors.joining("\nUNION ALL ", "(", ")")),
        columns,
        new Relation.Size(rows, bytes, parts.size(), foreign.size()),
        releases);
  }

  void release() {
    releases.forEach(Runnable::run);
  }

  /** Empty for a file that Iceberg's readers must read. */
  private Optional<LocalParquet> localParquet(FileScanTask task) {
    boolean candidate =
        task.file().format() == FileFormat.PARQUET
            && task.file().keyMetadata() == null
            && task.deletes().stream()
                .noneMatch(delete -> delete.content() == FileContent.EQUALITY_DELETES);
    if (!candidate) {
      return Optional.empty();
    }
    String location = task.file().location();
    Path path = files.acquire(table.io(), StoredFile.of(table, task.file()));
    synchronized (releases) {
      releases.add(() -> files.release(path));
      releases.add(() -> session.files().remove(path));
    }
    session.files().add(path, LocalFiles.pattern(path), table, location);
    return Optional.of(new LocalParquet(path, shapes.read(table, location, path)));
  }

  private boolean addNative(FileRows part, LocalParquet local) {
    FileScanTask task = part.task();
    boolean deletes = !task.deletes().isEmpty();
    boolean chosen = part.positions().isPresent();
    Optional<FileColumns> resolved =
        FileShape.of(local.schema(), mapping)
            .flatMap(
                shape ->
                    FileColumns.of(
                        shape, columns, PartitionUtil.constantsMap(task), deletes || chosen));
    resolved.ifPresent(
        found ->
            groups
                .computeIfAbsent(
                    new GroupKey(found.expressions(), found.physical(), deletes, chosen),
                    unused -> new ArrayList<>())
                .add(new NativeFile(part, local.path(), found.constants())));
    return resolved.isPresent();
  }

  /**
   * The files of each {@code read_parquet}: if only some rows are selected and there are few files,
   * they are read one by one.
   */
  private static List<List<NativeFile>> scans(GroupKey key, List<NativeFile> group) {
    return key.chosen() && group.size() <= MOST_FILES_ALONE
        ? group.stream().map(List::of).toList()
        : List.of(group);
  }

  private Part select(GroupKey key, List<NativeFile> group) {
    List<String> outputs = new ArrayList<>();
    int constant = 0;
    for (int i = 0; i < columns.columns().size(); i++) {
      int ordinal = constant;
      Optional<String> expression = key.expressions().get(i);
      if (expression.isEmpty()) {
        constant++;
      }
      outputs.add(
          expression.orElseGet(() -> perFile(group, file -> file.constants().get(ordinal))));
    }
    String paths =
        group.stream()
            .map(file -> LocalFiles.pattern(file.path()))
            .collect(Collectors.joining(", "));
    String from =
        " FROM read_parquet(["
            + paths
            + "], hive_partitioning = false, union_by_name = false) AS f";
    return new Part(outputs, from + (key.byPosition() ? join(group, key.chosen()) : ""));
  }

  /** A constant if all files agree, otherwise the file's own value by its index in the scan. */
  private static String perFile(List<NativeFile> group, Function<NativeFile, String> constant) {
    List<String> values = group.stream().map(constant).toList();
    return values.stream().distinct().count() == 1
        ? values.get(0)
        : "([" + String.join(", ", values) + "])[CAST(f.file_index AS BIGINT) + 1]";
  }

  private String join(List<NativeFile> group, boolean chosen) {
    List<Positions> positions =
        group.stream().map(file -> chosen ? chosen(file.rows()) : deleted(file.rows())).toList();
    String name = session.freshName("positions");
    releases.add(() -> session.drop(name));
    PositionTable.load(session, name, positions);
    return PositionTable.join(chosen ? "SEMI" : "ANTI", name, group.size());
  }

  private static Positions chosen(FileRows rows) {
    return rows.positions().orElseThrow();
  }

  private Positions deleted(FileRows rows) {
    Positions positions = Positions.of(deleted.of(rows.task()), position -> true);
    deletedRows += positions.size();
    return positions;
  }

  private Part selectForeign() {
    List<NestedField> unambiguous = new ArrayList<>();
    Map<Integer, String> metadata = new HashMap<>();
    for (NestedField requested : columns.columns()) {
      if (RequestedColumns.isFilePath(requested) || RequestedColumns.isPosition(requested)) {
        unambiguous.add(requested);
        metadata.put(requested.fieldId(), requested.name());
      } else {
        unambiguous.add(
            NestedField.from(requested)
                .withName("bergview_" + requested.fieldId())
                .asOptional()
                .build());
      }
    }
    if (unambiguous.isEmpty()) {
      unambiguous.add(MetadataColumns.FILE_PATH);
    }
    Schema projection = new Schema(unambiguous);
    IcebergFiles reader = new IcebergFiles(table);
    String name = session.freshName("rows");
    releases.add(() -> session.drop(name));
    session.load(
        name,
        new RecordReader(
            session.allocator(),
            CloseableIterable.concat(
                () -> foreign.stream().map(part -> reader.read(part, projection)).iterator()),
            unambiguous));
    List<String> outputs =
        columns.columns().stream()
            .map(
                requested ->
                    "CAST(%s AS %s)"
                        .formatted(
                            quote(
                                metadata.getOrDefault(
                                    requested.fieldId(), "bergview_" + requested.fieldId())),
                            sqlType(requested.type())))
            .toList();
    return new Part(outputs, " FROM " + quote(name));
  }

  private Part selectNothing() {
    List<String> outputs =
        columns.columns().stream()
            .map(requested -> "CAST(NULL AS " + sqlType(requested.type()) + ")")
            .toList();
    return new Part(outputs, " WHERE false");
  }
}
