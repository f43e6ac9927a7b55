package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Whether a new row may equal a stored one. If no hashes match, none does; otherwise rows must be
 * compared. The hash decides which rows are compared, never which are equal.
 *
 * @param newRows the number of new rows
 * @param meeting how many of them have the hash of a stored row
 */
record RowHashes(long newRows, long meeting) {
  static RowHashes of(DuckDbSession session, Schema schema, StoredRows stored, String newRows) {
    String sql =
        stored.isEmpty()
            ? "SELECT count(*) AS rows, CAST(0 AS BIGINT) AS meeting FROM " + quote(newRows)
            : "SELECT count(*) AS rows, count(*) FILTER (WHERE hash IN (%s)) AS meeting FROM (SELECT %s AS hash FROM %s AS n)"
                .formatted(
                    stored.hashes(),
                    SameRow.hash(schema, "n"),
                    ViewRows.typedTable(session, schema, newRows));
    List<@Nullable Object> counts =
        Rows.read(session.query(sql), List.of(Types.LongType.get(), Types.LongType.get())).get(0);
    return new RowHashes(count(counts.get(0)), count(counts.get(1)));
  }

  private static long count(@Nullable Object count) {
    return (Long) Objects.requireNonNull(count, "a count is null");
  }

  boolean meet() {
    return meeting > 0;
  }
}
