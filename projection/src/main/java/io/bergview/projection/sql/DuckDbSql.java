package io.bergview.projection.sql;

import io.bergview.projection.plan.Plan;

/**
 * A logical plan as one DuckDB SELECT whose columns are called {@code c<id>}, in the plan's order.
 */
public final class DuckDbSql {
  private DuckDbSql() {}

  public static String select(Plan plan, Relations relations) {
    return DuckDbDialect.DUCKDB.select(plan, relations);
  }
}
