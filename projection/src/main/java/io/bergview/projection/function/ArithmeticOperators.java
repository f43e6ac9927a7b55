package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.math.BigDecimal;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Operators between numbers, and between times and intervals. */
final class ArithmeticOperators {
  private static final Type DATE = Types.DateType.get();

  private ArithmeticOperators() {}

  static List<SqlFunction> all() {
    return List.of(
        define(
                "The sum of two numbers: `long` of whole numbers, `double` where one is floating"
                    + " point, else a decimal as in Spark. A date, timestamp or interval later by"
                    + " an interval; a date later by days.",
                "+")
            .form("+(number, number) -> number", (a, t) -> arithmetic(ArithmeticOperator.ADD, a))
            .form("+(long) -> long", (a, t) -> a.get(0))
            .form("+(decimal) -> decimal", (a, t) -> a.get(0))
            .form("+(double) -> double", (a, t) -> a.get(0))
            .form("+(moment, interval) -> moment", (a, t) -> moved(a.get(0), "+", a.get(1)))
            .form("+(interval, moment) -> moment", (a, t) -> moved(a.get(1), "+", a.get(0)))
            .form("+(interval, interval) -> interval", (a, t) -> combined("+", a))
            .form(
                "+(moment, stored interval) -> moment",
                (a, t) -> moved(a.get(0), "+", IntervalValues.operand(a.get(1))))
            .form(
                "+(stored interval, moment) -> moment",
                (a, t) -> moved(a.get(1), "+", IntervalValues.operand(a.get(0))))
            .with(sum -> intervalForms(sum, ArithmeticOperator.ADD, "+"))
            .form("+(date, long) -> date", "({0} + CAST({1} AS INTEGER))")
            .form("+(long, date) -> date", "({1} + CAST({0} AS INTEGER))")
            .example("1 + 2", "3")
            .example("1.5 + 2.25", "3.75")
            .example("1 + NULL", "NULL")
            .example("DATE '2024-01-31' + INTERVAL 1 MONTH", "2024-02-29")
            .example("DATE '2024-01-31' + 1", "2024-02-01")
            .example(
                "TIMESTAMP '2024-01-31 23:00:00' + INTERVAL 2 HOUR",
                "2024-02-01 01:00:00",
                "TIMESTAMP_NTZ '2024-01-31 23:00:00' + INTERVAL 2 HOUR"),
        define(
                "The difference of two numbers, with the type of their sum; of two dates, the days"
                    + " between them. A date, timestamp or interval earlier by an interval. With"
                    + " one operand, its negative.",
                "-")
            .form(
                "-(number, number) -> number", (a, t) -> arithmetic(ArithmeticOperator.SUBTRACT, a))
            .form("-(long) -> long", (a, t) -> negative(a.get(0), t))
            .form("-(decimal) -> decimal", (a, t) -> negative(a.get(0), t))
            .form("-(double) -> double", (a, t) -> negative(a.get(0), t))
            .form("-(interval) -> interval", (a, t) -> Intervals.in("(-{0})", a.get(0)))
            .form("-(date, date) -> long", "({0} - {1})")
            .form("-(moment, interval) -> moment", (a, t) -> moved(a.get(0), "-", a.get(1)))
            .form("-(interval, interval) -> interval", (a, t) -> combined("-", a))
            .form(
                "-(moment, stored interval) -> moment",
                (a, t) -> moved(a.get(0), "-", IntervalValues.operand(a.get(1))))
            .form("-(stored interval) -> any", (a, t) -> IntervalValues.negative(a.get(0)))
            .with(sum -> intervalForms(sum, ArithmeticOperator.SUBTRACT, "-"))
            .form("-(date, long) -> date", "({0} - CAST({1} AS INTEGER))")
            .example("1 - 2", "-1")
            .example("-(2 - 5)", "3")
            .example(
                "DATE '2024-03-01' - DATE '2024-02-01'",
                "29",
                "datediff(DATE '2024-03-01', DATE '2024-02-01')")
            .example("DATE '2024-03-31' - INTERVAL 1 MONTH", "2024-02-29"),
        define(
                "The product of two numbers, typed as Spark does: decimals of precision `p1` and"
                    + " `p2` give `decimal(p1+p2+1, s1+s2)`.",
                "*")
            .form(
                "*(number, number) -> number", (a, t) -> arithmetic(ArithmeticOperator.MULTIPLY, a))
            .form("*(long, interval) -> interval", (a, t) -> times(a.get(1), a.get(0)))
            .form("*(interval, long) -> interval", (a, t) -> times(a.get(0), a.get(1)))
            .form(
                "*(interval, number) -> any",
                (a, t) -> IntervalValues.times(IntervalValues.value(a.get(0)), "*", a.get(1)))
            .form(
                "*(stored interval, number) -> any",
                (a, t) -> IntervalValues.times(a.get(0), "*", a.get(1)))
            .form(
                "*(number, stored interval) -> any",
                (a, t) -> IntervalValues.times(a.get(1), "*", a.get(0)))
            .example("6 * 7", "42")
            .example("1.5 * 1.5", "2.25"),
        define(
                "The quotient: `double` of whole numbers and of floating-point ones; exact and"
                    + " rounded half up where a decimal is divided, with the type that Spark gives."
                    + " Division by zero fails, but floating-point division gives an infinity or"
                    + " NaN.",
                "/")
            .form("/(number, number) -> number", (a, t) -> Division.quotient(a.get(0), a.get(1)))
            .form(
                "/(stored interval, number) -> any",
                (a, t) -> IntervalValues.times(a.get(0), "/", a.get(1)))
            .form(
                "/(interval, number) -> any",
                (a, t) -> IntervalValues.times(IntervalValues.value(a.get(0)), "/", a.get(1)))
            .example("7 / 2", "3.5")
            .example("1.00 / 3", "0.333333")
            .example("1 / NULL", "NULL"),
        define(
                "The quotient of whole numbers, without its fraction. Division by zero fails.",
                "//",
                "div")
            .form("//(long, long) -> long", "({0} // {1})")
            .example("7 // 2", "3", "7 div 2")
            .example("-7 // 2", "-3", "-7 div 2"),
        define(
                "The remainder of a division, with the sign of the dividend. Division by zero"
                    + " fails; of floating-point numbers it gives NaN.",
                "%",
                "mod")
            .form("%(number, number) -> number", (a, t) -> Division.remainder(a.get(0), a.get(1)))
            .example("7 % 3", "1")
            .example("-7 % 3", "-1")
            .example("7.50 % 2", "1.50"),
        define("The bits that both numbers have.", "&")
            .form("&(long, long) -> long", "({0} & {1})")
            .example("6 & 3", "2"),
        define("The bits that either number has.", "|")
            .form("|(long, long) -> long", "({0} | {1})")
            .example("6 | 3", "7"),
        define("The bits that one of the numbers has, but not both.", "xor")
            .form("xor(long, long) -> long", "xor({0}, {1})")
            .example("xor(6, 3)", "5", "6 ^ 3"),
        define("The bits that the number does not have.", "~")
            .form("~(long) -> long", "(~{0})")
            .example("~5", "-6"),
        define("The bits moved up. Fails where the number is negative or bits are lost.", "<<")
            .form("<<(long, long) -> long", "({0} << {1})")
            .example("1 << 4", "16", "shiftleft(1L, 4)"),
        define("The bits moved down; the sign is kept.", ">>")
            .form(">>(long, long) -> long", "({0} >> {1})")
            .example("-16 >> 2", "-4", "shiftright(-16L, 2)"));
  }

  /** Sums of intervals of which one is stored, and times that an interval moves. */
  private static SqlFunction intervalForms(
      SqlFunction sum, ArithmeticOperator operator, String symbol) {
    SqlFunction more = sum;
    for (String operands :
        List.of(
            "stored interval, stored interval",
            "stored interval, interval",
            "interval, stored interval")) {
      more =
          more.form(
              "%s(%s) -> any".formatted(symbol, operands),
              (a, t) -> IntervalValues.sum(operator, a.get(0), a.get(1)));
    }
    return more.form(
            symbol + "(time, interval) -> time",
            (a, t) -> Intervals.moved(a.get(0), symbol, a.get(1), t))
        .form(
            symbol + "(time, stored interval) -> time",
            (a, t) -> Intervals.moved(a.get(0), symbol, IntervalValues.operand(a.get(1)), t));
  }

  private static Expr arithmetic(ArithmeticOperator operator, List<Expr> operands) {
    Expr left = operands.get(0);
    Expr right = operands.get(1);
    Type type = NumericTypes.arithmetic(operator, left, right);
    boolean exact = type instanceof Types.DecimalType;
    return new Expr.Arithmetic(
        operator,
        Coercion.to(left, exact ? NumericTypes.asDecimal(left) : type),
        Coercion.to(right, exact ? NumericTypes.asDecimal(right) : type),
        type);
  }

  private static Expr negative(Expr value, Type type) {
    if (value instanceof Expr.Constant constant) {
      Object number = constant.value();
      if (number instanceof Long whole && whole != Long.MIN_VALUE) {
        return new Expr.Constant(-whole, type);
      }
      if (number instanceof BigDecimal decimal) {
        return new Expr.Constant(decimal.negate(), type);
      }
      if (number instanceof Double floating) {
        return new Expr.Constant(-floating, type);
      }
    }
    return new Expr.Call(new ScalarFunction("-", "(-{0})"), List.of(value), type);
  }

  private static Expr combined(String operator, List<Expr> intervals) {
    return Intervals.combined(operator, intervals.get(0), intervals.get(1));
  }

  private static Expr times(Expr interval, Expr factor) {
    return Intervals.times(interval, factor);
  }

  private static Expr moved(Expr moment, String operator, Expr interval) {
    Type type = moment.type();
    if (Coercion.isNull(interval)) {
      return new Expr.Constant(null, type);
    }
    boolean date = type.equals(DATE);
    return Intervals.moved(
        moment,
        operator,
        interval,
        date && !Intervals.isOfDays(interval) ? Types.TimestampType.withoutZone() : type);
  }
}
