package io.bergview.refresh.algebra;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.DeltaPlan.Match;

/** Which rows of a view's root table to look at. */
public sealed interface RootRows {
  /**
   * The rows of these keys.
   *
   * @param table columns {@code k0}, {@code k1}... in the order of the root's key
   * @param match {@code EQUAL} only where no part of any key is null: by it DuckDB leaves out what
   *     the statistics of a file rule out
   */
  record OfKeys(String table, Match match) implements RootRows {
    public OfKeys {
      requireNonNull(table, "table is null");
      requireNonNull(match, "match is null");
    }
  }

  /**
   * These very rows.
   *
   * @param relation what stands in FROM for them; columns {@code c<field id>}
   */
  record OfRows(String relation) implements RootRows {
    public OfRows {
      requireNonNull(relation, "relation is null");
    }
  }
}
