package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.sql.DuckDbTypes;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/** Lists of numbers and times at equal distances, which FROM takes as rows too. */
final class SeriesFunctions {
  private static final Type LONG = Types.LongType.get();
  private static final long MOST = 1_000_000;

  /** More multiples than can lie between the two, since months differ, of which those that do. */
  private static final String TIMES =
      "CASE WHEN {0} + {step} = {0} THEN error('bergview:VALUE_INVALID:a series needs a step other"
          + " than none') ELSE list_filter(list_transform(range(CAST(abs(epoch_us({1}) -"
          + " epoch_us({0})) / abs(epoch_us({0} + {step}) - epoch_us({0})) * 1.2 AS BIGINT) + 2),"
          + " lambda i: {0} + {step} * i), lambda d: CASE WHEN {0} + {step} > {0} THEN d <= {1}"
          + " ELSE d >= {1} END) END";

  private SeriesFunctions() {}

  static List<SqlFunction> all() {
    return List.of(
        define(
                "The whole numbers from the first argument, by default 0, to before the second, by"
                    + " the third, by default 1. In FROM, a row for each.",
                "range")
            .form("range(long) -> any", (a, t) -> numbers("range({0})", a))
            .form("range(long, long) -> any", (a, t) -> numbers("range({0}, {1})", a))
            .form("range(long, long, long) -> any", (a, t) -> numbers("range({0}, {1}, {2})", a))
            .ours("range(3)", "[0, 1, 2]")
            .ours("range(1, 6, 2)", "[1, 3, 5]"),
        define(
                "The numbers, dates or timestamps from the first argument to the second, which is"
                    + " one of them, by the third, by default 1; an interval for times. The n-th is"
                    + " n intervals after the first, as in Spark. In FROM, a row for each.",
                "generate_series")
            .form(
                "generate_series(long, long) -> any",
                (a, t) -> numbers("generate_series({0}, {1})", a))
            .form(
                "generate_series(long, long, long) -> any",
                (a, t) -> numbers("generate_series({0}, {1}, {2})", a))
            .form("generate_series(moment, moment, interval) -> any", (a, t) -> times(a))
            .example("generate_series(1, 3)", "[1, 2, 3]", "sequence(1, 3)")
            .example("generate_series(5, 1, -2)", "[5, 3, 1]", "sequence(5, 1, -2)")
            .ours("generate_series(3, 1)", "[]")
            .example(
                "generate_series(DATE '2024-01-31', DATE '2024-03-31', INTERVAL 1 MONTH)",
                "[2024-01-31, 2024-02-29, 2024-03-31]",
                "sequence(DATE '2024-01-31', DATE '2024-03-31', INTERVAL 1 MONTH)"),
        define(
                "`generate_series` as Spark calls it: without the third argument, down where the"
                    + " second is less.",
                "sequence")
            .form(
                "sequence(long, long) -> any",
                (a, t) ->
                    numbers(
                        "generate_series({0}, {1}, CASE WHEN {0} <= {1} THEN 1 ELSE -1 END)", a))
            .form(
                "sequence(long, long, long) -> any",
                (a, t) -> numbers("generate_series({0}, {1}, {2})", a))
            .form("sequence(moment, moment, interval) -> any", (a, t) -> times(a))
            .example("sequence(3, 1)", "[3, 2, 1]"));
  }

  private static Expr numbers(String form, List<Expr> arguments) {
    refuseMany(arguments);
    return new Expr.Call(new ScalarFunction("series", form), arguments, TypeShapes.listOf(LONG));
  }

  private static void refuseMany(List<Expr> arguments) {
    List<Long> known = new ArrayList<>();
    for (Expr argument : arguments) {
      if (argument instanceof Expr.Constant constant && constant.value() instanceof Long number) {
        known.add(number);
      }
    }
    if (known.size() < arguments.size()) {
      return;
    }
    double from = known.size() == 1 ? 0 : known.get(0);
    double to = known.get(known.size() == 1 ? 0 : 1);
    double step = known.size() > 2 ? known.get(2) : 1;
    if (step == 0) {
      throw FunctionException.wrongArguments("a series needs a step other than 0");
    }
    if (Math.abs((to - from) / step) > MOST) {
      throw FunctionException.wrongArguments(
          "a series has at most " + MOST + " numbers; this one would have more");
    }
  }

  /** By multiples of the interval, so that months that are too short do not shorten later ones. */
  private static Expr times(List<Expr> arguments) {
    if (Coercion.isNull(arguments.get(2))) {
      throw FunctionException.wrongArguments("a series needs a step other than NULL");
    }
    Type from = arguments.get(0).type();
    Type to = arguments.get(1).type();
    boolean dates = from.typeId() == TypeID.DATE && to.typeId() == TypeID.DATE;
    if (Coercion.isZoned(from) || Coercion.isZoned(to)) {
      throw FunctionException.unsupported(
          "a series of timestamps with time zone is not available; write timestamps without one");
    }
    Type type =
        dates && Intervals.isOfDays(arguments.get(2))
            ? Types.DateType.get()
            : Types.TimestampType.withoutZone();
    Type moment = Types.TimestampType.withoutZone();
    Expr.Call interval = (Expr.Call) arguments.get(2);
    List<Expr> all =
        new ArrayList<>(
            List.of(Coercion.to(arguments.get(0), moment), Coercion.to(arguments.get(1), moment)));
    all.addAll(interval.arguments());
    String step = Intervals.shifted(interval.function().duckDb(), 2);
    return new Expr.Call(
        new ScalarFunction(
            "series",
            "CAST(" + TIMES.replace("{step}", step) + " AS " + DuckDbTypes.sqlType(type) + "[])"),
        all,
        TypeShapes.listOf(type));
  }
}
