package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import java.util.ArrayList;
import java.util.List;

/** Functions that make intervals; {@code INTERVAL 3 MONTH} is {@code to_months(3)}. */
final class IntervalFunctions {
  private IntervalFunctions() {}

  static List<SqlFunction> all() {
    List<SqlFunction> all = new ArrayList<>();
    for (String unit : List.of("years", "quarters", "months", "weeks", "days")) {
      all.add(
          interval(unit, "long", true)
              .example(
                  "DATE '2024-01-31' + to_" + unit + "(1)",
                  switch (unit) {
                    case "years" -> "2025-01-31";
                    case "quarters" -> "2024-04-30";
                    case "months" -> "2024-02-29";
                    case "weeks" -> "2024-02-07";
                    default -> "2024-02-01";
                  },
                  switch (unit) {
                    case "years" -> "add_months(DATE '2024-01-31', 12)";
                    case "quarters" -> "add_months(DATE '2024-01-31', 3)";
                    case "months" -> "add_months(DATE '2024-01-31', 1)";
                    case "weeks" -> "date_add(DATE '2024-01-31', 7)";
                    default -> "date_add(DATE '2024-01-31', 1)";
                  }));
    }
    for (String unit : List.of("hours", "minutes", "seconds", "milliseconds", "microseconds")) {
      String one = "1970-01-01 00:00:00";
      all.add(
          interval(
                  unit,
                  unit.endsWith("oseconds") || !unit.endsWith("seconds") ? "long" : "double",
                  false)
              .ours(
                  "TIMESTAMP '" + one + "' + to_" + unit + "(1)",
                  switch (unit) {
                    case "hours" -> "1970-01-01 01:00:00";
                    case "minutes" -> "1970-01-01 00:01:00";
                    case "seconds" -> "1970-01-01 00:00:01";
                    case "milliseconds" -> "1970-01-01 00:00:00.001";
                    default -> "1970-01-01 00:00:00.000001";
                  }));
    }
    return all;
  }

  private static SqlFunction interval(String unit, String amount, boolean days) {
    String name = "to_" + unit;
    return define("An interval of so many " + unit + ".", name)
        .form(
            name + "(" + amount + ") -> interval",
            (a, t) ->
                Intervals.of(
                    days ? name + "(CAST({0} AS INTEGER))" : name + "({0})", days, a.get(0)));
  }
}
