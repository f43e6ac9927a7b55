package io.bergview.refresh.algebra;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.DeltaPlan.Match;

/** Which rows of a root table to read. */
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
   * @param name of a relation with columns {@code c<field id>}
   * @param stored whether it is a table, which may be read more than once
   */
  record OfRows(String name, boolean stored) implements RootRows {
    public OfRows {
      requireNonNull(name, "name is null");
    }
  }
}
