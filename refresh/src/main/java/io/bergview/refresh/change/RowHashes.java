package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.engine.EngineSession;
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
  static RowHashes of(EngineSession session, Schema schema, StoredRows stored, String newRows) {
    String sql =
        stored.isEmpty()
            ? "SELECT count(*) AS rows, CAST(0 AS BIGINT) AS meeting FROM " + quote(newRows)
            : "SELECT count(*) AS rows, count(h.hash) AS meeting FROM (SELECT %s AS hash FROM %s AS n) AS r LEFT JOIN (SELECT DISTINCT hash FROM (%s) AS s) AS h ON r.hash = h.hash"
                .formatted(
                    SameRow.hash(session.dialect(), schema, "n"),
                    ViewRows.typedTable(session, schema, newRows),
                    stored.hashes());
    List<@Nullable Object> counts =
        session.rows(sql, List.of(Types.LongType.get(), Types.LongType.get())).get(0);
    return new RowHashes(count(counts.get(0)), count(counts.get(1)));
  }

  private static long count(@Nullable Object count) {
    return (Long) Objects.requireNonNull(count, "a count is null");
  }

  boolean meet() {
    return meeting > 0;
  }
}
