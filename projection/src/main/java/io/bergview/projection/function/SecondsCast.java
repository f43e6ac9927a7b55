package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/** Casts between timestamps and numbers, which are seconds since 1970, as in Spark. */
final class SecondsCast {
  private static final Type DOUBLE = Types.DoubleType.get();
  private static final Type MICROSECONDS = Types.DecimalType.of(38, 6);

  /** The seconds of the last timestamp that is known. */
  private static final String MOST = "9223372036854";

  private SecondsCast() {}

  /** The timestamp of so many seconds, to the microsecond. */
  static Expr moment(Expr seconds, Type type, boolean tried) {
    String micros =
        NumericTypes.isWhole(seconds.type())
            ? "{0} * 1000000"
            : "CAST(trunc({0} * 1000000) AS BIGINT)";
    String maker = Coercion.isZoned(type) ? "make_timestamptz" : "make_timestamp";
    String form = maker + "(" + micros + ")";
    if (tried) {
      form = "CASE WHEN abs({0}) <= " + MOST + " THEN " + form + " END";
    }
    Expr given =
        seconds.type().typeId() == TypeID.INTEGER
            ? Coercion.to(seconds, Types.LongType.get())
            : seconds.type().typeId() == TypeID.FLOAT ? new Expr.Cast(seconds, DOUBLE) : seconds;
    return new Expr.Call(new ScalarFunction("timestamp_seconds", form), List.of(given), type);
  }

  /** The seconds of a timestamp, whole ones rounded down; a number that casts to the type. */
  static Expr seconds(Expr moment, Type type) {
    if (NumericTypes.isWhole(type)) {
      String form = "CAST(floor(CAST(epoch_us({0}) AS DECIMAL(32, 0)) * 0.000001) AS BIGINT)";
      return call(form, moment, Types.LongType.get());
    }
    return NumericTypes.isFloating(type)
        ? call("(epoch_us({0}) / 1000000.0)", moment, DOUBLE)
        : call("(CAST(epoch_us({0}) AS DECIMAL(32, 0)) * 0.000001)", moment, MICROSECONDS);
  }

  private static Expr call(String form, Expr moment, Type type) {
    return new Expr.Call(new ScalarFunction("unix_seconds", form), List.of(moment), type);
  }
}
