package io.bergview.refresh.full;

import static io.bergview.projection.sql.DuckDbTypes.column;

import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.sql.DuckDbDialect;
import io.bergview.projection.sql.SqlDialect;
import java.time.Instant;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/** The batches of a view that appends, as SQL. */
public final class BatchRows {
  private BatchRows() {}

  /** The rows of a query as those of a batch: its instant first, then their columns. */
  public static String of(SqlDialect dialect, Instant batch, String query) {
    return "SELECT %s, q.* FROM (%s) AS q".formatted(literal(dialect, batch), query);
  }

  /**
   * The rows of a batch among those of a view's table.
   *
   * @param rows what stands in FROM for the table, columns {@code c<field id>}
   */
  public static String in(Table table, String rows, Instant batch) {
    return "(SELECT * FROM %s AS b WHERE b.%s = %s)"
        .formatted(
            rows,
            column(table.schema().findField(ResolvedView.REFRESHED_AT).fieldId()),
            literal(DuckDbDialect.DUCKDB, batch));
  }

  /** Whether a view's table has batches to add to. */
  static boolean areIn(Table table) {
    Types.NestedField at = table.schema().findField(ResolvedView.REFRESHED_AT);
    return at != null && at.type().equals(Types.TimestampType.withZone());
  }

  private static String literal(SqlDialect dialect, Instant batch) {
    return "CAST(%s AS %s)"
        .formatted(dialect.text(batch.toString()), dialect.type(Types.TimestampType.withZone()));
  }
}
