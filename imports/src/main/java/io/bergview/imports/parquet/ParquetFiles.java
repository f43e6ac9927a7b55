package io.bergview.imports.parquet;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static io.bergview.projection.sql.DuckDbTypes.text;
import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.convert.ImportColumn;
import io.bergview.imports.convert.TypeFit;
import io.bergview.imports.options.ColumnType;
import io.bergview.imports.source.SourceFile;
import io.bergview.pipeline.CancelledException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.cache.LocalFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Parquet files of one import, as DuckDB reads them. What {@link #columns} finds of them is
 * remembered for {@link #rows}.
 */
public final class ParquetFiles {
  /** No column of a file is likely to have this name; see {@link #fileColumn}. */
  private static final String FILE = "bergview_file";

  private static final String ROW = "file_row_number";

  private final List<SourceFile> files;
  private final Map<SourceFile, Map<String, ColumnReading>> readings = new HashMap<>();

  public ParquetFiles(List<SourceFile> files) {
    this.files = List.copyOf(files);
  }

  /**
   * The columns that the files have together, by name; types that widen without loss are widened.
   *
   * @param said columns whose type in the table is known: where their types in the files do not
   *     agree, they are read as texts
   * @param seen is told the columns of each file
   * @throws DataException {@code IMPORT_COLUMNS_DIFFER}: the types of a column do not agree; {@code
   *     IMPORT_FILE_UNREADABLE}
   */
  public List<ImportColumn> columns(
      DuckDbSession session, Set<String> said, BiConsumer<SourceFile, List<ImportColumn>> seen) {
    return merged(
        files,
        said,
        file -> {
          List<ImportColumn> columns = columnsOf(session, file);
          seen.accept(file, columns);
          return columns;
        });
  }

  /**
   * As {@link #columns}.
   *
   * @param columnsOf the columns of one file
   */
  public static List<ImportColumn> merged(
      List<SourceFile> files,
      Set<String> said,
      Function<SourceFile, List<ImportColumn>> columnsOf) {
    Map<String, ImportColumn> columns = new LinkedHashMap<>();
    Map<String, SourceFile> first = new LinkedHashMap<>();
    for (SourceFile file : files) {
      for (ImportColumn column : columnsOf.apply(file)) {
        ImportColumn known = columns.get(column.name());
        columns.put(
            column.name(),
            known == null
                ? column
                : merged(known, column)
                    .or(
                        () ->
                            said.contains(column.name())
                                ? Optional.of(asText(column))
                                : Optional.empty())
                    .orElseThrow(
                        () ->
                            differing(
                                known,
                                requireNonNull(first.get(column.name()), "it was seen"),
                                column,
                                file)));
        first.putIfAbsent(column.name(), file);
      }
    }
    return columns.values().stream()
        .map(column -> isUntyped(column) ? asText(column) : column)
        .toList();
  }

  private static boolean isUntyped(ImportColumn column) {
    return column.source().typeId() == Type.TypeID.UNKNOWN;
  }

  private List<ImportColumn> columnsOf(DuckDbSession session, SourceFile file) {
    MessageType schema = ParquetFooter.read(file).getFileMetaData().getSchema();
    Map<String, ColumnReading> read = readings(session, file, schema);
    readings.put(file, read);
    List<ImportColumn> columns = new ArrayList<>();
    read.forEach(
        (name, reading) ->
            columns.add(
                new ImportColumn(
                    name,
                    ColumnType.of(TypeFit.inNewTable(reading.type())),
                    reading.type(),
                    reading.nanoseconds())));
    return columns;
  }

  private Map<String, ColumnReading> readings(
      DuckDbSession session, SourceFile file, MessageType schema) {
    try (ArrowReader reader =
        session.query("SELECT * FROM " + read(List.of(file), "", false) + " LIMIT 0")) {
      return ColumnReadings.of(
          file.path(), reader.getVectorSchemaRoot().getSchema().getFields(), schema);
    } catch (IOException e) {
      throw file.failure(e);
    } catch (BergviewException e) {
      throw e instanceof DataException ? e : ParquetFooter.unreadable(file, e);
    }
  }

  private static Optional<ImportColumn> merged(ImportColumn known, ImportColumn other) {
    if (isUntyped(known) || isUntyped(other)) {
      return Optional.of(isUntyped(known) ? other : known);
    }
    Type one = known.type().type();
    Type two = other.type().type();
    if (TypeFit.isSame(one, two)) {
      return Optional.of(together(known, other));
    }
    if (!one.isPrimitiveType() || !two.isPrimitiveType()) {
      return Optional.empty();
    }
    if (TypeUtil.isPromotionAllowed(one, two.asPrimitiveType())) {
      return Optional.of(together(other, known));
    }
    return TypeUtil.isPromotionAllowed(two, one.asPrimitiveType())
        ? Optional.of(together(known, other))
        : Optional.empty();
  }

  private static ImportColumn asText(ImportColumn column) {
    Type type = Types.StringType.get();
    return new ImportColumn(column.name(), ColumnType.of(type), type, false);
  }

  private static DataException differing(
      ImportColumn known, SourceFile first, ImportColumn other, SourceFile file) {
    return new DataException(
        ErrorCode.IMPORT_COLUMNS_DIFFER,
        "Column %s is %s in %s and %s in %s; import the files apart, or say its type with --column %s:TYPE"
            .formatted(
                known.name(),
                known.type().type(),
                first.path(),
                other.type().type(),
                file.path(),
                known.name()));
  }

  private static ImportColumn together(ImportColumn wider, ImportColumn other) {
    Type type = wider.type().type();
    return new ImportColumn(
        wider.name(),
        wider.type(),
        TypeFit.isSame(wider.source(), other.source()) ? wider.source() : type,
        wider.nanoseconds() || other.nanoseconds());
  }

  /** Rows in all files, by their footers. */
  public long rows(DuckDbSession session) {
    String sql =
        "SELECT CAST(sum(num_rows) AS BIGINT) FROM parquet_file_metadata([%s])"
            .formatted(
                files.stream()
                    .map(file -> LocalFiles.pattern(file.path()))
                    .collect(Collectors.joining(", ")));
    Object rows = Rows.read(session.query(sql), List.of(Types.LongType.get())).get(0).get(0);
    return rows == null ? 0 : (Long) rows;
  }

  /**
   * Raw rows of some of the files: {@code f}, {@code l} and {@code v0}, {@code v1}, ...
   *
   * @param columns those of the files first, then those of folders, whose texts lie in the table of
   *     files
   * @param table a table of the session, as {@link #fileTable} makes it
   * @param located whether {@code f} and {@code l} are needed
   */
  public String rows(
      List<SourceFile> some, List<ImportColumn> columns, String table, boolean located) {
    Map<List<String>, List<SourceFile>> alike = new LinkedHashMap<>();
    for (SourceFile file : some) {
      alike.computeIfAbsent(values(file, columns), values -> new ArrayList<>()).add(file);
    }
    List<String> parts = new ArrayList<>();
    alike.forEach((values, files) -> parts.add(rows(files, values, columns, table, located)));
    return "(" + String.join(" UNION ALL ", parts) + ")";
  }

  private static String rows(
      List<SourceFile> some,
      List<String> values,
      List<ImportColumn> columns,
      String table,
      boolean located) {
    boolean joined = located || !some.get(0).partitions().isEmpty();
    String file = fileColumn(columns);
    // DuckDB cannot number the rows of a file with such a column: their number stays 0.
    boolean numbered = located && columns.stream().noneMatch(c -> c.name().equalsIgnoreCase(ROW));
    return "SELECT %s, %s, %s FROM %s AS r%s"
        .formatted(
            joined ? "p.f" : "0 AS f",
            numbered ? "r." + ROW + " + 1 AS l" : "CAST(0 AS BIGINT) AS l",
            IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i) + " AS v" + i)
                .collect(Collectors.joining(", ")),
            read(some, joined ? file : "", numbered),
            joined ? " JOIN " + quote(table) + " AS p ON r." + file + " = p.file" : "");
  }

  /** SQL of each column of a row of a file, of the type that the files have together. */
  private List<String> values(SourceFile file, List<ImportColumn> columns) {
    Map<String, ColumnReading> read = readings.get(file);
    List<String> folders = List.copyOf(file.partitions().keySet());
    List<String> values = new ArrayList<>();
    for (ImportColumn column : columns) {
      int folder = folders.indexOf(column.name());
      if (folder >= 0) {
        values.add("p.p" + folder);
      } else if (read == null) {
        values.add("r." + quote(column.name()));
      } else {
        values.add(value(read.get(column.name()), column.source()));
      }
    }
    return values;
  }

  private static String value(@Nullable ColumnReading reading, Type type) {
    if (reading == null) {
      return "CAST(NULL AS %s)".formatted(sqlType(type));
    }
    return TypeFit.isSame(reading.type(), type)
        ? reading.sql()
        : "CAST(%s AS %s)".formatted(reading.sql(), sqlType(type));
  }

  /**
   * Reads every value again, file by file, to tell a damaged file from other failures.
   *
   * @throws DataException {@code IMPORT_FILE_UNREADABLE}: a file is damaged
   */
  public void checkWhole(DuckDbSession session, List<ImportColumn> columns, String table) {
    String values =
        IntStream.range(0, columns.size()).mapToObj(i -> "v" + i).collect(Collectors.joining(", "));
    for (SourceFile file : files) {
      try {
        session.execute(
            "SELECT bit_xor(hash(%s)) FROM %s"
                .formatted(values, rows(List.of(file), columns, table, false)));
      } catch (CancelledException e) {
        throw e;
      } catch (BergviewException e) {
        throw ParquetFooter.unreadable(file, e);
      }
    }
  }

  /** A name that no column has, for the path of a row's file. */
  private static String fileColumn(List<ImportColumn> columns) {
    String name = FILE;
    Set<String> names = new HashSet<>();
    columns.forEach(column -> names.add(column.name().toLowerCase(Locale.ROOT)));
    while (names.contains(name)) {
      name += "_";
    }
    return name;
  }

  /** Makes a table of the session with {@code f}, {@code file}, {@code p0}, {@code p1}, ... */
  public String fileTable(DuckDbSession session) {
    String table = session.freshName("files");
    List<String> rows = new ArrayList<>();
    int folders = files.get(0).partitions().size();
    for (int f = 0; f < files.size(); f++) {
      List<String> values = new ArrayList<>();
      values.add(Integer.toString(f));
      values.add(text(files.get(f).path().toString()));
      files
          .get(f)
          .partitions()
          .values()
          .forEach(value -> values.add(value == null ? "CAST(NULL AS VARCHAR)" : text(value)));
      rows.add("(" + String.join(", ", values) + ")");
    }
    StringBuilder names = new StringBuilder("f, file");
    for (int i = 0; i < folders; i++) {
      names.append(", p").append(i);
    }
    session.execute(
        "CREATE TABLE %s AS SELECT * FROM (VALUES %s) AS given(%s)"
            .formatted(quote(table), String.join(", ", rows), names));
    return table;
  }

  /**
   * @param file a column for the path of a row's file; empty for none
   * @param numbered whether rows are numbered within their file
   */
  private static String read(List<SourceFile> some, String file, boolean numbered) {
    return "read_parquet([%s], hive_partitioning = false%s%s%s)"
        .formatted(
            some.stream()
                .map(one -> LocalFiles.pattern(one.path()))
                .collect(Collectors.joining(", ")),
            some.size() > 1 ? ", union_by_name = true" : "",
            file.isEmpty() ? "" : ", filename = " + text(file),
            numbered ? ", file_row_number = true" : "");
  }
}
