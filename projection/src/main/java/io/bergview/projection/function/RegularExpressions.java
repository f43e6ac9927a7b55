package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Functions of regular expressions, of the syntax that RE2 and Java have in common. */
final class RegularExpressions {
  private static final Type STRING = Types.StringType.get();

  /** What Java has and RE2 does not: references to groups, look-around and possessive groups. */
  private static final Pattern JAVA_ONLY = Pattern.compile("\\\\[1-9k]|\\(\\?(?:[=!>]|<[=!])");

  private RegularExpressions() {}

  static List<SqlFunction> all() {
    return List.of(
        define(
                "Whether a part of the string matches a regular expression, also `string ~"
                    + " pattern` and `string RLIKE pattern`, and `~*` without regard to case, the"
                    + " flag `i`. Its syntax is RE2's, which agrees with Java's but for references"
                    + " and look-around.",
                "regexp_matches",
                "regexp_like",
                "rlike")
            .form(
                "regexp_matches(string, constant string) -> boolean",
                checked("regexp_matches", "regexp_matches({0}, {1})"))
            .form(
                "regexp_matches(string, constant string, constant string) -> boolean",
                (a, t) -> matched(a))
            .example("regexp_matches('a1', '[0-9]')", "true", "regexp_like('a1', '[0-9]')"),
        define(
                "Whether the whole string matches a regular expression, also `string SIMILAR TO"
                    + " pattern`.",
                "regexp_full_match")
            .form(
                "regexp_full_match(string, constant string) -> boolean",
                checked("regexp_full_match", "regexp_full_match({0}, {1})"))
            .example(
                "regexp_full_match('a1', '[0-9]')", "false", "regexp_like('a1', '^(?:[0-9])$')"),
        define(
                "The string with every part that matches a regular expression replaced, as in"
                    + " Spark. With flags, as in PostgreSQL and DuckDB: `g` replaces every part,"
                    + " and without it only the first is; `i` ignores case. `\\1` in the"
                    + " replacement is the first group.",
                "regexp_replace")
            .form(
                "regexp_replace(string, constant string, constant string) -> string",
                checked("regexp_replace", "regexp_replace({0}, {1}, {2}, 'g')"))
            .form(
                "regexp_replace(string, constant string, constant string, constant string) ->"
                    + " string",
                (a, t) -> replaced(a))
            .example("regexp_replace('a1b2', '[0-9]', '#')", "a#b#")
            .ours("regexp_replace('a1b2', '[0-9]', '#', '')", "a#b2")
            .ours("regexp_replace('AbaB', 'b', '-', 'gi')", "A-a-"),
        define(
                "The given group, 0 for the whole, of the first part that matches a regular"
                    + " expression; an empty string where there is none.",
                "regexp_extract")
            .form(
                "regexp_extract(string, constant string, constant long) -> string",
                (a, t) -> extract(a))
            .example("regexp_extract('a1b22', '([a-z])([0-9]+)', 2)", "1")
            .example("regexp_extract('abc', '[0-9]', 0)", ""));
  }

  private static Expr extract(List<Expr> arguments) {
    if (!(((Expr.Constant) arguments.get(2)).value() instanceof Long group)
        || group < 0
        || group > 9) {
      throw FunctionException.wrongArguments("regexp_extract needs a group from 0 to 9");
    }
    check(arguments.get(1));
    if (((Expr.Constant) arguments.get(1)).value() instanceof String pattern
        && group > Pattern.compile(pattern).matcher("").groupCount()) {
      throw FunctionException.wrongArguments(
          "the regular expression '" + pattern + "' has no group " + group);
    }
    return new Expr.Call(
        new ScalarFunction("regexp_extract", "regexp_extract({0}, {1}, " + group + ")"),
        arguments.subList(0, 2),
        STRING);
  }

  private static Expr matched(List<Expr> arguments) {
    check(arguments.get(1));
    String flags = String.valueOf(((Expr.Constant) arguments.get(2)).value());
    if (!flags.matches("[ic]*")) {
      throw FunctionException.wrongArguments(
          "'" + flags + "' are not flags of regexp_matches; there are i and c");
    }
    return new Expr.Call(
        new ScalarFunction("regexp_matches", "regexp_matches({0}, {1}, '" + flags + "')"),
        arguments.subList(0, 2),
        Types.BooleanType.get());
  }

  private static Expr replaced(List<Expr> arguments) {
    check(arguments.get(1));
    String flags = String.valueOf(((Expr.Constant) arguments.get(3)).value());
    if (!flags.matches("[gi]*")) {
      throw FunctionException.wrongArguments(
          "'" + flags + "' are not flags of regexp_replace; there are g and i");
    }
    return new Expr.Call(
        new ScalarFunction("regexp_replace", "regexp_replace({0}, {1}, {2}, '" + flags + "')"),
        arguments.subList(0, 3),
        STRING);
  }

  private static SqlFunction.Binding checked(String name, String form) {
    ScalarFunction function = new ScalarFunction(name, form);
    return (arguments, type) -> {
      check(arguments.get(1));
      return new Expr.Call(function, arguments, type);
    };
  }

  private static void check(Expr constant) {
    if (!(((Expr.Constant) constant).value() instanceof String pattern)) {
      return;
    }
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw FunctionException.wrongArguments(
          "'" + pattern + "' is not a regular expression: " + e.getDescription());
    }
    if (JAVA_ONLY.matcher(pattern).find()) {
      throw FunctionException.unsupported(
          "the regular expression '"
              + pattern
              + "' has a reference or a look-around, which is not available");
    }
  }
}
