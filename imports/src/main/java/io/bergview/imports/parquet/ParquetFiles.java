package io.bergview.imports.parquet;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.text;
import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.convert.ImportColumn;
import io.bergview.imports.options.ColumnType;
import io.bergview.imports.source.SourceFile;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.scan.LocalFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Parquet files of one import, as DuckDB reads them. */
public final class ParquetFiles {
  /** No column of a file is likely to have this name; see {@link #fileColumn}. */
  private static final String FILE = "bergview_file";

  private static final String ROW = "file_row_number";

  private final DuckDbSession session;
  private final List<SourceFile> files;

  public ParquetFiles(DuckDbSession session, List<SourceFile> files) {
    this.session = session;
    this.files = List.copyOf(files);
  }

  /**
   * The columns that the files have together, by name; types that widen without loss are widened.
   *
   * @param seen is called after each file
   * @throws DataException {@code IMPORT_COLUMNS_DIFFER}: the types of a column do not agree; {@code
   *     IMPORT_FILE_UNREADABLE}
   */
  public List<ImportColumn> columns(Runnable seen) {
    return merged(
        files,
        file -> {
          List<ImportColumn> columns = columnsOf(file);
          seen.run();
          return columns;
        });
  }

  /**
   * As {@link #columns}.
   *
   * @param columnsOf the columns of one file
   */
  public static List<ImportColumn> merged(
      List<SourceFile> files, Function<SourceFile, List<ImportColumn>> columnsOf) {
    Map<String, ImportColumn> columns = new LinkedHashMap<>();
    Map<String, SourceFile> first = new LinkedHashMap<>();
    for (SourceFile file : files) {
      for (ImportColumn column : columnsOf.apply(file)) {
        ImportColumn known = columns.get(column.name());
        columns.put(
            column.name(),
            known == null
                ? column
                : merged(
                    known, requireNonNull(first.get(column.name()), "it was seen"), column, file));
        first.putIfAbsent(column.name(), file);
      }
    }
    return List.copyOf(columns.values());
  }

  private List<ImportColumn> columnsOf(SourceFile file) {
    try (ArrowReader reader =
        session.query("SELECT * FROM " + read(List.of(file), "", false) + " LIMIT 0")) {
      Set<String> instants = instants(file);
      List<ImportColumn> columns = new ArrayList<>();
      ArrowTypes types = new ArrowTypes(file.path());
      for (Field field : reader.getVectorSchemaRoot().getSchema().getFields()) {
        Type type = types.of(field);
        boolean instant =
            type.typeId() == Type.TypeID.TIMESTAMP && instants.contains(field.getName());
        Type to = instant ? Types.TimestampType.withZone() : type;
        columns.add(new ImportColumn(field.getName(), ColumnType.of(to), type, instant));
      }
      return columns;
    } catch (IOException e) {
      throw file.failure(e);
    } catch (BergviewException e) {
      throw e instanceof DataException ? e : unreadable(file, e);
    }
  }

  private static DataException unreadable(SourceFile file, RuntimeException e) {
    return new DataException(
        ErrorCode.IMPORT_FILE_UNREADABLE,
        "File %s cannot be read as Parquet: %s".formatted(file.path(), e.getMessage()),
        e);
  }

  /** Timestamps in 96 bits hold instants, as Spark, Hive and Impala write and read them. */
  private Set<String> instants(SourceFile file) {
    String sql =
        "SELECT name FROM parquet_schema(%s) WHERE type = 'INT96'"
            .formatted(LocalFiles.pattern(file.path()));
    Set<String> names = new HashSet<>();
    for (List<@Nullable Object> row :
        Rows.read(session.query(sql), List.of(Types.StringType.get()))) {
      names.add(String.valueOf(row.get(0)));
    }
    return names;
  }

  private static ImportColumn merged(
      ImportColumn known, SourceFile first, ImportColumn other, SourceFile file) {
    Type one = known.type().type();
    Type two = other.type().type();
    if (known.equals(other) || sameShape(one, two) && known.instant() == other.instant()) {
      return known;
    }
    if (two.isPrimitiveType() && TypeUtil.isPromotionAllowed(one, two.asPrimitiveType())) {
      return other;
    }
    if (one.isPrimitiveType() && TypeUtil.isPromotionAllowed(two, one.asPrimitiveType())) {
      return known;
    }
    throw new DataException(
        ErrorCode.IMPORT_COLUMNS_DIFFER,
        "Column %s is %s in %s and %s in %s; import the files apart, or say its type with --column %s:TYPE"
            .formatted(known.name(), one, first.path(), two, file.path(), known.name()));
  }

  private static boolean sameShape(Type one, Type two) {
    return one.toString()
        .replaceAll("\\b[0-9]+: ", "")
        .equals(two.toString().replaceAll("\\b[0-9]+: ", ""));
  }

  /** Rows in all files, by their footers. */
  public long rows() {
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
    boolean folders = !some.get(0).partitions().isEmpty();
    List<String> values = new ArrayList<>();
    List<String> names = List.copyOf(some.get(0).partitions().keySet());
    for (int i = 0; i < columns.size(); i++) {
      int folder = names.indexOf(columns.get(i).name());
      values.add((folder < 0 ? "r." + quote(columns.get(i).name()) : "p.p" + folder) + " AS v" + i);
    }
    boolean joined = folders || located;
    String file = fileColumn(columns);
    // DuckDB cannot number the rows of a file with such a column: their number stays 0.
    boolean numbered = located && columns.stream().noneMatch(c -> c.name().equalsIgnoreCase(ROW));
    return "(SELECT %s, %s, %s FROM %s AS r%s)"
        .formatted(
            joined ? "p.f" : "0 AS f",
            numbered ? "r." + ROW + " + 1 AS l" : "CAST(0 AS BIGINT) AS l",
            String.join(", ", values),
            read(some, joined ? file : "", numbered),
            joined ? " JOIN " + quote(table) + " AS p ON r." + file + " = p.file" : "");
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
  public String fileTable() {
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
