package io.bergview.pipeline.delta;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.Rows;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a table lost and gained, as two tables of a kernel.
 *
 * <p>Each has for every field of {@code columns} a column {@code c<id>} of exactly {@code
 * DuckDbTypes.sqlType} of its type, and one column more where there are no fields. No row is in
 * both, bit for bit; one that was lost several times is in it as often. Close it to drop the
 * tables.
 *
 * @param removed name of the table of rows lost
 * @param added name of the table of rows gained
 * @param filesRead data files that were opened; one that was read for both sides counts twice
 * @param bytesRead their length: columns and row groups without use were skipped
 */
public record RowDelta(
    Kernel kernel,
    Schema columns,
    String removed,
    String added,
    long removedRows,
    long addedRows,
    int filesRead,
    long bytesRead)
    implements AutoCloseable {
  public RowDelta {
    requireNonNull(kernel, "kernel is null");
    requireNonNull(columns, "columns is null");
    requireNonNull(removed, "removed is null");
    requireNonNull(added, "added is null");
  }

  public boolean isEmpty() {
    return removedRows == 0 && addedRows == 0;
  }

  /**
   * The changes by key.
   *
   * @param keyColumns field ids of columns that tell rows apart, all among the delta's; nulls are
   *     equal
   */
  public ChangeCounts classify(List<Integer> keyColumns) {
    for (int id : keyColumns) {
      if (columns.findField(id) == null) {
        throw new IllegalArgumentException("the delta has no column " + id);
      }
    }
    String keys = keyColumns.stream().map(id -> column(id)).collect(Collectors.joining(", "));
    String sql =
        """
        SELECT count(*) FILTER (NOT lost), count(*) FILTER (lost AND gained), count(*) FILTER (NOT gained)
        FROM (
          SELECT bool_or(NOT is_added) AS lost, bool_or(is_added) AS gained
          FROM (SELECT %1$s, false AS is_added FROM %2$s UNION ALL SELECT %1$s, true FROM %3$s)
          GROUP BY %1$s)
        """
            .formatted(keys, quote(removed), quote(added));
    Types.LongType count = Types.LongType.get();
    List<@Nullable Object> row = Rows.read(kernel.query(sql), List.of(count, count, count)).get(0);
    return new ChangeCounts(count(row, 0), count(row, 1), count(row, 2));
  }

  private static long count(List<@Nullable Object> row, int index) {
    return (Long) Objects.requireNonNull(row.get(index), "a count is null");
  }

  @Override
  public void close() {
    kernel.drop(removed);
    kernel.drop(added);
  }
}
