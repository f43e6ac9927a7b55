package io.bergview.projection.sql;

import io.bergview.projection.plan.ScalarFunction;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls of functions as DuckDB SQL. */
final class DuckDbCalls {
  private static final Pattern PLACE = Pattern.compile("\\{(\\d+|\\*)}");

  private DuckDbCalls() {}

  /** A function's form with its arguments in their places. */
  static String call(ScalarFunction function, List<String> written) {
    StringBuilder sql = new StringBuilder();
    Matcher place = PLACE.matcher(function.duckDb());
    while (place.find()) {
      String which = place.group(1);
      String value =
          which.equals("*") ? String.join(", ", written) : written.get(Integer.parseInt(which));
      place.appendReplacement(sql, Matcher.quoteReplacement(value));
    }
    return place.appendTail(sql).toString();
  }
}
