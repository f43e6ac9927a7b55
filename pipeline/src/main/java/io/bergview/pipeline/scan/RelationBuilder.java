package io.bergview.pipeline.scan;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;

import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.cache.ByteRanges;
import io.bergview.pipeline.cache.LocalCopy;
import io.bergview.pipeline.cache.LocalFiles;
import io.bergview.pipeline.cache.StoredFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.PartitionUtil;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Decides file by file, then writes one SELECT per group. Used once. */
final class RelationBuilder {
  private static final int MOST_FILES_ALONE = 8;

  /** Of remote files, since what need not be fetched is worth more than a short statement. */
  private static final int MOST_REMOTE_FILES_ALONE = 64;

  private final DuckDbSession session;
  private final Table table;
  private final LocalFiles files;
  private final FileShapes shapes;
  private final RemoteLayouts layouts;
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
   * @param remote what it reads of remote files
   */
  private record Part(List<String> outputs, String rest, List<Fetched> remote) {
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
  private record NativeFile(
      FileRows rows, LocalCopy copy, List<String> constants, Optional<RemoteFile> remote) {
    Path path() {
      return copy.path();
    }
  }

  /** A remote file that DuckDB reads, and the row groups in which something may match. */
  private record RemoteFile(
      LocalCopy copy,
      RemoteColumns columns,
      RemoteColumns.Given given,
      List<RowGroups.Run> matching) {
    /** Whether there are row groups that need not be read. */
    boolean isConfined() {
      return matching.stream().mapToInt(run -> run.groups().size()).sum()
          < columns.layout().rowGroups().size();
    }

    Fetched whole() {
      return new Fetched(
          this, IntStream.range(0, columns.layout().rowGroups().size()).boxed().toList());
    }
  }

  /** What one SELECT reads of a remote file. */
  private record Fetched(RemoteFile file, List<Integer> groups) {}

  /**
   * A file on this machine that DuckDB might read.
   *
   * @param shape empty for types that Iceberg does not know
   * @param layout of a remote file
   */
  private record LocalParquet(
      LocalCopy copy,
      Optional<FileShape> shape,
      Optional<ParquetLayout> layout,
      RemoteColumns.Given given) {}

  RelationBuilder(
      DuckDbSession session,
      Table table,
      LocalFiles files,
      FileShapes shapes,
      RemoteLayouts layouts,
      ReadDeletes deletes,
      Schema columns) {
    this.session = session;
    this.table = table;
    this.files = files;
    this.shapes = shapes;
    this.layouts = layouts;
    this.columns = columns;
    this.mapping = IcebergFiles.nameMapping(table);
    this.deleted = new DeletedPositions(table, deletes);
  }

  /**
   * @param where what is wanted, by the names of the table's columns; other rows may be left out
   * @param worthLookingFirst as {@link SoughtRows} has it
   */
  Relation build(List<FileRows> parts, Expression where, long worthLookingFirst) {
    List<Optional<LocalParquet>> local = localParquet(parts);
    Map<Integer, RemoteFile> remote = remote(parts, local, where, worthLookingFirst);
    for (int i = 0; i < parts.size(); i++) {
      FileRows part = parts.get(i);
      Optional<RemoteFile> fetched = Optional.ofNullable(remote.get(i));
      if (local.get(i).isEmpty() || !addNative(part, local.get(i).get(), fetched)) {
        foreign.add(part);
      }
    }
    List<Part> selects = new ArrayList<>();
    groups.forEach((key, group) -> selects.addAll(selects(key, group)));
    if (!foreign.isEmpty()) {
      selects.add(selectForeign());
    }
    if (selects.isEmpty()) {
      selects.add(selectNothing());
    }
    long rows = parts.stream().mapToLong(FileRows::count).sum() - deletedRows;
    long bytes = parts.stream().mapToLong(part -> part.task().file().fileSizeInBytes()).sum();
    return new Relation(
        ids -> {
          fetch(selects, ids);
          return selects.stream()
              .map(part -> part.select(columns, ids))
              .collect(Collectors.joining("\nUNION ALL ", "(", ")"));
        },
        columns,
        new Relation.Size(rows, bytes, parts.size(), foreign.size()),
        releases);
  }

  /** All that the statement will read, in one go. */
  private void fetch(List<Part> selects, Set<Integer> ids) {
    Map<LocalCopy, ByteRanges> wanted = new LinkedHashMap<>();
    for (Part part : selects) {
      for (Fetched fetched : part.remote()) {
        RemoteFile file = fetched.file();
        file.given().add(file.columns(), ids, fetched.groups());
        wanted.merge(file.copy(), file.columns().bytes(ids, fetched.groups()), ByteRanges::plus);
      }
    }
    if (!wanted.isEmpty()) {
      files.fetch(wanted);
    }
  }

  void release() {
    releases.forEach(Runnable::run);
  }

  /** By part; empty for a file that Iceberg's readers must read. */
  private List<Optional<LocalParquet>> localParquet(List<FileRows> parts) {
    List<Optional<LocalCopy>> copies = InParallel.map(parts, part -> localCopy(part.task()));
    List<LocalCopy> remote =
        copies.stream().flatMap(Optional::stream).filter(LocalCopy::isRemote).toList();
    Map<Path, ParquetLayout> known = remote.isEmpty() ? Map.of() : layouts.of(table, remote);
    return InParallel.map(
        copies,
        copy -> copy.map(it -> localParquet(it, Optional.ofNullable(known.get(it.path())))));
  }

  private Optional<LocalCopy> localCopy(FileScanTask task) {
    boolean candidate =
        task.file().format() == FileFormat.PARQUET
            && task.file().keyMetadata() == null
            && task.deletes().stream()
                .noneMatch(delete -> delete.content() == FileContent.EQUALITY_DELETES);
    if (!candidate) {
      return Optional.empty();
    }
    LocalCopy copy = files.acquire(table.io(), StoredFile.of(table, task.file()));
    synchronized (releases) {
      releases.add(() -> files.release(copy));
    }
    return Optional.of(copy);
  }

  private LocalParquet localParquet(LocalCopy copy, Optional<ParquetLayout> layout) {
    String location = copy.file().location();
    Path path = copy.path();
    RemoteColumns.Given given = new RemoteColumns.Given();
    synchronized (releases) {
      releases.add(() -> session.files().remove(path));
    }
    session
        .files()
        .add(
            path,
            () -> layout.map(it -> given.reading(copy, it)).orElseGet(() -> readingAll(path)),
            table,
            location);
    MessageType schema =
        layout.map(ParquetLayout::schema).orElseGet(() -> shapes.read(table, location, path));
    return new LocalParquet(copy, FileShape.of(schema, mapping), layout, given);
  }

  private static String readingAll(Path path) {
    return "SELECT max(hash(COLUMNS(*))) FROM read_parquet(%s, hive_partitioning = false)"
        .formatted(LocalFiles.pattern(path));
  }

  private boolean addNative(FileRows part, LocalParquet local, Optional<RemoteFile> remote) {
    FileScanTask task = part.task();
    boolean deletes = !task.deletes().isEmpty();
    boolean chosen = part.positions().isPresent();
    Optional<FileColumns> resolved =
        local
            .shape()
            .flatMap(
                it ->
                    FileColumns.of(
                        it, columns, PartitionUtil.constantsMap(task), deletes || chosen));
    resolved.ifPresent(
        found ->
            groups
                .computeIfAbsent(
                    new GroupKey(found.expressions(), found.physical(), deletes, chosen),
                    unused -> new ArrayList<>())
                .add(new NativeFile(part, local.copy(), found.constants(), remote)));
    return resolved.isPresent();
  }

  /** By part, what to read of the remote files. */
  private Map<Integer, RemoteFile> remote(
      List<FileRows> parts,
      List<Optional<LocalParquet>> local,
      Expression where,
      long worthLookingFirst) {
    Map<Integer, SoughtRows.Sought> sought = new LinkedHashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      Optional<LocalParquet> file = local.get(i).filter(it -> it.layout().isPresent());
      Optional<FileShape> shape = file.flatMap(LocalParquet::shape);
      if (file.isPresent() && shape.isPresent()) {
        sought.put(i, sought(parts.get(i), file.get(), shape.get(), where));
      }
    }
    List<SoughtRows.Sought> all = List.copyOf(sought.values());
    Iterator<List<RowGroups.Run>> found =
        new SoughtRows(session, table, files, deleted, where, columns, worthLookingFirst)
            .found(all)
            .iterator();
    Map<Integer, RemoteFile> remote = new HashMap<>();
    sought.forEach(
        (part, file) ->
            remote.put(
                part,
                new RemoteFile(
                    file.copy(),
                    new RemoteColumns(file.layout(), file.shape(), columns),
                    file.given(),
                    found.next())));
    return remote;
  }

  private SoughtRows.Sought sought(
      FileRows part, LocalParquet local, FileShape shape, Expression where) {
    ParquetLayout layout = local.layout().orElseThrow();
    boolean canConfine = FileColumns.hasPositions(shape);
    List<RowGroups.Run> matching =
        !canConfine
            ? RowGroups.all(layout)
            : part.positions()
                .map(positions -> RowGroups.with(layout, positions))
                .orElseGet(
                    () -> RowGroups.matching(layout, shape.identified(), table.schema(), where));
    return new SoughtRows.Sought(
        part, local.copy(), layout, shape, local.given(), canConfine, matching);
  }

  /**
   * The SELECTs of a group: if only some rows are selected and there are few files, they are read
   * one by one, as are remote files of which only some row groups are read, each run of them by
   * itself.
   */
  private List<Part> selects(GroupKey key, List<NativeFile> group) {
    List<NativeFile> together = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    int alone = 0;
    for (NativeFile file : group) {
      boolean confined = file.remote().filter(RemoteFile::isConfined).isPresent();
      if (confined && alone < MOST_REMOTE_FILES_ALONE) {
        alone++;
        parts.addAll(confined(key, file, file.remote().get()));
      } else if (key.chosen() && group.size() <= MOST_FILES_ALONE) {
        parts.add(select(key, List.of(file)));
      } else {
        together.add(file);
      }
    }
    if (!together.isEmpty()) {
      parts.add(select(key, together));
    }
    return parts;
  }

  private List<Part> confined(GroupKey key, NativeFile file, RemoteFile remote) {
    Part whole = select(key, List.of(file));
    return remote.matching().stream()
        .map(
            run ->
                new Part(
                    whole.outputs(),
                    whole.rest() + " WHERE " + run.condition(),
                    List.of(new Fetched(remote, run.groups()))))
        .toList();
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
    return new Part(
        outputs,
        from + (key.byPosition() ? join(group, key.chosen()) : ""),
        group.stream().flatMap(file -> file.remote().stream()).map(RemoteFile::whole).toList());
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
    return new Part(outputs, " FROM " + quote(name), List.of());
  }

  private Part selectNothing() {
    List<String> outputs =
        columns.columns().stream()
            .map(requested -> "CAST(NULL AS " + sqlType(requested.type()) + ")")
            .toList();
    return new Part(outputs, " WHERE false", List.of());
  }
}
