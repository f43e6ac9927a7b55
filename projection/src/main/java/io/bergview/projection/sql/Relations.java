package io.bergview.projection.sql;

import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.SourceTable;
import java.util.Optional;

/** What stands in FROM for the leaves of a plan. */
@FunctionalInterface
public interface Relations {
  /**
   * Of a source, with the columns that are read of it: a relation with columns {@code c<field id>},
   * each of exactly the type that {@link SqlDialect#type} gives; it may have more.
   */
  String of(SourceTable source);

  /** Of a source as it was when the view last read it, with the same columns. */
  default String earlier(SourceTable source) {
    throw new UnsupportedOperationException("only the current state is bound of " + source);
  }

  /** Of {@link io.bergview.projection.plan.DeltaPlan.PreparedRows} rows: the table of that name. */
  default String given(String name) {
    return SqlNames.quote(name);
  }

  /**
   * Of the rows of an operator that several others read: a table that has them, with the operator's
   * columns {@code c<id>}; empty where the query has to compute them itself.
   *
   * @param plan {@link Plan.AssignUniqueId} or {@link io.bergview.projection.plan.DeltaPlan.Shared}
   */
  default Optional<String> computed(Plan plan) {
    return Optional.empty();
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

      @Override
      public Optional<String> computed(Plan plan) {
        return others.computed(plan);
      }
    };
  }
}
