package io.bergview.projection.function;

import static io.bergview.projection.function.NumberFunctions.defined;
import static io.bergview.projection.function.NumberFunctions.ofDouble;
import static io.bergview.projection.function.SqlFunction.define;

import java.util.List;

/** Trigonometric and hyperbolic functions, in `double`. */
final class AngleFunctions {
  private AngleFunctions() {}

  private static SqlFunction inverse(String name, String of, String description) {
    return define(description, name)
        .form(
            name + "(double) -> double",
            "CASE WHEN isfinite({0}) THEN 1.0 / "
                + of
                + "({0}) WHEN {0} IS NOT NULL THEN CAST('NaN' AS DOUBLE) END");
  }

  static List<SqlFunction> all() {
    return List.of(
        defined("sin", "isfinite({0})", "The sine of an angle in radians.")
            .example("sin(0)", "0.0"),
        defined("cos", "isfinite({0})", "The cosine of an angle in radians.")
            .example("cos(0)", "1.0"),
        defined("tan", "isfinite({0})", "The tangent of an angle in radians.")
            .example("tan(0)", "0.0"),
        defined("asin", "{0} BETWEEN -1 AND 1", "The angle of a sine, in radians.")
            .example("asin(0)", "0.0"),
        defined("acos", "{0} BETWEEN -1 AND 1", "The angle of a cosine, in radians.")
            .example("acos(1)", "0.0")
            .example("acos(2)", "nan"),
        ofDouble("atan", "The angle of a tangent, in radians.").example("atan(0)", "0.0"),
        define("The angle of the point (x, y), given y and x.", "atan2")
            .form("atan2(double, double) -> double", "atan2({0}, {1})")
            .example("atan2(0, 1)", "0.0"),
        ofDouble("sinh", "The hyperbolic sine.").example("sinh(0)", "0.0"),
        ofDouble("cosh", "The hyperbolic cosine.").example("cosh(0)", "1.0"),
        ofDouble("tanh", "The hyperbolic tangent.").example("tanh(0)", "0.0"),
        defined("acosh", "{0} >= 1", "The inverse hyperbolic cosine.").example("acosh(1)", "0.0"),
        ofDouble("asinh", "The inverse hyperbolic sine.").example("asinh(0)", "0.0"),
        define("The inverse hyperbolic tangent; NaN of a number beyond 1.", "atanh")
            .form(
                "atanh(double) -> double",
                "CASE WHEN abs({0}) < 1 THEN atanh({0}) WHEN abs({0}) = 1 THEN {0} *"
                    + " CAST('Infinity' AS DOUBLE) WHEN {0} IS NOT NULL THEN CAST('NaN' AS DOUBLE)"
                    + " END")
            .example("atanh(0)", "0.0")
            .example("atanh(2)", "nan"),
        inverse("cot", "tan", "The cotangent of an angle in radians.")
            .example("cot(1)", "0.6420926159343306"),
        inverse("sec", "cos", "The secant of an angle in radians.").example("sec(0)", "1.0"),
        inverse("csc", "sin", "The cosecant of an angle in radians.")
            .example("csc(1)", "1.1883951057781212"),
        inverse("coth", "tanh", "The hyperbolic cotangent.").ours("coth(1)", "1.3130352854993315"),
        inverse("sech", "cosh", "The hyperbolic secant.").ours("sech(0)", "1.0"),
        inverse("csch", "sinh", "The hyperbolic cosecant.").ours("csch(1)", "0.8509181282393216"),
        ofDouble("degrees", "Radians in degrees.").example("degrees(0)", "0.0"),
        ofDouble("radians", "Degrees in radians.").example("radians(0)", "0.0"),
        define("The ratio of a circle's circumference to its diameter.", "pi")
            .form("pi() -> double", "pi()")
            .example("pi()", "3.141592653589793"));
  }
}
