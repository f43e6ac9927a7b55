package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Periods between two dates or times, and buckets of time. */
final class Periods {
  /** Standard SQL's rule: the later start is before the other end, or both starts are one. */
  private static final String OVERLAP =
      "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL AND {2} IS NOT NULL AND {3} IS NOT NULL THEN"
          + " CASE WHEN least({0}, {1}) > least({2}, {3}) THEN least({0}, {1}) < greatest({2}, {3})"
          + " WHEN least({2}, {3}) > least({0}, {1}) THEN least({2}, {3}) < greatest({0}, {1})"
          + " ELSE true END END";

  private Periods() {}

  static List<SqlFunction> all() {
    String times =
        "(TIMESTAMP '2024-01-01 10:00:00', TIMESTAMP '2024-01-01 11:00:00') OVERLAPS (TIMESTAMP"
            + " '2024-01-01 10:30:00', INTERVAL 2 HOUR)";
    return List.of(
        define(
                "`(start, end) OVERLAPS (start, end)`: whether two periods have a time in common,"
                    + " as in standard SQL: each begins with its earlier end and ends before its"
                    + " later one. An interval in place of an end is added to the start.",
                "overlaps")
            .form("overlaps(moment, moment, moment, moment) -> boolean", (a, t) -> overlap(a))
            .form("overlaps(moment, interval, moment, moment) -> boolean", (a, t) -> overlap(a))
            .form("overlaps(moment, moment, moment, interval) -> boolean", (a, t) -> overlap(a))
            .form("overlaps(moment, interval, moment, interval) -> boolean", (a, t) -> overlap(a))
            .form("overlaps(time, time, time, time) -> boolean", (a, t) -> overlap(a))
            .ours(times, "true")
            .ours(
                "(DATE '2024-01-01', DATE '2024-01-05') OVERLAPS (DATE '2024-01-05', DATE"
                    + " '2024-01-09')",
                "false"),
        define(
                "The start of the bucket that holds the value: buckets of so many days or smaller"
                    + " units are counted from Monday, 3 January 2000, of so many months or years"
                    + " from the beginning of 2000.",
                "time_bucket")
            .form("time_bucket(interval, moment) -> any", (a, t) -> bucket(a))
            .ours(
                "time_bucket(INTERVAL 10 MINUTE, TIMESTAMP '2024-01-01 10:17:00')",
                "2024-01-01 10:10:00"));
  }

  private static Expr overlap(List<Expr> arguments) {
    List<Expr> ends = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      Expr end = arguments.get(i + 1);
      ends.add(arguments.get(i));
      ends.add(
          end.type().equals(Intervals.TYPE)
              ? Functions.bound("+", List.of(arguments.get(i), end))
              : end);
    }
    Type type =
        Coercion.common(ends)
            .orElseThrow(
                () ->
                    FunctionException.wrongArguments(
                        "OVERLAPS needs dates and times of one kind, not "
                            + SqlFunction.given(ends)));
    return new Expr.Call(
        new ScalarFunction("overlaps", OVERLAP),
        ends.stream().map(end -> Coercion.to(end, type)).toList(),
        Types.BooleanType.get());
  }

  private static Expr bucket(List<Expr> arguments) {
    Expr moment = arguments.get(1);
    boolean zoned = Coercion.isZoned(moment.type());
    String form =
        zoned
            ? "timezone('UTC', time_bucket({interval}, timezone('UTC', {0})))"
            : "time_bucket({interval}, {0})";
    boolean date = moment.type().equals(Types.DateType.get());
    Expr value =
        date && !Intervals.isOfDays(arguments.get(0))
            ? Coercion.to(moment, Types.TimestampType.withoutZone())
            : moment;
    return Intervals.call("time_bucket", form, value, arguments.get(0), value.type());
  }
}
