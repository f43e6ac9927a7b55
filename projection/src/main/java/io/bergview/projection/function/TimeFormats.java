package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Formats of dates and timestamps that DuckDB and Spark both write alike. */
final class TimeFormats {
  private static final Pattern DIRECTIVE = Pattern.compile("%(.?)");
  private static final Pattern LETTERS = Pattern.compile("([A-Za-z])\\1*");
  private static final Map<String, String> SPARK =
      Map.of("yyyy", "%Y", "MM", "%m", "dd", "%d", "HH", "%H", "mm", "%M", "ss", "%S");

  private TimeFormats() {}

  static Expr strftime(List<Expr> arguments) {
    String format = text(arguments.get(1));
    for (Matcher directive = DIRECTIVE.matcher(format); directive.find(); ) {
      check(directive);
    }
    return call("strftime", arguments.get(0), format);
  }

  /** {@code parse_date(format, text)}, to be cast to what is wanted. */
  static Expr parsed(List<Expr> arguments) {
    String format = text(arguments.get(0));
    for (Matcher directive = DIRECTIVE.matcher(format); directive.find(); ) {
      check(directive);
    }
    return new Expr.Call(
        new ScalarFunction(
            "strptime",
            "CASE WHEN {0} IS NOT NULL AND try_strptime({0}, {1}) IS NULL THEN"
                + " error('bergview:VALUE_INVALID:no date or time of that format: ' || {0})"
                + " ELSE try_strptime({0}, {1}) END"),
        List.of(arguments.get(1), new Expr.Constant(format, Types.StringType.get())),
        Types.TimestampType.withoutZone());
  }

  private static void check(Matcher directive) {
    if (directive.group(1).isEmpty() || !"YmdHMSj%".contains(directive.group(1))) {
      throw FunctionException.unsupported(
          "formats know %Y, %m, %d, %H, %M, %S, %j and %%, not '" + directive.group() + "'");
    }
  }

  static Expr dateFormat(List<Expr> arguments) {
    String format = text(arguments.get(1)).replace("%", "%%");
    StringBuilder made = new StringBuilder();
    Matcher letters = LETTERS.matcher(format);
    while (letters.find()) {
      String directive = SPARK.get(letters.group());
      if (directive == null) {
        throw FunctionException.unsupported(
            "date_format knows yyyy, MM, dd, HH, mm and ss, not '" + letters.group() + "'");
      }
      letters.appendReplacement(made, directive);
    }
    return call("date_format", arguments.get(0), letters.appendTail(made).toString());
  }

  private static String text(Expr constant) {
    return String.valueOf(((Expr.Constant) constant).value());
  }

  private static Expr call(String name, Expr moment, String format) {
    Type timestamp = Types.TimestampType.withoutZone();
    Expr local =
        Coercion.isZoned(moment.type())
            ? new Expr.Call(
                new ScalarFunction("local", "timezone('UTC', {0})"), List.of(moment), timestamp)
            : moment;
    return new Expr.Call(
        new ScalarFunction(name, "strftime({0}, {1})"),
        List.of(local, new Expr.Constant(format, Types.StringType.get())),
        Types.StringType.get());
  }
}
