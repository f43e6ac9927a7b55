package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Functions of dates, timestamps and intervals. The clock of timestamps with zone is UTC's. */
final class TimeFunctions {
  private static final Type LONG = Types.LongType.get();
  private static final Type DATE = Types.DateType.get();
  private static final Type TIMESTAMP = Types.TimestampType.withoutZone();

  private static final Set<String> LONG_UNITS = Set.of("decade", "century", "millennium");

  private TimeFunctions() {}

  static List<SqlFunction> all() {
    List<SqlFunction> all = new ArrayList<>(TimeParts.all());
    all.addAll(arithmetic());
    all.addAll(conversions());
    all.addAll(IntervalFunctions.all());
    return all;
  }

  private static List<SqlFunction> arithmetic() {
    return List.of(
        define(
                "The start of the year, quarter, month, week (Monday), day, hour, minute or second"
                    + " that holds the value; of its type. Also of the decade, century or"
                    + " millennium, by the digits of the year: 2000 begins a century.",
                "date_trunc",
                "datetrunc",
                "timestamp_trunc")
            .form("date_trunc(constant string, moment) -> moment", (a, t) -> truncated(a))
            .form(
                "date_trunc(moment, constant string) -> moment",
                (a, t) -> truncated(List.of(a.get(1), a.get(0))))
            .example(
                "date_trunc('month', DATE '2024-02-29')",
                "2024-02-01",
                "CAST(date_trunc('month', DATE '2024-02-29') AS DATE)")
            .example("date_trunc('hour', TIMESTAMP '2024-02-29 13:45:10')", "2024-02-29 13:00:00")
            .ours("date_trunc('decade', DATE '2024-02-29')", "2020-01-01")
            .example("date_trunc('week', TIMESTAMP '2024-02-29 13:45:10')", "2024-02-26 00:00:00"),
        define(
                "The date so many days later, as in Spark; or the value later by an interval, or by"
                    + " so many units.",
                "date_add",
                "dateadd")
            .form("date_add(date, long) -> date", "({0} + CAST({1} AS INTEGER))")
            .form("date_add(moment, interval) -> moment", (a, t) -> Functions.bound("+", a))
            .form(
                "date_add(constant string, long, moment) -> moment",
                (a, t) -> TimeUnitFunctions.later(a))
            .example("date_add(DATE '2024-02-28', 2)", "2024-03-01"),
        define("The date so many days earlier.", "date_sub")
            .form("date_sub(date, long) -> date", "({0} - CAST({1} AS INTEGER))")
            .example("date_sub(DATE '2024-03-01', 2)", "2024-02-28"),
        define("The date so many months later, or the last day of that month.", "add_months")
            .form("add_months(date, long) -> date", "({0} + to_months(CAST({1} AS INTEGER)))")
            .example("add_months(DATE '2024-01-31', 1)", "2024-02-29"),
        define(
                "With two dates: the days from the second to the first, as in Spark. With a unit"
                    + " (year, quarter, month, week, day, hour, minute, second, millisecond,"
                    + " microsecond): how many complete ones lie between two values.",
                "date_diff",
                "datediff",
                "timestampdiff")
            .form("date_diff(date, date) -> long", "({0} - {1})")
            .form("date_diff(constant string, moment, moment) -> long", (a, t) -> difference(a))
            .form(
                "date_diff(constant string, time, time) -> long",
                (a, t) -> TimeUnitFunctions.between(a))
            .example("datediff(DATE '2024-03-01', DATE '2024-02-01')", "29")
            .example(
                "date_diff('hour', TIMESTAMP '2024-01-01 10:30:00', TIMESTAMP '2024-01-01"
                    + " 12:15:00')",
                "1",
                "timestampdiff(HOUR, TIMESTAMP '2024-01-01 10:30:00', TIMESTAMP '2024-01-01"
                    + " 12:15:00')")
            .example(
                "date_diff('month', TIMESTAMP '2024-01-31 00:00:00', TIMESTAMP '2024-02-29"
                    + " 00:00:00')",
                "0",
                "timestampdiff(MONTH, TIMESTAMP '2024-01-31 00:00:00', TIMESTAMP '2024-02-29"
                    + " 00:00:00')")
            .example(
                "date_diff('year', TIMESTAMP '2024-03-01 12:00:00', TIMESTAMP '2021-03-01"
                    + " 13:00:00')",
                "-2",
                "timestampdiff(YEAR, TIMESTAMP '2024-03-01 12:00:00', TIMESTAMP '2021-03-01"
                    + " 13:00:00')"),
        define("The last day of the month.", "last_day")
            .form("last_day(moment) -> date", "last_day({0})")
            .example("last_day(DATE '2024-02-10')", "2024-02-29"));
  }

  private static List<SqlFunction> conversions() {
    return List.of(
        define("The date of a year, month and day; an error where there is none.", "make_date")
            .form("make_date(long, long, long) -> date", "make_date({0}, {1}, {2})")
            .example("make_date(2024, 2, 29)", "2024-02-29"),
        define(
                "The timestamp, without zone, of a year, month, day, hour, minute and second.",
                "make_timestamp")
            .form(
                "make_timestamp(long, long, long, long, long, double) -> timestamp",
                "make_timestamp({0}, {1}, {2}, {3}, {4}, {5})")
            .example(
                "make_timestamp(2024, 2, 29, 13, 45, 10.5)",
                "2024-02-29 13:45:10.5",
                "make_timestamp_ntz(2024, 2, 29, 13, 45, 10.5)"),
        define(
                "The date that a string is, such as 2024-01-31; an error where it is none.",
                "to_date")
            .form("to_date(string) -> date", (a, t) -> Coercion.cast(a.get(0), DATE))
            .form("to_date(moment) -> date", (a, t) -> Coercion.cast(a.get(0), DATE))
            .example("to_date('2024-01-31')", "2024-01-31"),
        define("The timestamp of so many seconds since 1970.", "to_timestamp", "timestamp_seconds")
            .form("to_timestamp(long) -> timestamptz", "make_timestamptz({0} * 1000000)")
            .example("to_timestamp(90)", "1970-01-01 00:01:30+00", "timestamp_seconds(90)"),
        define("The timestamp of so many milliseconds since 1970.", "timestamp_millis")
            .form("timestamp_millis(long) -> timestamptz", "make_timestamptz({0} * 1000)")
            .example("timestamp_millis(1500)", "1970-01-01 00:00:01.5+00"),
        define("The timestamp of so many microseconds since 1970.", "timestamp_micros")
            .form("timestamp_micros(long) -> timestamptz", "make_timestamptz({0})")
            .example("timestamp_micros(1500000)", "1970-01-01 00:00:01.5+00"),
        define("Seconds since 1970.", "epoch")
            .form("epoch(moment) -> double", "epoch({0})")
            .ours("epoch(TIMESTAMP '1970-01-01 00:01:30.5')", "90.5"),
        define("Whole seconds since 1970, rounded down.", "unix_seconds")
            .form("unix_seconds(moment) -> long", "floor(epoch({0}))")
            .example("unix_seconds(TIMESTAMP '1969-12-31 23:59:59.5')", "-1"),
        define("Whole milliseconds since 1970, rounded down.", "epoch_ms", "unix_millis")
            .form("epoch_ms(moment) -> long", "epoch_ms({0})")
            .example("unix_millis(TIMESTAMP '1970-01-01 00:00:01.5')", "1500"),
        define("Microseconds since 1970.", "epoch_us", "unix_micros")
            .form("epoch_us(moment) -> long", "epoch_us({0})")
            .example("unix_micros(TIMESTAMP '1970-01-01 00:00:01.5')", "1500000"),
        define("Days since 1970.", "unix_date")
            .form("unix_date(date) -> long", "({0} - DATE '1970-01-01')")
            .example("unix_date(DATE '1970-01-03')", "2"),
        define(
                "The value as text, by a constant format of `%Y`, `%m`, `%d`, `%H`, `%M`, `%S`,"
                    + " `%j` and plain characters.",
                "strftime", "format_date", "format_timestamp")
            .form("strftime(moment, constant string) -> string", (a, t) -> TimeFormats.strftime(a))
            .form(
                "strftime(constant string, moment) -> string",
                (a, t) -> TimeFormats.strftime(List.of(a.get(1), a.get(0))))
            .example(
                "strftime(DATE '2024-02-29', '%d.%m.%Y')",
                "29.02.2024", "date_format(DATE '2024-02-29', 'dd.MM.yyyy')"),
        define(
                "The value as text, by a constant format of `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss`"
                    + " and punctuation, as in Spark.",
                "date_format")
            .form(
                "date_format(moment, constant string) -> string",
                (a, t) -> TimeFormats.dateFormat(a))
            .example("date_format(DATE '2024-02-29', 'yyyy/MM')", "2024/02"),
        define(
                "`value AT TIME ZONE zone`: of a timestamp with zone, what the clocks of the zone"
                    + " show; of one without, when they show it.",
                "timezone")
            .form("timezone(constant string, timestamptz) -> timestamp", (a, t) -> zoned(a, t))
            .form("timezone(constant string, timestamp) -> timestamptz", (a, t) -> zoned(a, t))
            .example(
                "timezone('Europe/Berlin', TIMESTAMPTZ '2024-07-01 12:00:00+00')",
                "2024-07-01 14:00:00",
                "convert_timezone('UTC', 'Europe/Berlin', TIMESTAMP_NTZ '2024-07-01 12:00:00')"));
  }

  static String word(Expr constant) {
    return String.valueOf(((Expr.Constant) constant).value()).toLowerCase(Locale.ROOT);
  }

  static Expr truncated(List<Expr> arguments) {
    String unit = singular(word(arguments.get(0)));
    Expr moment = arguments.get(1);
    Type type = moment.type();
    if (unit.equals("microsecond")) {
      return type.equals(DATE) ? Coercion.to(moment, TIMESTAMP) : moment;
    }
    if (unit.equals("second") || unit.equals("millisecond")) {
      return new Expr.Call(
          new ScalarFunction("date_trunc", "date_trunc('" + unit + "', {0})"),
          List.of(Coercion.to(moment, type.equals(DATE) ? TIMESTAMP : type)),
          type.equals(DATE) ? TIMESTAMP : type);
    }
    if (LONG_UNITS.contains(unit)) {
      return longUnit(unit, moment);
    }
    for (TimeUnit each : TimeUnit.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(unit)) {
        return truncated(each, moment);
      }
    }
    throw FunctionException.wrongArguments(
        "there is no unit '"
            + unit
            + "'; write year, quarter, month, week, day, hour, minute, second, millisecond,"
            + " microsecond, decade, century or millennium");
  }

  private static Expr longUnit(String unit, Expr moment) {
    String form =
        Coercion.isZoned(moment.type())
            ? "timezone('UTC', date_trunc('%s', timezone('UTC', {0})))"
            : "date_trunc('%s', {0})";
    return new Expr.Call(
        new ScalarFunction("date_trunc", form.formatted(unit)), List.of(moment), moment.type());
  }

  private static Expr truncated(TimeUnit unit, Expr moment) {
    Type type = moment.type();
    if (unit == TimeUnit.HOUR || unit == TimeUnit.MINUTE) {
      Expr value = type.equals(DATE) ? Coercion.to(moment, TIMESTAMP) : moment;
      return new Expr.Truncate(value, unit, ZoneOffset.UTC, value.type());
    }
    Expr date = new Expr.Truncate(moment, unit, ZoneOffset.UTC, DATE);
    return type.equals(DATE) ? date : new Expr.Cast(date, type);
  }

  private static Expr difference(List<Expr> arguments) {
    String unit = singular(word(arguments.get(0)));
    List<Expr> moments = arguments.subList(1, 3);
    Type common = Coercion.common(moments).orElse(TIMESTAMP);
    switch (unit) {
      case "month", "quarter", "year" -> {
        Expr months = completeMonths(moments.get(0), moments.get(1), common);
        String form =
            unit.equals("month") ? "{0}" : unit.equals("year") ? "({0} // 12)" : "({0} // 3)";
        return unit.equals("month")
            ? months
            : new Expr.Call(new ScalarFunction("date_diff", form), List.of(months), LONG);
      }
      case "week", "day", "hour", "minute", "second", "millisecond", "microsecond" -> {}
      default ->
          throw FunctionException.wrongArguments(
              "there is no unit '"
                  + unit
                  + "'; write year, quarter, month, week, day, hour, minute, second, millisecond or"
                  + " microsecond");
    }
    Type type =
        common.equals(DATE) && !unit.equals("week") && !unit.equals("day") ? TIMESTAMP : common;
    return new Expr.Call(
        new ScalarFunction("date_diff", "date_sub('" + unit + "', {0}, {1})"),
        moments.stream().map(moment -> Coercion.to(moment, type)).toList(),
        LONG);
  }

  static String singular(String unit) {
    return switch (unit) {
      case "centuries" -> "century";
      case "millennia" -> "millennium";
      default -> unit.endsWith("s") ? unit.substring(0, unit.length() - 1) : unit;
    };
  }

  /** How many months lie between two values, the days and times of which count, as in Spark. */
  static Expr completeMonths(Expr from, Expr to, Type common) {
    Type type = common.equals(DATE) ? TIMESTAMP : common;
    String months = "((year({1}) - year({0})) * 12 + month({1}) - month({0}))";
    String further =
        "sign((epoch_us({1}) - epoch_us(date_trunc('month', {1})))"
            + " - (epoch_us({0}) - epoch_us(date_trunc('month', {0}))))";
    return new Expr.Call(
        new ScalarFunction(
            "date_diff",
            "(CASE WHEN sign(%1$s) * %2$s < 0 THEN %1$s - sign(%1$s) ELSE %1$s END)"
                .formatted(months, further)),
        List.of(Coercion.to(from, type), Coercion.to(to, type)),
        LONG);
  }

  private static Expr zoned(List<Expr> arguments, Type type) {
    Object zone = ((Expr.Constant) arguments.get(0)).value();
    try {
      ZoneId.of(String.valueOf(zone));
    } catch (DateTimeException e) {
      throw FunctionException.wrongArguments("there is no time zone '" + zone + "'");
    }
    return new Expr.Call(ScalarFunction.named("timezone"), arguments, type);
  }
}
