package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Values put into a text, as strings joined together. */
final class FormatFunctions {
  private static final Type STRING = Types.StringType.get();
  private static final Type LONG = Types.LongType.get();
  private static final int MOST_WIDTH = 1_000;
  private static final Pattern PERCENT =
      Pattern.compile("%(?:%|(-)?(0)?(\\d+)?(?:\\.(\\d+))?([sdf]))");
  private static final Pattern BRACES = Pattern.compile("\\{\\{|}}|\\{}");

  private FormatFunctions() {}

  static List<SqlFunction> all() {
    return List.of(
        define(
                "The text with values in the places of `%s`, of `%d` for whole numbers, and of"
                    + " `%.2f` for others, rounded half up; `%5d`, `%05d` and `%-5s` fill up to a"
                    + " width. NULL is written `null`, as in Spark,"
                    + " which cuts it to the decimals that `%.2f` names.",
                "printf", "format_string")
            .form("printf(constant string) -> string", (a, t) -> printf(a))
            .form("printf(constant string, any...) -> string", (a, t) -> printf(a))
            .example("printf('%s has %d', 'a', 3)", "a has 3")
            .example(
                "printf('%05d|%-3s|%.2f%%', 42, 'x', 1.005)",
                "00042|x  |1.01%", "printf('%05d|%-3s|%.2f%%', 42, 'x', CAST(1.005 AS DOUBLE))")
            .example("printf('%.1f %s', CAST(2.25 AS DOUBLE), NULL)", "2.3 null")
            .example("printf('%06.2f|', CAST(NULL AS DOUBLE))", "    nu|"),
        define("The text with values in the places of `{}`; NULL where one of them is.", "format")
            .form("format(constant string) -> string", (a, t) -> format(a))
            .form("format(constant string, any...) -> string", (a, t) -> format(a))
            .ours("format('{} has {}', 'a', 3)", "a has 3")
            .ours("format('{{}} {}', NULL)", "NULL"));
  }

  /** What a text becomes: constants and values by turns. */
  private static final class Parts {
    private final List<Expr> parts = new ArrayList<>();
    private final String function;
    private final List<Expr> values;
    private int used;

    Parts(String function, List<Expr> values) {
      this.function = function;
      this.values = values;
    }

    Expr next() {
      if (used == values.size()) {
        throw FunctionException.wrongArguments(
            "%s has more places than values, of which there are %d".formatted(function, used));
      }
      return values.get(used++);
    }

    void text(String text) {
      if (!text.isEmpty()) {
        parts.add(new Expr.Constant(text, STRING));
      }
    }

    void value(Expr value) {
      parts.add(value);
    }

    Expr joined() {
      if (used < values.size()) {
        throw FunctionException.wrongArguments(
            "%s has %d places for %d values".formatted(function, used, values.size()));
      }
      if (parts.isEmpty()) {
        return new Expr.Constant("", STRING);
      }
      StringBuilder form = new StringBuilder("(");
      for (int i = 0; i < parts.size(); i++) {
        form.append(i == 0 ? "" : " || ").append("{").append(i).append("}");
      }
      return new Expr.Call(
          new ScalarFunction(function, form.append(")").toString()), parts, STRING);
    }
  }

  private static String text(List<Expr> arguments, String function) {
    if (((Expr.Constant) arguments.get(0)).value() instanceof String text) {
      return text;
    }
    throw FunctionException.wrongArguments(function + " needs a text, not NULL");
  }

  private static Expr format(List<Expr> arguments) {
    String text = text(arguments, "format");
    Parts parts = new Parts("format", arguments.subList(1, arguments.size()));
    Matcher place = BRACES.matcher(text);
    int end = 0;
    while (place.find()) {
      plain(text.substring(end, place.start()), "{}", parts);
      if (place.group().equals("{}")) {
        parts.value(string(parts.next()));
      } else {
        parts.text(place.group().substring(1));
      }
      end = place.end();
    }
    plain(text.substring(end), "{}", parts);
    return parts.joined();
  }

  private static Expr printf(List<Expr> arguments) {
    String text = text(arguments, "printf");
    Parts parts = new Parts("printf", arguments.subList(1, arguments.size()));
    Matcher place = PERCENT.matcher(text);
    int end = 0;
    while (place.find()) {
      plain(text.substring(end, place.start()), "%", parts);
      if (place.group().equals("%%")) {
        parts.text("%");
      } else {
        parts.value(placed(place, parts.next()));
      }
      end = place.end();
    }
    plain(text.substring(end), "%", parts);
    return parts.joined();
  }

  /** Text in which the characters of places mean nothing. */
  private static void plain(String text, String special, Parts parts) {
    for (char c : special.toCharArray()) {
      if (text.indexOf(c) >= 0) {
        throw FunctionException.unsupported(
            "'"
                + text
                + "' is no place for a value; there are "
                + (special.equals("%")
                    ? "%s, %d and %.2f, with a width, and %%"
                    : "{}, {{ and }}"));
      }
    }
    parts.text(text);
  }

  private static Expr placed(Matcher place, Expr value) {
    boolean left = place.group(1) != null;
    boolean zeros = place.group(2) != null;
    String kind = place.group(5);
    int width = place.group(3) == null ? 0 : width(place.group(3));
    boolean misfit =
        place.group(4) != null && !kind.equals("f") || zeros && (left || kind.equals("s"));
    if (misfit || left && width == 0 || zeros && width == 0) {
      throw FunctionException.unsupported("'" + place.group() + "' is no place for a value");
    }
    Expr text =
        switch (kind) {
          case "d" -> string(Coercion.to(value, LONG));
          case "f" -> fixed(value, place.group(4) == null ? 6 : width(place.group(4)));
          default -> string(value);
        };
    String precision = place.group(4);
    // Java, and so Spark, cuts what stands for NULL to the precision.
    String nothing =
        precision == null
            ? "null"
            : "null".substring(0, Math.min("null".length(), width(precision)));
    String known = "coalesce({0}, '" + nothing + "')";
    String form = known;
    if (width > 0 && left) {
      form = "rpad(" + known + ", " + width(known, "" + width) + ", ' ')";
    } else if (width > 0 && zeros) {
      String sign = "CASE WHEN starts_with({0}, '-') THEN '-' ELSE '' END";
      String digits = "ltrim({0}, '-')";
      String zero = "lpad(" + digits + ", " + width(digits, width + " - length(SIGN)") + ", '0')";
      form =
          "CASE WHEN {0} IS NULL THEN lpad('"
              + nothing
              + "', "
              + width("'" + nothing + "'", "" + width)
              + ", ' ') ELSE SIGN || "
              + zero
              + " END";
      form = form.replace("SIGN", "(" + sign + ")");
    } else if (width > 0) {
      form = "lpad(" + known + ", " + width(known, "" + width) + ", ' ')";
    }
    return new Expr.Call(new ScalarFunction("padded", form), List.of(text), STRING);
  }

  /** A width that is not less than that of the text. */
  private static String width(String text, String width) {
    return "CAST(greatest(length(" + text + "), " + width + ") AS INTEGER)";
  }

  private static int width(String digits) {
    int width = digits.length() > 4 ? MOST_WIDTH + 1 : Integer.parseInt(digits);
    if (width > MOST_WIDTH) {
      throw FunctionException.unsupported("a width of more than " + MOST_WIDTH);
    }
    return width;
  }

  private static Expr string(Expr value) {
    if (!value.type().isPrimitiveType() || NumericTypes.isFloating(value.type())) {
      throw FunctionException.wrongArguments(
          "a value of type "
              + Coercion.shown(value.type())
              + " is not put into a text as it is; cast or round it first");
    }
    return Coercion.cast(value, STRING);
  }

  /** A number with so many decimals, rounded half up. */
  private static Expr fixed(Expr value, int decimals) {
    if (!NumericTypes.isNumber(value.type()) && !Coercion.isNull(value)) {
      throw FunctionException.wrongArguments(
          "%f needs a number, not " + Coercion.shown(value.type()));
    }
    if (decimals > 10) {
      throw FunctionException.unsupported("%f with more than 10 decimals");
    }
    if (NumericTypes.isFloating(value.type())) {
      Expr rounded = Rounding.floating(Coercion.to(value, Types.DoubleType.get()), decimals);
      return new Expr.Call(
          new ScalarFunction(
              "fixed",
              "CASE WHEN isnan({0}) THEN 'NaN' WHEN isinf({0}) THEN CASE WHEN {0} > 0 THEN"
                  + " 'Infinity' ELSE '-Infinity' END ELSE printf('%."
                  + decimals
                  + "f', {0}) END"),
          List.of(rounded),
          STRING);
    }
    Type exact = Types.DecimalType.of(38, decimals);
    Expr number = Coercion.isNull(value) ? new Expr.Constant(null, exact) : value;
    Expr rounded =
        NumericTypes.isWhole(number.type()) || Coercion.isNull(value)
            ? number
            : Rounding.decimal(number, decimals);
    return Coercion.cast(Coercion.cast(rounded, exact), STRING);
  }
}
