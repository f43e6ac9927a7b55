package io.bergview.refresh.incremental;

import static java.util.Objects.requireNonNull;

import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.change.NewRows;
import io.bergview.refresh.change.StoredRows;

/** The change of a view's table that follows from a change of its sources. */
sealed interface Difference {
  /** Not a row is another. */
  record None() implements Difference {}

  /**
   * Rows are inserted, none deleted.
   *
   * @param query of the view's columns by position
   */
  record Append(String query) implements Difference {
    public Append {
      requireNonNull(query, "query is null");
    }
  }

  /**
   * Rows are replaced.
   *
   * @param stored those that go, if they are not among the new ones
   * @param groupsAgain of how many all sources had to be read again
   */
  record Merge(StoredRows stored, NewRows newRows, long groupsAgain) implements Difference {
    Merge(StoredRows stored, NewRows newRows) {
      this(stored, newRows, 0);
    }

    public Merge {
      requireNonNull(stored, "stored is null");
      requireNonNull(newRows, "newRows is null");
    }
  }

  /** It cannot be followed, or not cheaply: everything is to be recomputed. */
  record NotIncremental(RefreshPlan.Full instead) implements Difference {
    public NotIncremental {
      requireNonNull(instead, "instead is null");
    }
  }
}
