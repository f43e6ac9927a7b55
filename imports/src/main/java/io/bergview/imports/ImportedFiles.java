package io.bergview.imports;

import static org.apache.iceberg.TableProperties.GC_ENABLED;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.imports.convert.ImportColumn;
import io.bergview.imports.options.ColumnType;
import io.bergview.imports.options.TextOptions;
import io.bergview.imports.parquet.InPlaceFiles;
import io.bergview.imports.parquet.ParquetFiles;
import io.bergview.imports.source.SourceFile;
import io.bergview.imports.source.SourceFormat;
import io.bergview.imports.text.TextColumns;
import io.bergview.imports.text.TextFiles;
import io.bergview.pipeline.DuckDbSession;
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
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** The files that an import takes, and the columns that they have together. */
final class ImportedFiles {
  private final ImportRequest request;
  private final Optional<Table> table;
  private final List<SourceFile> files;
  private final ParquetFiles parquet;
  private final ByteProgress progress;
  private final FileColumns perFile = new FileColumns();
  private final List<String> remarks = new ArrayList<>();
  private @Nullable InPlaceFiles placed;
  private @Nullable TextFiles text;
  private long rows;
  private boolean rowsAreExact = true;
  private String inferredFrom = "";

  ImportedFiles(
      ImportRequest request, Optional<Table> table, List<SourceFile> files, ByteProgress progress) {
    this.request = request;
    this.table = table;
    this.files = List.copyOf(files);
    this.parquet = new ParquetFiles(files);
    this.progress = progress;
  }

  List<SourceFile> list() {
    return files;
  }

  /** All files are of the format of the first, and lie in folders that make the same columns. */
  SourceFile first() {
    return files.get(0);
  }

  static long bytes(List<SourceFile> files) {
    return files.stream().mapToLong(SourceFile::sizeBytes).sum();
  }

  /**
   * Looks at every file.
   *
   * @param session for Parquet files that are copied; asked for only where there are some
   * @throws DataException {@code IMPORT_COLUMNS_DIFFER}, {@code IMPORT_FILE_UNREADABLE}
   */
  List<ImportColumn> columns(Supplier<DuckDbSession> session) {
    if (request.inPlace() && isText()) {
      throw new UsageException(
          ErrorCode.USAGE,
          "--in-place takes Parquet files only, and %s is %s"
              .formatted(first().path(), first().format()));
    }
    List<ImportColumn> found = new ArrayList<>(found(session));
    if (found.isEmpty()) {
      throw new DataException(
          ErrorCode.IMPORT_FILE_UNREADABLE, "There is no column in %s".formatted(first().path()));
    }
    addFolders(found);
    checkNames(found);
    if (table.isEmpty() && !request.options().evolve()) {
      perFile.checkAlike();
    }
    checkReserved(found);
    return found;
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
        .filter(there -> first().format() == SourceFormat.NDJSON)
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
              .formatted(request.table(), GC_ENABLED));
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
    for (String folder : first().partitions().keySet()) {
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

  /** Numbers of JSON have a point whatever is said of the numbers in texts. */
  TextOptions conversionOptions() {
    TextOptions said = request.text();
    return first().format() == SourceFormat.NDJSON
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
    return first().format() != SourceFormat.PARQUET;
  }

  /** The files, where they are of this format. */
  ParquetFiles parquet() {
    return parquet;
  }

  /** The files that stay where they are. */
  Optional<InPlaceFiles> placed() {
    return Optional.ofNullable(placed);
  }

  /** How many rows the files have, or may have; see {@link #rowsAreExact}. */
  long rows() {
    return rows;
  }

  boolean rowsAreExact() {
    return rowsAreExact;
  }

  /** What types of texts are inferred from, for people; empty of other files. */
  String inferredFrom() {
    return inferredFrom;
  }

  /** What the person who imports them should know. */
  List<String> remarks() {
    return remarks;
  }
}
