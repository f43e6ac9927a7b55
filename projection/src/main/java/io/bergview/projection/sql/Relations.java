package io.bergview.projection.sql;

import io.bergview.projection.plan.SourceTable;

/** What stands in FROM for the leaves of a plan. */
@FunctionalInterface
public interface Relations {
  /**
   * Of a source, with the columns that are read of it: a relation with columns {@code c<field id>},
   * each of exactly the type that {@link DuckDbTypes#sqlType} gives; it may have more.
   */
  String of(SourceTable source);

  /** Of a source as it was when the view last read it, with the same columns. */
  default String earlier(SourceTable source) {
    throw new UnsupportedOperationException("only the current state is bound of " + source);
  }

  /** Of {@link io.bergview.projection.plan.DeltaPlan.PreparedRows} rows: the table of that name. */
  default String given(String name) {
    return DuckDbTypes.quote(name);
  }

  /** The same relations, with one name bound to a query in parentheses. */
  default Relations with(String query, String sql) {
    Relations others = this;
    return new Relations() {
      @Override
      public String of(SourceTable source) {
        return others.of(source);
      }

      @Override
      public String earlier(SourceTable source) {
        return others.earlier(source);
      }

      @Override
      public String given(String name) {
        return name.equals(query) ? sql : others.given(name);
      }
    };
  }
}
