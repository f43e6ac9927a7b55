package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.LayoutSettings.SortKey;
import java.util.List;

/**
 * {@code $top: {rows: 3, orderBy: [{total: desc}], by: customer_id}}: the first rows of an order,
 * of the whole view or of each group of equal values.
 *
 * @param rows how many, at least one
 * @param orderBy at least one key; nulls are first in ascending, last in descending order
 * @param by empty for the first rows of all
 * @param at where in the document it stands
 */
public record TopRows(long rows, List<SortKey> orderBy, List<ColumnPath> by, Ties ties, String at) {
  /** What becomes of rows that come equal in the order. */
  public enum Ties {
    /** Exactly so many rows: the order goes on by the key. */
    DROP("row_number"),
    /** All rows before which there are fewer than so many: SQL's rank. */
    RANK("rank"),
    /** All rows of the first so many values: SQL's dense_rank. */
    DENSE("dense_rank");

    private final String function;

    Ties(String function) {
      this.function = function;
    }

    /** The window function of SQL that numbers rows so. */
    public String function() {
      return function;
    }
  }

  public TopRows {
    orderBy = List.copyOf(orderBy);
    by = List.copyOf(by);
    requireNonNull(ties, "ties is null");
    requireNonNull(at, "at is null");
    if (rows < 1 || orderBy.isEmpty()) {
      throw new IllegalArgumentException("no first rows: %d by %s".formatted(rows, orderBy));
    }
  }

  /** Whether it is the whole view that is ordered and cut. */
  public boolean isOfAll() {
    return by.isEmpty() && ties == Ties.DROP;
  }
}
