package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Functions that give a part of a date or timestamp. */
final class TimeParts {
  private static final Type LONG = Types.LongType.get();
  private static final Type DOUBLE = Types.DoubleType.get();
  private static final Type DATE = Types.DateType.get();
  private static final Type TIMESTAMP = Types.TimestampType.withoutZone();

  private TimeParts() {}

  private static SqlFunction part(String description, String value, String... names) {
    String at = "(TIMESTAMP '2024-12-30 13:45:10.5')";
    String spark =
        switch (names[0]) {
          case "isodow" -> "1 + weekday";
          case "week" -> "weekofyear";
          default -> names[0];
        };
    return define(description, names)
        .form(names[0] + "(moment) -> long", (a, t) -> part(names[0], a.get(0)))
        .example(names[0] + at, value, spark + at);
  }

  static List<SqlFunction> all() {
    return List.of(
        define(
                "`extract(part FROM value)`: a part of a date or timestamp: year, quarter, month,"
                    + " week (ISO 8601), isoyear, day, dayofweek or dow (1 is Sunday), isodow (1 is"
                    + " Monday), dayofyear or doy, hour, minute, second (whole), millisecond and"
                    + " microsecond (of the minute), decade, century, millennium, or epoch (seconds"
                    + " since 1970, in `double`).",
                "date_part",
                "datepart")
            .form(
                "date_part(constant string, moment) -> long",
                (a, t) -> part(TimeFunctions.word(a.get(0)), a.get(1)))
            .example("extract(year FROM DATE '2024-12-30')", "2024")
            .example("date_part('week', DATE '2024-12-30')", "1")
            .example("date_part('dow', DATE '2024-12-29')", "1")
            .ours("extract(century FROM DATE '2000-12-31')", "20")
            .ours("extract(millisecond FROM TIMESTAMP '2024-01-01 00:00:01.5')", "1500"),
        part("The year.", "2024", "year"),
        part("The quarter, from 1.", "4", "quarter"),
        part("The month, from 1.", "12", "month"),
        part("The week of ISO 8601.", "1", "week", "weekofyear"),
        part("The day of the month.", "30", "day", "dayofmonth"),
        part("The day of the week, 1 for Sunday, as in Spark.", "2", "dayofweek"),
        part("The day of the week, 1 for Monday, as in ISO 8601.", "1", "isodow"),
        part("The day of the year.", "365", "dayofyear"),
        part("The hour.", "13", "hour"),
        part("The minute.", "45", "minute"),
        part("The second, without its fraction.", "10", "second"),
        define("The English name of the month, three letters.", "monthname")
            .form("monthname(moment) -> string", "left(monthname({0}), 3)")
            .example("monthname(DATE '2024-12-30')", "Dec"),
        define("The English name of the day of the week, three letters.", "dayname")
            .form("dayname(moment) -> string", "left(dayname({0}), 3)")
            .example("dayname(DATE '2024-12-30')", "Mon"));
  }

  private static Expr part(String name, Expr moment) {
    String form =
        switch (name) {
          case "year", "years", "y" -> "year({0})";
          case "quarter", "quarters" -> "quarter({0})";
          case "month", "months", "mon" -> "month({0})";
          case "week", "weeks", "weekofyear" -> "week({0})";
          case "isoyear", "yearofweek" -> "isoyear({0})";
          case "day", "days", "d", "dayofmonth" -> "day({0})";
          case "dayofweek", "dow" -> "(dayofweek({0}) + 1)";
          case "isodow", "dayofweek_iso" -> "isodow({0})";
          case "dayofyear", "doy" -> "dayofyear({0})";
          case "hour", "hours", "h" -> "hour({0})";
          case "minute", "minutes" -> "minute({0})";
          case "second", "seconds", "s" -> "second({0})";
          case "millisecond", "milliseconds", "ms" -> "millisecond({0})";
          case "microsecond", "microseconds", "us" -> "microsecond({0})";
          case "decade", "decades" -> "decade({0})";
          case "century", "centuries" -> "century({0})";
          case "millennium", "millennia", "millenniums" -> "millennium({0})";
          case "epoch" -> "epoch({0})";
          default ->
              throw FunctionException.wrongArguments(
                  "there is no part '"
                      + name
                      + "'; write year, quarter, month, week, isoyear, day, dayofweek, isodow,"
                      + " dayofyear, hour, minute, second, millisecond, microsecond, decade,"
                      + " century, millennium or epoch");
        };
    boolean clock =
        form.startsWith("hour")
            || form.startsWith("minute")
            || form.startsWith("second")
            || form.startsWith("mi") && !form.startsWith("millennium");
    Expr value = clock && moment.type().equals(DATE) ? new Expr.Cast(moment, TIMESTAMP) : moment;
    return new Expr.Call(
        new ScalarFunction(name, form), List.of(value), name.equals("epoch") ? DOUBLE : LONG);
  }
}
