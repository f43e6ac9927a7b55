package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.function.IntervalQualifier.Field;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Functions of dates and times that take a unit of time, which needs no quotes. */
public final class TimeUnitFunctions {
  private static final Set<String> NAMES =
      Set.of(
          "date_trunc",
          "datetrunc",
          "timestamp_trunc",
          "time_trunc",
          "date_diff",
          "datediff",
          "timestampdiff",
          "timestampadd",
          "date_add",
          "dateadd",
          "date_part",
          "datepart");
  private static final Set<String> UNITS =
      Set.of(
          "year",
          "quarter",
          "month",
          "week",
          "day",
          "hour",
          "minute",
          "second",
          "millisecond",
          "microsecond",
          "decade",
          "century",
          "millennium",
          "isoyear",
          "dayofweek",
          "dow",
          "isodow",
          "dayofyear",
          "doy",
          "epoch");
  private static final Type LONG = Types.LongType.get();

  private TimeUnitFunctions() {}

  /** Whether a function has an argument that is a unit of time. */
  public static boolean takesUnit(String function) {
    return NAMES.contains(function);
  }

  public static boolean isUnit(String word) {
    return UNITS.contains(TimeFunctions.singular(word.toLowerCase(Locale.ROOT)));
  }

  static List<SqlFunction> all() {
    return List.of(
        parser("date", Types.DateType.get())
            .ours("parse_date('%d.%m.%Y', '29.02.2024')", "2024-02-29"),
        parser("time", Types.TimeType.get()).ours("parse_time('%H:%M', '10:42')", "10:42:00"),
        parser("timestamp", Types.TimestampType.withoutZone())
            .ours("parse_timestamp('%Y%m%d %H:%M', '20240229 10:42')", "2024-02-29 10:42:00"),
        define("The value so many units later.", "timestampadd")
            .form("timestampadd(constant string, long, moment) -> moment", (a, t) -> later(a))
            .form("timestampadd(constant string, long, time) -> time", (a, t) -> later(a))
            .example(
                "timestampadd('month', 1, TIMESTAMP '2024-01-31 12:00:00')",
                "2024-02-29 12:00:00",
                "timestampadd(MONTH, 1, TIMESTAMP_NTZ '2024-01-31 12:00:00')"),
        define("The time cut off after its hour, minute, second or millisecond.", "time_trunc")
            .form(
                "time_trunc(time, constant string) -> time",
                (a, t) -> clock(a.get(0), a.get(1), "{0} // %1$d * %1$d"))
            .form(
                "time_trunc(constant string, time) -> time",
                (a, t) -> clock(a.get(1), a.get(0), "{0} // %1$d * %1$d"))
            .ours("time_trunc(TIME '10:42:07', 'minute')", "10:42:00"));
  }

  private static SqlFunction parser(String what, Type type) {
    String name = "parse_" + what;
    return define(
            "The "
                + what
                + " that a text is, by a constant format of `%Y`, `%m`, `%d`, `%H`, `%M`, `%S`,"
                + " `%j` and plain characters; an error where it is none.",
            name)
        .form(
            name + "(constant string, string) -> " + what,
            (a, t) -> Coercion.cast(TimeFormats.parsed(a), type));
  }

  /** {@code floor(moment TO unit)}, {@code ceil(moment TO unit)}. */
  static SqlFunction rounding(SqlFunction function) {
    boolean up = function.name().equals("ceil");
    String moments = function.name() + "(moment, constant string) -> moment";
    String times = function.name() + "(time, constant string) -> time";
    String form = up ? "({0} + %1$d - 1) // %1$d * %1$d" : "{0} // %1$d * %1$d";
    return function
        .form(moments, (a, t) -> up ? ceil(a) : floor(a))
        .form(times, (a, t) -> clock(a.get(0), a.get(1), form));
  }

  private static Expr floor(List<Expr> arguments) {
    return TimeFunctions.truncated(List.of(arguments.get(1), arguments.get(0)));
  }

  private static Expr ceil(List<Expr> arguments) {
    Expr start = floor(arguments);
    Expr one = new Expr.Constant(1L, LONG);
    Expr next = Functions.bound("+", List.of(start, span(arguments.get(1), one)));
    Expr value = Coercion.to(arguments.get(0), start.type());
    return new Expr.Call(
        new ScalarFunction("ceil", "CASE WHEN {0} = {1} THEN {1} ELSE {2} END"),
        List.of(value, start, Coercion.to(next, start.type())),
        start.type());
  }

  /** The value so many units later. */
  static Expr later(List<Expr> arguments) {
    return Functions.bound(
        "+", List.of(arguments.get(2), span(arguments.get(0), arguments.get(1))));
  }

  private static Expr span(Expr unit, Expr amount) {
    long years =
        switch (TimeFunctions.singular(TimeFunctions.word(unit))) {
          case "decade" -> 10;
          case "century" -> 100;
          case "millennium" -> 1_000;
          default -> 0;
        };
    if (years > 0) {
      return Functions.bound(
          "to_years",
          List.of(Functions.bound("*", List.of(amount, new Expr.Constant(years, LONG)))));
    }
    String maker = "to_" + TimeFunctions.singular(TimeFunctions.word(unit)) + "s";
    return Functions.scalar(maker)
        .orElseThrow(
            () ->
                FunctionException.wrongArguments(
                    "there is no unit '" + TimeFunctions.word(unit) + "'"))
        .bind(List.of(amount));
  }

  private static Expr clock(Expr time, Expr unit, String form) {
    String moved = form.formatted(length(unit)).replace("{0}", "epoch_us({0})");
    return new Expr.Call(
        new ScalarFunction("time_trunc", "(TIME '00:00:00' + to_microseconds(" + moved + "))"),
        List.of(time),
        Types.TimeType.get());
  }

  /** {@code date_diff(unit, time, time)}. */
  static Expr between(List<Expr> arguments) {
    String form = "((epoch_us({1}) - epoch_us({0})) // " + length(arguments.get(0)) + ")";
    return new Expr.Call(new ScalarFunction("date_diff", form), arguments.subList(1, 3), LONG);
  }

  private static long length(Expr unit) {
    String word = TimeFunctions.singular(TimeFunctions.word(unit));
    return switch (word) {
      case "hour" -> Field.HOUR.length();
      case "minute" -> Field.MINUTE.length();
      case "second" -> Field.SECOND.length();
      case "millisecond" -> 1_000;
      case "microsecond" -> 1;
      default ->
          throw FunctionException.wrongArguments(
              "a time has no unit '"
                  + word
                  + "'; write hour, minute, second, millisecond or microsecond");
    };
  }
}
