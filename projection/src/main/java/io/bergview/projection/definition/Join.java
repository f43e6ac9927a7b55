package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

/**
 * An entry of {@code $join}: the rows of another type, view or table for which a condition holds,
 * beside each row.
 *
 * @param name the beginning of paths to its columns
 * @param from an entity type, a view, or a table by its own name
 * @param on over paths of {@code $from}, of earlier joins, and of this one
 * @param at where in the document it stands
 */
public record Join(String name, String from, Predicate on, Kind kind, String at) {
  /** What becomes of rows with matches and without. */
  public enum Kind {
    /** A row for each match. */
    INNER,
    /** The same; a row without a match is kept once, with nulls. */
    LEFT,
    /** The rows that have a match, each once. */
    SEMI,
    /** The rows that have none. */
    ANTI;

    /** Whether rows have the columns of their match. */
    public boolean showsMatch() {
      return this == INNER || this == LEFT;
    }
  }

  public Join {
    requireNonNull(name, "name is null");
    requireNonNull(from, "from is null");
    requireNonNull(on, "on is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(at, "at is null");
  }
}
