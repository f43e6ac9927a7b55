package io.bergview.projection.sql;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SortOrder;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls of functions as DuckDB SQL. */
final class DuckDbCalls {
  private static final Pattern PLACE = Pattern.compile("\\{(\\d+|\\*)}");

  private DuckDbCalls() {}

  /** A function's form with its arguments in their places. */
  static String call(ScalarFunction function, List<Expr> arguments) {
    List<String> written = arguments.stream().map(DuckDbExpressions::sql).toList();
    StringBuilder sql = new StringBuilder();
    Matcher place = PLACE.matcher(function.duckDb());
    while (place.find()) {
      String which = place.group(1);
      String value =
          which.equals("*")
              ? written.stream().collect(joining(", "))
              : written.get(Integer.parseInt(which));
      place.appendReplacement(sql, Matcher.quoteReplacement(value));
    }
    return place.appendTail(sql).toString();
  }

  /** What rows are ordered by. */
  static String orders(List<SortOrder> orders) {
    return orders.stream()
        .map(
            order ->
                DuckDbExpressions.sql(order.value())
                    + (order.descending() ? " DESC" : " ASC")
                    + (order.nullsFirst() ? " NULLS FIRST" : " NULLS LAST"))
        .collect(joining(", "));
  }
}
