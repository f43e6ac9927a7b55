package io.bergview.refresh.change;

import org.apache.iceberg.Schema;

/**
 * From how many columns on rows are first compared by a hash, and deltas are read for their keys
 * alone. Naming a column in a statement takes DuckDB about a tenth of a millisecond in each step,
 * whatever the number of rows; so with hundreds of columns the number of steps determines the time
 * of a small refresh.
 *
 * <p>The system property {@code bergview.wideColumns} sets another number, for tests.
 */
public final class WideRows {
  private static final int COLUMNS = 250;

  private WideRows() {}

  public static boolean isWide(Schema schema) {
    return isWide(schema.columns().size());
  }

  public static boolean isWide(int columns) {
    return columns >= Integer.getInteger("bergview.wideColumns", COLUMNS);
  }
}
