package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import org.apache.iceberg.types.Types.NestedField;

/**
 * What was counted of a column.
 *
 * @param rows that were looked at
 * @param nulls among them
 * @param distinct values among them, perhaps approximately
 */
record ColumnCounts(NestedField field, long rows, long nulls, long distinct) {
  ColumnCounts {
    requireNonNull(field, "field is null");
  }

  boolean mayBeKey() {
    return nulls == 0 && distinct == rows;
  }
}
