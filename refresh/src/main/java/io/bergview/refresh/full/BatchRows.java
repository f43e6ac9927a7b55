package io.bergview.refresh.full;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.text;

import io.bergview.projection.plan.ResolvedView;
import java.time.Instant;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/** The batches of a view that appends, as SQL. */
public final class BatchRows {
  private BatchRows() {}

  /** The rows of a query as those of a batch: its instant first, then their columns. */
  public static String of(Instant batch, String query) {
    return "SELECT %s, q.* FROM (%s) AS q".formatted(literal(batch), query);
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
            literal(batch));
  }

  /** Whether a view's table has batches to add to. */
  static boolean areIn(Table table) {
    Types.NestedField at = table.schema().findField(ResolvedView.REFRESHED_AT);
    return at != null && at.type().equals(Types.TimestampType.withZone());
  }

  private static String literal(Instant batch) {
    return "CAST(" + text(batch.toString()) + " AS TIMESTAMPTZ)";
  }
}
