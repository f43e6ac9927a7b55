package io.bergview.projection.sql;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** Aggregates as DuckDB writes them. */
final class DuckDbAggregates implements SqlAggregates {
  @Override
  public String exactSum(Typed value) {
    return Sql.call("sum", value.sql());
  }

  @Override
  public String sum(String value, List<Typed> keys) {
    return Sql.call("sum", value + orderBy(keys));
  }

  @Override
  public String first(Typed value, List<Typed> keys) {
    return Sql.call("first", value.sql() + orderBy(keys));
  }

  @Override
  public String last(Typed value, List<Typed> keys) {
    return Sql.call("last", value.sql() + orderBy(keys));
  }

  /** DuckDB's list is null if there is no value. */
  @Override
  public String few(String value, boolean greatest, int limit) {
    return Sql.call("coalesce", Sql.call(greatest ? "max" : "min", value, "" + limit), "[]");
  }

  @Override
  public String mean(Typed value, List<Typed> keys) {
    return finite("avg", value, keys);
  }

  @Override
  public String variance(Typed value, List<Typed> keys) {
    return finite("var_pop", value, keys);
  }

  private static String finite(String function, Typed value, List<Typed> keys) {
    return Sql.call(function, value.sql() + orderBy(keys))
        + " FILTER (WHERE "
        + Sql.call("isfinite", value.sql())
        + ")";
  }

  @Override
  public String list(Typed value, List<Typed> keys) {
    return Sql.call("list", value.sql() + orderBy(keys));
  }

  private static String orderBy(List<Typed> keys) {
    return keys.isEmpty()
        ? ""
        : keys.stream()
            .map(key -> key.sql() + " ASC NULLS FIRST")
            .collect(joining(", ", " ORDER BY ", ""));
  }
}
