package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.sql.DuckDbTypes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Values in other types. Without being asked, a value is only widened: whole numbers to long,
 * decimal or double, decimals to wider ones or to double, dates to timestamps at midnight,
 * timestamps without zone to timestamps in UTC; and a constant string is read as what the place
 * needs. NULL has every type.
 */
public final class Coercion {
  private static final Type UNKNOWN = Types.UnknownType.get();
  private static final Type LONG = Types.LongType.get();

  private Coercion() {}

  /**
   * The value where that type is needed.
   *
   * @throws FunctionException where it is not converted without CAST
   */
  public static Expr to(Expr value, Type type) {
    if (isUntyped(value)) {
      return new Expr.Constant(null, type);
    }
    if (sameShape(value.type(), type)) {
      return value;
    }
    if (cost(value, type).isEmpty()) {
      throw FunctionException.wrongArguments(
          written(value) + " is not a " + shown(type) + "; write CAST(... AS " + shown(type) + ")");
    }
    if (isNull(value)) {
      return new Expr.Constant(null, type);
    }
    if (value instanceof Expr.Pack row) {
      return row(row, type.asStructType());
    }
    return value instanceof Expr.Constant constant
        ? constantOf(constant, type).orElseGet(() -> new Expr.Cast(value, type))
        : new Expr.Cast(value, type);
  }

  /**
   * The type that all values have or can be widened to, of {@link Types.UnknownType} where all are
   * NULL; empty if there is none.
   */
  public static Optional<Type> common(List<Expr> values) {
    List<Expr> texts = values.stream().filter(Coercion::isText).toList();
    List<Expr> structs =
        values.stream().filter(v -> v.type().isStructType() && !(v instanceof Expr.Pack)).toList();
    List<Expr> others =
        values.stream()
            .filter(v -> !isText(v) && !isUntyped(v))
            .filter(v -> structs.isEmpty() || !(v instanceof Expr.Pack))
            .toList();
    if (others.isEmpty()) {
      return Optional.of(texts.isEmpty() ? UNKNOWN : Types.StringType.get());
    }
    boolean decimals = others.stream().anyMatch(v -> v.type() instanceof Types.DecimalType);
    Optional<Type> type = Optional.of(typeAmong(decimals, others.get(0)));
    for (Expr value : others) {
      type = type.flatMap(common -> common(common, typeAmong(decimals, value)));
    }
    return type.filter(
        found ->
            values.stream()
                .filter(value -> !others.contains(value))
                .allMatch(value -> cost(value, found).isPresent()));
  }

  /** Beside decimals, a whole constant takes no more digits than the integer that it fits. */
  private static Type typeAmong(boolean decimals, Expr value) {
    return decimals
            && value instanceof Expr.Constant constant
            && constant.value() instanceof Long number
            && number == number.intValue()
        ? Types.IntegerType.get()
        : value.type();
  }

  /**
   * As {@link #common}, for values that are compared: a constant takes the type of the others where
   * that holds it, so that a column is compared as it is.
   */
  public static Optional<Type> comparable(List<Expr> values) {
    List<Expr> columns = values.stream().filter(v -> !(v instanceof Expr.Constant)).toList();
    Optional<Type> type = columns.isEmpty() ? Optional.empty() : common(columns);
    boolean holds =
        type.isPresent()
            && type.get().typeId() != TypeID.UNKNOWN
            && values.stream()
                .allMatch(v -> columns.contains(v) || cost(v, type.get()).isPresent());
    return holds ? type : common(values);
  }

  /**
   * A value of {@code CAST(value AS type)}: an error where the value does not fit.
   *
   * @throws FunctionException where values of its type never do
   */
  public static Expr cast(Expr value, Type type) {
    return ExplicitCast.of(value, type, false);
  }

  /**
   * A value of {@code TRY_CAST(value AS type)}: null where the value does not fit.
   *
   * @throws FunctionException where values of its type never do
   */
  public static Expr tryCast(Expr value, Type type) {
    return ExplicitCast.of(value, type, true);
  }

  /**
   * A string or bytes, cut to a length, as CAST to {@code varchar(n)} does in standard SQL.
   *
   * @param fixed whether a shorter value is filled up, as by CAST to {@code char(n)}
   */
  public static Expr ofLength(Expr value, long length, boolean fixed) {
    boolean bytes = value.type().typeId() == TypeID.BINARY;
    String text = bytes ? "hex({0})" : "{0}";
    long size = bytes ? 2 * length : length;
    String form =
        fixed
            ? "rpad(%s, %d, '%s')".formatted(text, size, bytes ? "0" : " ")
            : "left(%s, %d)".formatted(text, size);
    return new Expr.Call(
        new ScalarFunction("length", bytes ? "unhex(" + form + ")" : form),
        List.of(value),
        value.type());
  }

  private static Optional<Type> common(Type left, Type right) {
    if (sameShape(left, right)) {
      return Optional.of(left);
    }
    if (NumericTypes.isNumber(left) && NumericTypes.isNumber(right)) {
      return NumericTypes.common(valueOf(left), valueOf(right));
    }
    if (left.isListType() && right.isListType()) {
      return common(left.asListType().elementType(), right.asListType().elementType())
          .map(TypeShapes::listOf);
    }
    if (cost(valueOf(left), right).isPresent()) {
      return Optional.of(right);
    }
    return cost(valueOf(right), left).isPresent() ? Optional.of(left) : Optional.empty();
  }

  /** Some value of a type, of which nothing else is known. */
  static Expr valueOf(Type type) {
    return new Expr.Ref(new PlanColumn(0, "value", type));
  }

  /** How far the value is from the type: 0 if it has it already; empty if it is not converted. */
  static OptionalInt cost(Expr value, Type type) {
    if (isUntyped(value) || sameShape(value.type(), type)) {
      return OptionalInt.of(0);
    }
    if (value instanceof Expr.Pack row && type.isStructType()) {
      return costOfRow(row, type.asStructType().fields());
    }
    if (value instanceof Expr.Constant constant && constantOf(constant, type).isPresent()) {
      return OptionalInt.of(isText(value) ? 9 : distance(value.type(), type).orElse(1));
    }
    if (type instanceof Types.DecimalType decimal && holds(decimal, value)) {
      return OptionalInt.of(2);
    }
    return distance(value.type(), type);
  }

  /** What is written as a row takes the names of a struct's fields. */
  private static OptionalInt costOfRow(Expr.Pack row, List<Types.NestedField> fields) {
    if (row.values().size() != fields.size()) {
      return OptionalInt.empty();
    }
    for (int i = 0; i < fields.size(); i++) {
      if (cost(row.values().get(i), fields.get(i).type()).isEmpty()) {
        return OptionalInt.empty();
      }
    }
    return OptionalInt.of(3);
  }

  private static Expr row(Expr.Pack row, Types.StructType type) {
    List<Expr> values = new ArrayList<>();
    for (int i = 0; i < row.values().size(); i++) {
      values.add(to(row.values().get(i), type.fields().get(i).type()));
    }
    return new Expr.Pack(values, type);
  }

  private static boolean holds(Types.DecimalType wide, Expr value) {
    if (!NumericTypes.isWhole(value.type()) && !(value.type() instanceof Types.DecimalType)) {
      return false;
    }
    Types.DecimalType decimal = NumericTypes.asDecimal(value);
    return wide.scale() >= decimal.scale()
        && wide.precision() - wide.scale() >= Math.min(19, decimal.precision() - decimal.scale());
  }

  private static OptionalInt distance(Type from, Type to) {
    return switch (to.typeId()) {
      case LONG -> from.typeId() == TypeID.INTEGER ? OptionalInt.of(1) : OptionalInt.empty();
      case DOUBLE ->
          NumericTypes.isNumber(from)
              ? OptionalInt.of(from.typeId() == TypeID.FLOAT ? 1 : 4)
              : OptionalInt.empty();
      case TIMESTAMP ->
          from.typeId() == TypeID.DATE
              ? OptionalInt.of(isZoned(to) ? 3 : 2)
              : from.typeId() == TypeID.TIMESTAMP && isZoned(to)
                  ? OptionalInt.of(2)
                  : OptionalInt.empty();
      case BINARY -> from.typeId() == TypeID.FIXED ? OptionalInt.of(1) : OptionalInt.empty();
      case MAP ->
          from.isMapType()
                  && cost(valueOf(from.asMapType().keyType()), to.asMapType().keyType()).isPresent()
              ? cost(valueOf(from.asMapType().valueType()), to.asMapType().valueType())
              : OptionalInt.empty();
      case LIST ->
          from.isListType()
              ? cost(valueOf(from.asListType().elementType()), to.asListType().elementType())
              : OptionalInt.empty();
      default -> OptionalInt.empty();
    };
  }

  static boolean isZoned(Type type) {
    return type instanceof Types.TimestampType timestamp && timestamp.shouldAdjustToUTC();
  }

  /** The same constant in another type; empty where that does not hold it exactly. */
  private static Optional<Expr> constantOf(Expr.Constant constant, Type type) {
    Object value = constant.value();
    if (value instanceof String text && !type.equals(Types.StringType.get())) {
      return type.equals(Intervals.TYPE)
          ? Intervals.parse(text)
          : TextConstants.parse(text, type).map(parsed -> new Expr.Constant(parsed, type));
    }
    if (!(value instanceof Long) && !(value instanceof BigDecimal)) {
      return Optional.empty();
    }
    BigDecimal number =
        value instanceof Long whole ? BigDecimal.valueOf(whole) : (BigDecimal) value;
    return Optional.ofNullable(
            switch (type.typeId()) {
              case INTEGER, LONG -> whole(number, type);
              case DECIMAL -> exact(number, (Types.DecimalType) type);
              case DOUBLE -> (Object) number.doubleValue();
              default -> null;
            })
        .map(found -> new Expr.Constant(found, type));
  }

  private static @Nullable Object whole(BigDecimal number, Type type) {
    int bits = type.equals(LONG) ? 64 : 32;
    return number.scale() == 0 && number.unscaledValue().bitLength() < bits
        ? (Object) number.longValue()
        : null;
  }

  private static @Nullable Object exact(BigDecimal number, Types.DecimalType type) {
    if (number.stripTrailingZeros().scale() > type.scale()) {
      return null;
    }
    BigDecimal scaled = number.setScale(type.scale(), RoundingMode.UNNECESSARY);
    return scaled.precision() > type.precision() ? null : scaled;
  }

  /** A NULL that no type was given. */
  static boolean isUntyped(Expr value) {
    return value.type().typeId() == TypeID.UNKNOWN;
  }

  static boolean isNull(Expr value) {
    return isUntyped(value)
        || (value instanceof Expr.Constant constant && constant.value() == null);
  }

  private static boolean isText(Expr value) {
    return value instanceof Expr.Constant constant && constant.value() instanceof String;
  }

  /** Whether two types differ at most in the ids of their fields. */
  static boolean sameShape(Type left, Type right) {
    if (left.equals(right)) {
      return true;
    }
    if (left.typeId() != right.typeId() || left.isPrimitiveType()) {
      return false;
    }
    return TypeShapes.supported(left)
        && TypeShapes.supported(right)
        && DuckDbTypes.sqlType(left).equals(DuckDbTypes.sqlType(right));
  }

  private static String written(Expr value) {
    return isText(value)
        ? "'" + ((Expr.Constant) value).value() + "'"
        : "a value of type " + shown(value.type());
  }

  /** A type as messages name it. */
  static String shown(Type type) {
    if (type.equals(Intervals.TYPE)) {
      return "interval";
    }
    if (isZoned(type)) {
      return "timestamptz";
    }
    return switch (type.typeId()) {
      case INTEGER -> "int";
      case UNKNOWN -> "NULL";
      case LIST -> "list<" + shown(type.asListType().elementType()) + ">";
      case STRUCT -> "struct";
      case MAP -> "map";
      case DECIMAL ->
          "decimal("
              + ((Types.DecimalType) type).precision()
              + ","
              + ((Types.DecimalType) type).scale()
              + ")";
      default -> type.typeId().name().toLowerCase(Locale.ROOT);
    };
  }
}
