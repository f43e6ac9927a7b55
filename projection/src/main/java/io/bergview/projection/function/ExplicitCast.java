package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.sql.DuckDbTypes;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/**
 * CAST as Spark has it: decimals and doubles are cut towards zero to whole numbers, a string must
 * be written as the type is, bytes and strings are UTF-8.
 */
final class ExplicitCast {
  private static final Type STRING = Types.StringType.get();
  private static final Type DOUBLE = Types.DoubleType.get();

  private ExplicitCast() {}

  /**
   * @param tried whether a value that does not fit gives null
   */
  static Expr of(Expr value, Type type, boolean tried) {
    if (Coercion.isNull(value)) {
      return new Expr.Constant(null, type);
    }
    if (Coercion.sameShape(value.type(), type)) {
      return value;
    }
    if (Coercion.cost(value, type).isPresent() && !isRounding(value, type)) {
      return Coercion.to(value, type);
    }
    Type from = value.type();
    if (type.equals(STRING) && (IntervalValues.is(value) || Intervals.isInterval(value))) {
      return IntervalValues.text(IntervalValues.value(value));
    }
    if (IntervalValues.is(value) && NumericTypes.isNumber(type)) {
      return of(IntervalValues.count(value), type, tried);
    }
    Optional<Expr> interval =
        from.equals(STRING) ? IntervalValues.parsed(value, type, tried) : Optional.empty();
    if (interval.isPresent()) {
      return interval.get();
    }
    if (!fits(from, type)) {
      throw FunctionException.wrongArguments(
          "a value of type "
              + Coercion.shown(from)
              + " cannot be cast to "
              + Coercion.shown(type)
              + instead(from, type));
    }
    if (type.typeId() == TypeID.TIMESTAMP && NumericTypes.isNumber(from)) {
      return SecondsCast.moment(value, type, tried);
    }
    Expr seconds =
        from.typeId() == TypeID.TIMESTAMP && NumericTypes.isNumber(type)
            ? SecondsCast.seconds(value, type)
            : value;
    if (Coercion.sameShape(seconds.type(), type)) {
      return seconds;
    }
    Expr prepared = prepared(seconds, type);
    if (Coercion.sameShape(prepared.type(), type)) {
      return prepared;
    }
    return tried
        ? call("try_cast", "TRY_CAST({0} AS " + DuckDbTypes.sqlType(type) + ")", prepared, type)
        : new Expr.Cast(prepared, type);
  }

  private static String instead(Type from, Type to) {
    if (from.typeId() == TypeID.DATE && NumericTypes.isNumber(to)) {
      return "; write unix_date(x), the days since 1970, or year(x)";
    }
    if (to.typeId() == TypeID.DATE && NumericTypes.isNumber(from)) {
      return "; write DATE '1970-01-01' + x, or make_date(year, month, day)";
    }
    if (from.typeId() == TypeID.TIME && to.typeId() == TypeID.TIMESTAMP) {
      return "; add it to a date: DATE '2024-01-01' + x";
    }
    return to.typeId() == TypeID.BINARY && NumericTypes.isNumber(from)
        ? "; write unhex(hex(x)), or encode(CAST(x AS VARCHAR))"
        : "";
  }

  /** A string with more decimals than the type has is rounded, but it must be a number. */
  private static boolean isRounding(Expr value, Type type) {
    return !(value instanceof Expr.Constant) && type.equals(STRING);
  }

  private static boolean fits(Type from, Type to) {
    if (to.equals(STRING)) {
      return from.isPrimitiveType();
    }
    return switch (to.typeId()) {
      case BOOLEAN -> NumericTypes.isNumber(from) || from.equals(STRING);
      case INTEGER, LONG, FLOAT, DOUBLE, DECIMAL ->
          NumericTypes.isNumber(from)
              || from.equals(STRING)
              || from.typeId() == TypeID.BOOLEAN
              || from.typeId() == TypeID.TIMESTAMP;
      case DATE -> from.equals(STRING) || from.typeId() == TypeID.TIMESTAMP;
      case TIMESTAMP ->
          from.equals(STRING)
              || from.typeId() == TypeID.DATE
              || from.typeId() == TypeID.TIMESTAMP
              || NumericTypes.isNumber(from);
      case TIME -> from.equals(STRING) || from.typeId() == TypeID.TIMESTAMP;
      case UUID -> from.equals(STRING) || from.typeId() == TypeID.BINARY;
      case BINARY ->
          from.equals(STRING) || from.typeId() == TypeID.FIXED || from.typeId() == TypeID.UUID;
      case LIST ->
          from.isListType()
              && (Coercion.sameShape(from, to)
                  || plain(from.asListType().elementType(), to.asListType().elementType()));
      case MAP ->
          from.isMapType()
              && plain(from.asMapType().keyType(), to.asMapType().keyType())
              && plain(from.asMapType().valueType(), to.asMapType().valueType());
      case STRUCT -> from.isStructType() && sameFields(from.asStructType(), to.asStructType());
      default -> false;
    };
  }

  /** Whether fields have the same names in the same order: DuckDB goes by their names. */
  private static boolean sameFields(Types.StructType from, Types.StructType to) {
    List<Types.NestedField> ours = from.fields();
    List<Types.NestedField> theirs = to.fields();
    boolean same = ours.size() == theirs.size();
    for (int i = 0; same && i < ours.size(); i++) {
      same =
          ours.get(i).name().equals(theirs.get(i).name())
              && plain(ours.get(i).type(), theirs.get(i).type());
    }
    return same;
  }

  /** Whether DuckDB's own cast of elements is the right one. */
  private static boolean plain(Type from, Type to) {
    return Coercion.sameShape(from, to)
        || Coercion.cost(Coercion.valueOf(from), to).isPresent()
        || to.equals(STRING) && NumericTypes.isWhole(from);
  }

  /** The value in a form of which DuckDB's cast is the one that is meant. */
  private static Expr prepared(Expr value, Type to) {
    Type from = value.type();
    boolean whole = to.typeId() == TypeID.INTEGER || to.typeId() == TypeID.LONG;
    if (whole && !NumericTypes.isWhole(from) && NumericTypes.isNumber(from)) {
      return call(
          "trunc",
          "trunc({0})",
          value,
          from instanceof Types.DecimalType decimal
              ? Types.DecimalType.of(decimal.precision(), 0)
              : from);
    }
    if (whole && from.equals(STRING)) {
      return call(
          "whole",
          "CASE WHEN regexp_full_match({0}, '\\s*[+-]?[0-9]+\\s*') THEN trim({0}) ELSE '\"' || {0}"
              + " || '\"' END",
          value,
          STRING);
    }
    if (to instanceof Types.DecimalType && NumericTypes.isFloating(from)) {
      return call("digits", "CAST({0} AS VARCHAR)", value, STRING);
    }
    if (to.typeId() == TypeID.BINARY && from.equals(STRING)) {
      return call("encode", "encode({0})", value, to);
    }
    if (to.typeId() == TypeID.BINARY && from.typeId() == TypeID.UUID) {
      return call("encode", "unhex(replace(CAST({0} AS VARCHAR), '-', ''))", value, to);
    }
    if (to.typeId() == TypeID.UUID && from.typeId() == TypeID.BINARY) {
      return call("hex", "hex({0})", value, STRING);
    }
    if (to.equals(STRING)) {
      return text(value).orElse(value);
    }
    return value;
  }

  private static Optional<Expr> text(Expr value) {
    Type from = value.type();
    if (Coercion.isZoned(from)) {
      return Optional.of(
          call("local", "timezone('UTC', {0})", value, Types.TimestampType.withoutZone()));
    }
    return from.typeId() == TypeID.BINARY || from.typeId() == TypeID.FIXED
        ? Optional.of(call("decode", "decode({0})", value, STRING))
        : Optional.empty();
  }

  private static Expr call(String name, String form, Expr value, Type type) {
    return new Expr.Call(new ScalarFunction(name, form), List.of(value), type);
  }
}
