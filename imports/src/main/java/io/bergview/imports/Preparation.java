package io.bergview.imports;

import static org.apache.iceberg.TableProperties.GC_ENABLED;

import io.bergview.catalog.view.ViewProperties;
import io.bergview.errors.ConflictException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.imports.convert.ImportColumn;
import io.bergview.imports.options.ColumnType;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableLayout;
import io.bergview.imports.options.TextOptions;
import io.bergview.imports.parquet.InPlaceFiles;
import io.bergview.imports.parquet.ParquetFiles;
import io.bergview.imports.source.SourceFile;
import io.bergview.imports.source.SourceFiles;
import io.bergview.imports.source.SourceFormat;
import io.bergview.imports.taken.FileChoice;
import io.bergview.imports.taken.FileChoice.HashedFile;
import io.bergview.imports.taken.TakenFiles;
import io.bergview.imports.text.TextColumns;
import io.bergview.imports.text.TextFiles;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.TableName;
import io.bergview.refresh.RefreshProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** What an import will do, found by looking at the files and the table; nothing is written. */
final class Preparation {
  private static final int SHOWN_FILES = 10;

  private final ImportRequest request;
  private final TableName name;
  private final Optional<Table> table;
  private final SourceFiles sources;
  private final FileChoice choice;
  private final List<SourceFile> files;
  private final ParquetFiles parquet;
  private final List<String> remarks = new ArrayList<>();
  private final FileColumns perFile = new FileColumns();
  private final ByteProgress progress;
  private @Nullable TableColumns columns;
  private @Nullable InPlaceFiles placed;
  private @Nullable TextFiles text;
  private long rows;
  private boolean rowsAreExact = true;
  private String inferredFrom = "";

  private Preparation(ProjectContext context, ImportRequest request, RefreshProgress listener) {
    this.request = request;
    this.name = name(context, request.table());
    this.table = context.catalogs().find(name);
    checkMode();
    this.progress = new ByteProgress(listener, name.toString());
    this.sources = SourceFiles.find(request.directory(), request.sources(), request.format());
    this.choice = choose();
    this.files = choice.taken().stream().map(HashedFile::file).toList();
    this.parquet = new ParquetFiles(files);
  }

  /**
   * @param session for Parquet files; asked for only where there are some
   */
  static Preparation of(
      ProjectContext context,
      ImportRequest request,
      RefreshProgress listener,
      Supplier<DuckDbSession> session) {
    Preparation preparation = new Preparation(context, request, listener);
    if (!preparation.files.isEmpty()) {
      preparation.resolve(session);
    }
    return preparation;
  }

  private static TableName name(ProjectContext context, String text) {
    try {
      return TableName.of(ColumnPath.parse(text, ""), context.catalogs().names());
    } catch (IllegalArgumentException e) {
      throw new UsageException(ErrorCode.USAGE, "--table: " + e.getMessage(), e);
    }
  }

  private void checkMode() {
    if (table.isPresent() && request.mode() == ImportMode.CREATE) {
      throw new ConflictException(
          ErrorCode.TABLE_EXISTS,
          "Table %s exists, so nothing was imported; --mode append, replace or upsert adds to it"
              .formatted(name));
    }
    if (table.isPresent() && table.get().properties().containsKey(ViewProperties.VIEW)) {
      throw new UsageException(
          ErrorCode.USAGE, "Table %s holds a view, which only refreshes write".formatted(name));
    }
    if (request.mode() == ImportMode.UPSERT && id().isEmpty()) {
      throw new UsageException(
          ErrorCode.USAGE, "--mode upsert needs the columns of the key: --id COLUMN[,COLUMN...]");
    }
    if (request.inPlace()
        && (request.mode() == ImportMode.UPSERT || !request.options().columns().isEmpty())) {
      throw new UsageException(
          ErrorCode.USAGE,
          "--in-place takes files as they are, so it goes with neither --mode upsert nor --column");
    }
  }

  private FileChoice choose() {
    progress.phase("checking files", bytes(sources.files()));
    if (request.again()) {
      return FileChoice.all(sources.files(), progress);
    }
    TakenFiles before = table.map(TakenFiles::of).orElse(new TakenFiles(List.of()));
    if (request.mode() == ImportMode.UPSERT) {
      return FileChoice.toUpsert(before, sources.files(), progress);
    }
    if (request.mode() == ImportMode.REPLACE) {
      return FileChoice.toReplace(table.flatMap(TakenFiles::ofAllRows), sources.files(), progress);
    }
    FileChoice chosen = FileChoice.of(before, sources.files(), progress);
    if (!chosen.changed().isEmpty()) {
      throw new ConflictException(
          ErrorCode.IMPORT_FILE_CHANGED,
          "Table %s has taken %,d of the files before, and they have changed since, so nothing was imported; --again takes them as new rows, --mode upsert by their key"
              .formatted(name, chosen.changed().size()),
          chosen.changed().stream()
              .limit(SHOWN_FILES)
              .map(file -> file.file().path().toString())
              .toList(),
          null);
    }
    return chosen;
  }

  private static long bytes(List<SourceFile> files) {
    return files.stream().mapToLong(SourceFile::sizeBytes).sum();
  }

  private void resolve(Supplier<DuckDbSession> session) {
    if (request.inPlace() && isText()) {
      throw new UsageException(
          ErrorCode.USAGE,
          "--in-place takes Parquet files only, and %s is %s"
              .formatted(files.get(0).path(), files.get(0).format()));
    }
    List<ImportColumn> found = new ArrayList<>(found(session));
    if (found.isEmpty()) {
      throw new DataException(
          ErrorCode.IMPORT_FILE_UNREADABLE,
          "There is no column in %s".formatted(files.get(0).path()));
    }
    addFolders(found);
    checkNames(found);
    if (table.isEmpty() && !request.options().evolve()) {
      perFile.checkAlike();
    }
    checkReserved(found);
    columns =
        table
            .map(there -> TableColumns.of(there.schema(), found, request.options(), request.mode()))
            .orElseGet(() -> TableColumns.ofNewTable(found, request.options()));
    TableColumns resolved = columns;
    table.filter(there -> !resolved.changes().isEmpty()).ifPresent(resolved::checkEvolution);
    columns
        .absent()
        .forEach(absent -> remarks.add("column %s is in no file, so it is null".formatted(absent)));
    if (sources.passedOver() > 0) {
      remarks.add("%,d files of other kinds were passed over".formatted(sources.passedOver()));
    }
    layout();
  }

  private List<ImportColumn> found(Supplier<DuckDbSession> session) {
    if (request.inPlace()) {
      return placedColumns();
    }
    return isText() ? textColumns() : parquetColumns(session.get());
  }

  private List<ImportColumn> textColumns() {
    TextFiles read = text();
    progress.phase("inferring types", bytes(files));
    TextColumns inferred = read.columns(progress);
    read.headers().forEach(perFile::add);
    inferredFrom = read.sample();
    rowsAreExact = read.readsAll();
    long done = Math.max(1, progress.done());
    rows = rowsAreExact ? inferred.sampledRows() : inferred.sampledRows() * bytes(files) / done;
    boolean typed = table.isPresent();
    Set<String> said = request.options().columns().keySet();
    inferred.remarks().stream()
        .filter(
            remark ->
                !typed
                    && said.stream()
                        .noneMatch(column -> remark.startsWith("column " + column + " ")))
        .forEach(remarks::add);
    List<ImportColumn> found = new ArrayList<>();
    inferred
        .types()
        .forEach(
            (column, type) -> {
              ColumnType other =
                  nestedInTable(column)
                      .orElseGet(() -> request.options().columns().getOrDefault(column, type));
              found.add(
                  new ImportColumn(
                      column,
                      other.type().isNestedType() ? other : type,
                      TextFiles.raw(other.type()),
                      false));
            });
    return found;
  }

  /** Nested values of NDJSON are read as the type of the table's column, where that is nested. */
  private Optional<ColumnType> nestedInTable(String column) {
    return table
        .filter(there -> files.get(0).format() == SourceFormat.NDJSON)
        .map(there -> there.schema().asStruct().field(column))
        .filter(field -> field.type().isNestedType())
        .map(field -> ColumnType.of(field.type()));
  }

  private List<ImportColumn> parquetColumns(DuckDbSession session) {
    progress.phase("reading footers", files.size());
    List<ImportColumn> found =
        parquet.columns(
            session,
            request.options().columns().keySet(),
            (file, columnsOfFile) -> {
              perFile.add(file, names(columnsOfFile));
              progress.accept(1);
            });
    rows = parquet.rows(session);
    return found;
  }

  private List<ImportColumn> placedColumns() {
    progress.phase("reading footers", files.size());
    InPlaceFiles read = new InPlaceFiles(files, () -> progress.accept(1));
    rows = read.rows();
    placed = read;
    if (table.filter(there -> !"false".equals(there.properties().get(GC_ENABLED))).isPresent()) {
      remarks.add(
          "dropping table %s, or expiring its snapshots, deletes files that stay in place; its property %s=false keeps them"
              .formatted(name, GC_ENABLED));
    }
    return ParquetFiles.merged(
        files,
        Set.of(),
        file -> {
          List<ImportColumn> columnsOfFile =
              read.columns(file).stream()
                  .map(
                      column ->
                          new ImportColumn(
                              column.name(), ColumnType.of(column.type()), column.type(), false))
                  .toList();
          perFile.add(file, names(columnsOfFile));
          return columnsOfFile;
        });
  }

  private static List<String> names(List<ImportColumn> columns) {
    return columns.stream().map(ImportColumn::name).toList();
  }

  /** The columns that {@code name=value} folders make come last. */
  private void addFolders(List<ImportColumn> found) {
    for (String folder : files.get(0).partitions().keySet()) {
      if (found.stream().anyMatch(column -> column.name().equalsIgnoreCase(folder))) {
        throw new DataException(
            ErrorCode.IMPORT_COLUMNS_DIFFER,
            "Column %s is in the files and in the names of their folders; import the folders one by one, from inside"
                .formatted(folder));
      }
      Set<@Nullable String> values = new LinkedHashSet<>();
      files.forEach(file -> values.add(file.partitions().get(folder)));
      found.add(
          new ImportColumn(
              folder,
              TextColumns.typeOf(values),
              org.apache.iceberg.types.Types.StringType.get(),
              false));
    }
  }

  /** SQL does not tell names apart that differ in case only. */
  private static void checkNames(List<ImportColumn> found) {
    Map<String, String> names = new LinkedHashMap<>();
    for (ImportColumn column : found) {
      String other = names.put(column.name().toLowerCase(Locale.ROOT), column.name());
      if (other != null) {
        throw new DataException(
            ErrorCode.IMPORT_COLUMNS_DIFFER,
            "Columns %s and %s of the files differ in case only; name them alike, or import the files apart"
                .formatted(other, column.name()));
      }
    }
  }

  /** Spark reads no table with a column that has the name of Iceberg's metadata. */
  private void checkReserved(List<ImportColumn> found) {
    for (ImportColumn column : found) {
      boolean there =
          table.filter(known -> known.schema().asStruct().field(column.name()) != null).isPresent();
      if (!there && MetadataColumns.isMetadataColumn(column.name())) {
        throw new DataException(
            ErrorCode.IMPORT_COLUMNS_DIFFER,
            "Iceberg reserves the name of column %s for metadata, so that Spark could not read the table; rename it in the files"
                .formatted(column.name()));
      }
    }
  }

  /** Checks what is said of keys, partitions and order. */
  private void layout() {
    Schema schema = newSchema();
    if (request.inPlace()) {
      InPlaceFiles.checkPartitions(
          table.map(Table::spec).orElseGet(() -> spec(schema)), files.get(0));
    }
    if (table.isPresent()) {
      Table there = table.get();
      String partition = TableLayout.text(there.spec());
      if (request.options().partition().isPresent()
          && !TableLayout.text(spec(schema)).equals(partition)) {
        throw new UsageException(
            ErrorCode.USAGE,
            "Table %s is there, and partitioned by %s; an import does not change that"
                .formatted(name, partition.isEmpty() ? "nothing" : partition));
      }
      return;
    }
    spec(schema);
    sortOrder(schema);
  }

  private static void checkKeyType(Schema schema, String column) {
    Type type = schema.asStruct().field(column).type();
    if (type.isNestedType()
        || type.typeId() == Type.TypeID.DOUBLE
        || type.typeId() == Type.TypeID.FLOAT) {
      throw new UsageException(
          ErrorCode.USAGE,
          "--id: column %s is %s, which cannot be a key; --column '%s:decimal(P,S)' says another type"
              .formatted(column, type, column));
    }
  }

  private Schema newSchema() {
    TableColumns resolved = columns();
    List<String> names = resolved.columns().stream().map(ImportColumn::name).toList();
    Schema plain = resolved.schema(List.of());
    for (String column : id()) {
      if (!names.contains(column)) {
        TableLayout.column(plain, column, "--id");
      }
      checkKeyType(plain, column);
    }
    return resolved.schema(id());
  }

  /** The spec of a table that is made. */
  PartitionSpec spec(Schema schema) {
    return request
        .options()
        .partition()
        .map(text -> TableLayout.partitions(schema, text))
        .orElseGet(() -> TableLayout.identities(schema, files.get(0).partitions().keySet()));
  }

  /** The order of a table that is made. */
  SortOrder sortOrder(Schema schema) {
    return request
        .options()
        .sort()
        .map(text -> TableLayout.sort(schema, text))
        .orElse(SortOrder.unsorted());
  }

  /** Of a table that is made, with its key. */
  Schema schema() {
    return columns().schema(id());
  }

  ImportRequest request() {
    return request;
  }

  TableName name() {
    return name;
  }

  Optional<Table> table() {
    return table;
  }

  /** The columns of the key: those that were named, else those of the table. */
  List<String> id() {
    return request.options().id().isEmpty()
        ? table
            .map(there -> there.schema().identifierFieldNames().stream().sorted().toList())
            .orElse(List.of())
        : request.options().id();
  }

  /** What is imported; empty where there is nothing to do. */
  List<HashedFile> taken() {
    return choice.taken();
  }

  List<SourceFile> files() {
    return files;
  }

  /** Numbers of JSON have a point whatever is said of the numbers in texts. */
  TextOptions conversionOptions() {
    TextOptions said = request.text();
    return files.get(0).format() == SourceFormat.NDJSON
        ? new TextOptions(
            said.delimiter(),
            said.quote(),
            said.header(),
            said.encoding(),
            said.nulls(),
            said.timestampFormat(),
            said.zone(),
            false)
        : said;
  }

  /** The files as text; their formats are looked at once. */
  TextFiles text() {
    TextFiles opened = text;
    if (opened == null) {
      opened = new TextFiles(files, request.text());
      text = opened;
    }
    return opened;
  }

  boolean isText() {
    return files.get(0).format() != SourceFormat.PARQUET;
  }

  /** The files, where they are of this format. */
  ParquetFiles parquet() {
    return parquet;
  }

  TableColumns columns() {
    return java.util.Objects.requireNonNull(columns, "there is no file");
  }

  /** The files that stay where they are. */
  Optional<InPlaceFiles> placed() {
    return Optional.ofNullable(placed);
  }

  ByteProgress progress() {
    return progress;
  }

  ImportPlan plan() {
    boolean nothing = files.isEmpty();
    return new ImportPlan(
        name.toString(),
        request.mode(),
        table.isEmpty(),
        nothing ? List.of() : columns().planned(),
        table
            .map(there -> TableLayout.text(there.spec()))
            .orElseGet(() -> nothing ? "" : TableLayout.text(spec(schema()))),
        table
            .map(there -> TableLayout.text(there.sortOrder()))
            .orElseGet(() -> nothing ? "" : TableLayout.text(sortOrder(schema()))),
        files.stream().map(SourceFile::path).map(Path::toString).toList(),
        bytes(files),
        rows,
        rowsAreExact,
        inferredFrom,
        choice.known().size(),
        choice.moved().stream().map(SourceFile::path).map(Path::toString).toList(),
        remarks);
  }
}
