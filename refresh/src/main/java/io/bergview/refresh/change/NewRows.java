package io.bergview.refresh.change;

import static java.util.Objects.requireNonNull;

/** The new rows of a view that replace stored ones. */
public sealed interface NewRows {
  /**
   * Some of them may be as they were; those stay.
   *
   * @param table of the session, its columns by position those of the view
   * @param copies of the stored rows and of these
   */
  record Compared(String table, DuplicateCounts copies) implements NewRows {
    public Compared {
      requireNonNull(table, "table is null");
      requireNonNull(copies, "copies is null");
    }
  }

  /** There are none. */
  record None() implements NewRows {}

  /**
   * It is known that none of them is like any stored one.
   *
   * @param query of the view's columns by position; it is run once
   * @param rows how many it has
   */
  record Different(String query, long rows) implements NewRows {
    public Different {
      requireNonNull(query, "query is null");
    }
  }
}
