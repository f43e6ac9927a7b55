package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Spans of time, which exist only as operands: Iceberg has no type for them. An interval is a call
 * whose DuckDB form is put into the form of the operator that takes it.
 */
public final class Intervals {
  /** The type of intervals; no column may have it. */
  public static final Types.StructType TYPE =
      TypeShapes.structOf(List.of("interval"), List.of(Types.StringType.get()));

  /** The name of an interval of whole days, weeks, months and years. */
  private static final String DAYS = "interval of days";

  private static final String TIME = "interval of time";
  private static final Pattern PART = Pattern.compile("\\s*([+-]?\\d+(?:\\.\\d+)?)\\s*([a-zA-Z]+)");
  private static final Pattern PLACE = Pattern.compile("\\{(\\d+)}");

  private static final Map<String, String> MAKERS =
      Map.ofEntries(
          Map.entry("year", "to_years"),
          Map.entry("quarter", "to_quarters"),
          Map.entry("month", "to_months"),
          Map.entry("mon", "to_months"),
          Map.entry("week", "to_weeks"),
          Map.entry("day", "to_days"),
          Map.entry("hour", "to_hours"),
          Map.entry("minute", "to_minutes"),
          Map.entry("min", "to_minutes"),
          Map.entry("second", "to_seconds"),
          Map.entry("sec", "to_seconds"),
          Map.entry("millisecond", "to_milliseconds"),
          Map.entry("microsecond", "to_microseconds"));

  private Intervals() {}

  static boolean isInterval(Expr value) {
    return value.type().equals(TYPE);
  }

  /** Whether a date moved by the interval is a date. */
  static boolean isOfDays(Expr interval) {
    return call(interval).function().name().equals(DAYS);
  }

  /** {@code to_months({0})} of an amount. */
  static Expr of(String form, boolean days, Expr amount) {
    return new Expr.Call(new ScalarFunction(days ? DAYS : TIME, form), List.of(amount), TYPE);
  }

  /** The interval with its form put into {@code {0}} of another. */
  static Expr in(String form, Expr interval) {
    ScalarFunction function = call(interval).function();
    return new Expr.Call(
        new ScalarFunction(function.name(), form.replace("{0}", function.duckDb())),
        call(interval).arguments(),
        TYPE);
  }

  /** {@code (one + other)}. */
  static Expr combined(String operator, Expr one, Expr other) {
    boolean days = isOfDays(one) && isOfDays(other);
    Expr.Call left = call(one);
    Expr.Call right = call(other);
    List<Expr> arguments = new ArrayList<>(left.arguments());
    arguments.addAll(right.arguments());
    String form =
        "("
            + left.function().duckDb()
            + " "
            + operator
            + " "
            + shifted(right.function().duckDb(), left.arguments().size())
            + ")";
    return new Expr.Call(new ScalarFunction(days ? DAYS : TIME, form), arguments, TYPE);
  }

  /** The interval so many times. */
  static Expr times(Expr interval, Expr factor) {
    Expr.Call span = call(interval);
    List<Expr> arguments = new ArrayList<>(List.of(factor));
    arguments.addAll(span.arguments());
    String form = "(" + shifted(span.function().duckDb(), 1) + " * {0})";
    return new Expr.Call(new ScalarFunction(span.function().name(), form), arguments, TYPE);
  }

  /** {@code (value operator interval)} as a call whose type the caller knows. */
  static Expr.Call moved(Expr value, String operator, Expr interval, Type type) {
    Expr.Call span = call(interval);
    List<Expr> arguments = new ArrayList<>(List.of(value));
    arguments.addAll(span.arguments());
    String form = "({0} " + operator + " " + shifted(span.function().duckDb(), 1) + ")";
    return new Expr.Call(new ScalarFunction(operator, form), arguments, type);
  }

  /**
   * A call of a value and an interval, whose type the caller knows.
   *
   * @param form {@code {0}} stands for the value, {@code {interval}} for the interval
   */
  static Expr.Call call(String name, String form, Expr value, Expr interval, Type type) {
    Expr.Call span = call(interval);
    List<Expr> arguments = new ArrayList<>(List.of(value));
    arguments.addAll(span.arguments());
    String written = form.replace("{interval}", shifted(span.function().duckDb(), 1));
    return new Expr.Call(new ScalarFunction(name, written), arguments, type);
  }

  /** The form with the numbers of its places so much higher. */
  static String shifted(String form, int by) {
    return PLACE
        .matcher(form)
        .replaceAll(place -> "{" + (Integer.parseInt(place.group(1)) + by) + "}");
  }

  private static Expr.Call call(Expr interval) {
    return (Expr.Call) interval;
  }

  /** {@code '1 year 3 months'}; empty where the text is not an interval. */
  public static Optional<Expr> parse(String text) {
    List<String> parts = new ArrayList<>();
    boolean days = true;
    Matcher part = PART.matcher(text);
    int end = 0;
    while (part.find() && part.start() == end) {
      String unit = unit(part.group(2));
      String maker = MAKERS.get(unit);
      boolean fraction = part.group(1).indexOf('.') >= 0;
      if (maker == null || (fraction && !maker.equals("to_seconds"))) {
        return Optional.empty();
      }
      days &= isOfDays(maker);
      String amount = part.group(1).startsWith("+") ? part.group(1).substring(1) : part.group(1);
      parts.add(maker + "(" + amount + ")");
      end = part.end();
    }
    return parts.isEmpty() || !text.substring(end).isBlank()
        ? Optional.empty()
        : Optional.of(
            new Expr.Call(
                new ScalarFunction(days ? DAYS : TIME, "(" + String.join(" + ", parts) + ")"),
                List.of(),
                TYPE));
  }

  static boolean isOfDays(String maker) {
    return switch (maker) {
      case "to_years", "to_quarters", "to_months", "to_weeks", "to_days" -> true;
      default -> false;
    };
  }

  private static String unit(String word) {
    String unit = word.toLowerCase(Locale.ROOT);
    return unit.endsWith("s") ? unit.substring(0, unit.length() - 1) : unit;
  }
}
