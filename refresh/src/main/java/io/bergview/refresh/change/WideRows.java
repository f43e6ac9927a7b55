package io.bergview.refresh.change;

import org.apache.iceberg.Schema;

/**
 * From how many columns on rows are first compared by a hash, and deltas are read for their keys
 * alone. Naming a column in a statement takes DuckDB about a tenth of a millisecond in each step
 * that it goes through, whatever the number of rows; so of hundreds of columns the steps decide how
 * long a small refresh takes.
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
