package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import java.util.ArrayList;
import java.util.List;

/** Functions of numbers. Those in `double` follow IEEE 754: what is not defined is NaN. */
final class NumberFunctions {
  private NumberFunctions() {}

  static List<SqlFunction> all() {
    List<SqlFunction> all = new ArrayList<>(rounding());
    all.addAll(powers());
    all.addAll(AngleFunctions.all());
    all.addAll(whole());
    return all;
  }

  private static List<SqlFunction> rounding() {
    return List.of(
        define("The number without its sign.", "abs", "@")
            .form("abs(long) -> long", "abs({0})")
            .form("abs(decimal) -> decimal", "abs({0})")
            .form("abs(double) -> double", "abs({0})")
            .example("abs(-5)", "5")
            .example("abs(-1.50)", "1.50"),
        define("-1, 0 or 1 as the number is negative, zero or positive.", "sign", "signum")
            .form("sign(long) -> long", "sign({0})")
            .form("sign(decimal) -> long", (a, t) -> Rounding.sign(a.get(0)))
            .form("sign(double) -> double", "CASE WHEN isnan({0}) THEN {0} ELSE sign({0}) END")
            .example("sign(-5)", "-1"),
        TimeUnitFunctions.rounding(
                define(
                        "The least whole number that is not less. `ceil(value TO unit)`: the least"
                            + " start of a unit of time that is not earlier.",
                        "ceil",
                        "ceiling")
                    .form("ceil(long) -> long", (a, t) -> a.get(0))
                    .form("ceil(decimal) -> decimal", (a, t) -> Rounding.whole("ceil", a.get(0)))
                    .form("ceil(double) -> long", "ceil({0})"))
            .example("ceil(1.2)", "2")
            .example("ceil(-1.2)", "-1")
            .ours("ceil(TIMESTAMP '2024-02-10 10:30:00', 'month')", "2024-03-01 00:00:00"),
        TimeUnitFunctions.rounding(
                define(
                        "The greatest whole number that is not greater. `floor(value TO unit)`: the"
                            + " start of the unit of time, as `date_trunc`.",
                        "floor")
                    .form("floor(long) -> long", (a, t) -> a.get(0))
                    .form("floor(decimal) -> decimal", (a, t) -> Rounding.whole("floor", a.get(0)))
                    .form("floor(double) -> long", "floor({0})"))
            .example("floor(1.8)", "1")
            .example("floor(-1.2)", "-2")
            .ours("floor(TIMESTAMP '2024-02-10 10:30:00', 'hour')", "2024-02-10 10:00:00"),
        define(
                "Rounded half up, away from zero, to so many decimals, by default none; negative"
                    + " for tens, hundreds and so on. A floating-point number is rounded as it is"
                    + " written.",
                "round")
            .form("round(long) -> long", (a, t) -> a.get(0))
            .form(
                "round(long, constant long) -> long",
                (a, t) -> Rounding.whole(a.get(0), Rounding.digits(a)))
            .form("round(decimal) -> decimal", (a, t) -> Rounding.decimal(a.get(0), 0))
            .form(
                "round(decimal, constant long) -> decimal",
                (a, t) -> Rounding.decimal(a.get(0), Rounding.digits(a)))
            .form("round(double) -> double", (a, t) -> Rounding.floating(a.get(0), 0))
            .form(
                "round(double, constant long) -> double",
                (a, t) -> Rounding.floating(a.get(0), Rounding.digits(a)))
            .example("round(2.5)", "3")
            .example("round(-2.5)", "-3")
            .example("round(1.005, 2)", "1.01")
            .example("round(1250, -2)", "1300")
            .example("round(CAST(1.005 AS DOUBLE), 2)", "1.01"),
        define(
                "As `round`, but a number in the middle between two goes to the one whose last"
                    + " digit is even.",
                "bround",
                "round_even",
                "roundbankers")
            .form("bround(long) -> long", (a, t) -> a.get(0))
            .form(
                "bround(long, constant long) -> long",
                (a, t) -> Rounding.even(a.get(0), Rounding.digits(a)))
            .form("bround(decimal) -> decimal", (a, t) -> Rounding.even(a.get(0), 0))
            .form(
                "bround(decimal, constant long) -> decimal",
                (a, t) -> Rounding.even(a.get(0), Rounding.digits(a)))
            .form("bround(double) -> double", (a, t) -> Rounding.even(a.get(0), 0))
            .form(
                "bround(double, constant long) -> double",
                (a, t) -> Rounding.even(a.get(0), Rounding.digits(a)))
            .example("bround(2.5)", "2")
            .example("bround(-3.5)", "-4")
            .example("bround(1.125, 2)", "1.12")
            .example("bround(1.1251, 2)", "1.13")
            .example("bround(1250, -2)", "1200")
            .example("bround(CAST(0.25 AS DOUBLE), 1)", "0.2"),
        define(
                "The number without its fraction, or cut off towards zero after so many decimals;"
                    + " negative for tens, hundreds and so on.",
                "trunc",
                "truncate")
            .form("trunc(long) -> long", (a, t) -> a.get(0))
            .form("trunc(decimal) -> decimal", (a, t) -> Rounding.whole("trunc", a.get(0)))
            .form("trunc(double) -> double", "trunc({0})")
            .form(
                "trunc(long, constant long) -> long",
                (a, t) -> Rounding.cut(a.get(0), Rounding.digits(a)))
            .form(
                "trunc(decimal, constant long) -> decimal",
                (a, t) -> Rounding.cut(a.get(0), Rounding.digits(a)))
            .form(
                "trunc(double, constant long) -> double",
                (a, t) -> Rounding.cut(a.get(0), Rounding.digits(a)))
            .ours("trunc(-1.7)", "-1")
            .ours("trunc(-1.789, 1)", "-1.7")
            .ours("trunc(1789, -2)", "1700")
            .ours("trunc(CAST(0.29 AS DOUBLE) * 100, 1)", "28.9"));
  }

  static SqlFunction ofDouble(String name, String description, String... aliases) {
    String[] names = new String[aliases.length + 1];
    names[0] = name;
    System.arraycopy(aliases, 0, names, 1, aliases.length);
    return define(description, names).form(name + "(double) -> double", name + "({0})");
  }

  static SqlFunction defined(String name, String where, String description) {
    return define(description, name)
        .form(
            name + "(double) -> double",
            "CASE WHEN "
                + where
                + " THEN "
                + name
                + "({0}) WHEN {0} IS NOT NULL THEN CAST('NaN' AS DOUBLE) END");
  }

  private static String positive(String logarithm) {
    return "CASE WHEN {0} > 0 THEN " + logarithm + "({0}) END";
  }

  private static List<SqlFunction> powers() {
    return List.of(
        defined("sqrt", "{0} >= 0", "The square root; NaN of a negative number.")
            .example("sqrt(9)", "3.0")
            .example("sqrt(-1)", "nan"),
        ofDouble("cbrt", "The cube root.").example("cbrt(1)", "1.0"),
        define("The first number to the power of the second.", "power", "pow", "**", "^")
            .form("power(double, double) -> double", "pow({0}, {1})")
            .example("power(2, 10)", "1024.0"),
        ofDouble("exp", "e to the power of the number.").example("exp(0)", "1.0"),
        define("The natural logarithm; NULL of zero and of a negative number.", "ln")
            .form("ln(double) -> double", positive("ln"))
            .example("ln(1)", "0.0")
            .example("ln(0)", "NULL"),
        define(
                "The natural logarithm, as in Spark; with two arguments, the logarithm of the"
                    + " second to the base of the first.",
                "log")
            .form("log(double) -> double", positive("ln"))
            .form(
                "log(double, double) -> double",
                "CASE WHEN {0} > 0 AND {1} > 0 THEN ln({1}) / ln({0}) END")
            .example("log(1)", "0.0")
            .example("log(10, 100)", "2.0"),
        define("The logarithm to the base 10; NULL of zero and of a negative number.", "log10")
            .form("log10(double) -> double", positive("log10"))
            .example("log10(1000)", "3.0"),
        define("The logarithm to the base 2; NULL of zero and of a negative number.", "log2")
            .form("log2(double) -> double", positive("log2"))
            .example("log2(8)", "3.0"));
  }

  private static List<SqlFunction> whole() {
    return List.of(
        define("The greatest common divisor.", "gcd")
            .form("gcd(long, long) -> long", "gcd({0}, {1})")
            .ours("gcd(12, 18)", "6"),
        define("The least common multiple.", "lcm")
            .form("lcm(long, long) -> long", "lcm({0}, {1})")
            .ours("lcm(4, 6)", "12"),
        define("The product of the numbers from 1; NULL below 0 and above 20.", "factorial")
            .form(
                "factorial(long) -> long",
                "CASE WHEN {0} BETWEEN 0 AND 20 THEN factorial(CAST({0} AS INTEGER)) END")
            .example("factorial(5)", "120")
            .example("factorial(21)", "NULL"),
        define("How many bits are set.", "bit_count")
            .form("bit_count(long) -> long", "bit_count({0})")
            .example("bit_count(7)", "3"),
        define("Whether a floating-point number is NaN; false of NULL, as in Spark.", "isnan")
            .form("isnan(double) -> boolean", "coalesce(isnan({0}), false)")
            .example("isnan(NULL)", "false")
            .example("isnan(CAST('NaN' AS DOUBLE))", "true"),
        define("Whether a floating-point number is infinite.", "isinf")
            .form("isinf(double) -> boolean", "isinf({0})")
            .ours("isinf(CAST('Infinity' AS DOUBLE))", "true"),
        define("Whether a floating-point number is neither infinite nor NaN.", "isfinite")
            .form("isfinite(double) -> boolean", "isfinite({0})")
            .ours("isfinite(1.5)", "true"));
  }
}
