package io.bergview.refresh.algebra;

import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.delta.TableDelta;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.sql.Relations;
import java.util.Optional;

/** Which rows of a view's root table to read. */
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
   * These very rows, of a table of the session or of a query that is read once.
   *
   * @param name of a relation with columns {@code c<field id>}
   * @param query SQL of the relation, in parentheses; empty where it is a table
   */
  record OfRows(String name, Optional<String> query) implements RootRows {
    public OfRows {
      requireNonNull(name, "name is null");
      requireNonNull(query, "query is null");
    }

    /** The rows of a table. */
    public static OfRows table(String name) {
      return new OfRows(name, Optional.empty());
    }

    /** The rows of a query. */
    public static OfRows query(String sql) {
      return new OfRows("root rows", Optional.of(sql));
    }

    /** One side of a delta. */
    public static OfRows of(TableDelta.Once side) {
      return side instanceof TableDelta.Once.Table table
          ? table(table.name())
          : query(((TableDelta.Once.Query) side).sql());
    }

    boolean isStored() {
      return query.isEmpty();
    }

    @Override
    public Relations among(Relations others) {
      return query.map(sql -> others.with(name, sql)).orElse(others);
    }
  }

  /** What plans of these rows are rendered with: other relations, and these. */
  default Relations among(Relations others) {
    return others;
  }
}
