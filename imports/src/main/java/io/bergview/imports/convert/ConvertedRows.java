package io.bergview.imports.convert;

import io.bergview.imports.options.TextOptions;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Rows of files under the types of the table.
 *
 * <p>A relation of raw rows has the columns {@code f}, the number of the file, {@code l}, the line,
 * and {@code v0}, {@code v1}, ... A relation of converted ones has {@code t0}, {@code t1}, ..., and
 * beside them {@code bad}, the number of the first check that failed, from 1, or null, with {@code
 * bad_text}.
 */
public final class ConvertedRows {
  /** From here on columns are converted together. */
  private static final int MANY_COLUMNS = 250;

  private final List<ImportColumn> columns;
  private final List<Conversion> conversions;
  private final List<Integer> checked;
  private final ConversionSql sql;

  /**
   * @param columns the columns of the raw rows
   * @param required for each of them whether the table forbids null
   */
  public ConvertedRows(List<ImportColumn> columns, List<Boolean> required, TextOptions options) {
    this.columns = List.copyOf(columns);
    this.conversions = columns.stream().map(column -> new Conversion(column, options)).toList();
    this.checked =
        IntStream.range(0, columns.size())
            .filter(i -> required.get(i) || conversions.get(i).mayFail())
            .boxed()
            .toList();
    this.sql =
        columns.size() < MANY_COLUMNS
            ? new SeparateColumns(conversions, List.copyOf(required), checked)
            : new ColumnsInLists(columns, conversions, List.copyOf(required), checked);
  }

  /** Whether some rows may not be convertible. */
  public boolean mayFail() {
    return !checked.isEmpty();
  }

  /** The converted rows of raw ones, {@code bad} and {@code bad_text} included. */
  public String checked(String raw) {
    return sql.checked(raw);
  }

  /** The columns {@code t0}, {@code t1}, ... of raw rows, none of which can fail. */
  public String unchecked(String raw) {
    return sql.unchecked(raw);
  }

  /**
   * Notes the bad rows.
   *
   * @param converted a table of the session, or a relation, as {@link #checked} makes
   * @param file by number
   */
  public void reject(
      DuckDbSession session, String converted, Function<Integer, Path> file, Rejects rejects) {
    String sql =
        "SELECT CAST(f AS INTEGER), CAST(l AS BIGINT), bad, bad_text FROM %s WHERE bad IS NOT NULL ORDER BY 1, 2"
            .formatted(converted);
    List<List<@Nullable Object>> rows =
        Rows.read(
            session.query(sql),
            List.of(
                Types.IntegerType.get(),
                Types.LongType.get(),
                Types.IntegerType.get(),
                Types.StringType.get()));
    for (List<@Nullable Object> row : rows) {
      int column = checked.get((Integer) row.get(2) - 1);
      Object text = row.get(3);
      rejects.add(
          new BadRow(
              file.apply((Integer) row.get(0)),
              (Long) row.get(1),
              columns.get(column).name(),
              text == null ? "" : text.toString(),
              text == null
                  ? "is null, which the table forbids"
                  : conversions.get(column).reason()));
    }
  }
}
