package io.bergview.discover;

/**
 * What was counted of a column.
 *
 * @param rows that were looked at
 * @param nulls among them
 * @param distinct values among them, perhaps approximately
 */
record ColumnCounts(long rows, long nulls, long distinct) {
  boolean mayBeKey() {
    return nulls == 0 && distinct == rows;
  }
}
