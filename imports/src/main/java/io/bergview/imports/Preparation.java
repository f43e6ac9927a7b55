package io.bergview.imports;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.NamespaceProtection;
import io.bergview.catalog.view.ViewProperties;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.imports.convert.ImportColumn;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableLayout;
import io.bergview.imports.parquet.InPlaceFiles;
import io.bergview.imports.source.SourceFile;
import io.bergview.imports.source.SourceFiles;
import io.bergview.imports.taken.FileChoice;
import io.bergview.imports.taken.FileChoice.HashedFile;
import io.bergview.imports.taken.TakenFiles;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.TableName;
import io.bergview.refresh.RefreshProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
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
  private final ImportedFiles files;
  private final List<String> remarks = new ArrayList<>();
  private final ByteProgress progress;
  private @Nullable TableColumns columns;

  private Preparation(ProjectContext context, ImportRequest request, RefreshProgress listener) {
    this.request = request;
    this.name = name(context, request.table());
    this.table = context.catalogs().find(name);
    checkMode();
    if (table.isPresent() && request.mode() == ImportMode.REPLACE) {
      Catalogs catalogs = context.catalogs();
      NamespaceProtection.check(
          catalogs,
          catalogs.nameFor(name),
          catalogs.identifier(name).namespace(),
          "replace the rows of table " + name);
    }
    this.progress = new ByteProgress(listener, name.toString());
    this.sources = SourceFiles.find(request.directory(), request.sources(), request.format());
    this.choice = choose();
    this.files =
        new ImportedFiles(
            request, table, choice.taken().stream().map(HashedFile::file).toList(), progress);
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
    if (!preparation.choice.taken().isEmpty()) {
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
    progress.phase("checking files", ImportedFiles.bytes(sources.files()));
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

  private void resolve(Supplier<DuckDbSession> session) {
    List<ImportColumn> found = files.columns(session);
    columns =
        table
            .map(there -> TableColumns.of(there.schema(), found, request.options(), request.mode()))
            .orElseGet(() -> TableColumns.ofNewTable(found, request.options()));
    TableColumns resolved = columns;
    table.filter(there -> !resolved.changes().isEmpty()).ifPresent(resolved::checkEvolution);
    columns
        .absent()
        .forEach(absent -> remarks.add("column %s is in no file, so it is null".formatted(absent)));
    remarks.addAll(files.remarks());
    if (sources.passedOver() > 0) {
      remarks.add("%,d files of other kinds were passed over".formatted(sources.passedOver()));
    }
    layout();
  }

  /** Checks what is said of keys, partitions and order. */
  private void layout() {
    Schema schema = newSchema();
    if (request.inPlace()) {
      InPlaceFiles.checkPartitions(
          table.map(Table::spec).orElseGet(() -> spec(schema)), files.first());
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
        .orElseGet(() -> TableLayout.identities(schema, files.first().partitions().keySet()));
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

  ImportedFiles files() {
    return files;
  }

  TableColumns columns() {
    return java.util.Objects.requireNonNull(columns, "there is no file");
  }

  ByteProgress progress() {
    return progress;
  }

  ImportPlan plan() {
    boolean nothing = choice.taken().isEmpty();
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
        files.list().stream().map(SourceFile::path).map(Path::toString).toList(),
        ImportedFiles.bytes(files.list()),
        files.rows(),
        files.rowsAreExact(),
        files.inferredFrom(),
        choice.known().size(),
        choice.moved().stream().map(SourceFile::path).map(Path::toString).toList(),
        remarks);
  }
}
