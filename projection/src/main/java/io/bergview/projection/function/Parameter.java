package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Expr;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/**
 * What an argument must be.
 *
 * @param word a type; {@code number}, {@code decimal}, {@code moment} (a date or a timestamp) or
 *     {@code list}, {@code struct}, {@code map}, {@code any} for all of a kind; {@code T} or {@code
 *     list<T>} for a type that several arguments share
 * @param constant whether it must be known when the call is read
 */
record Parameter(String word, boolean constant) {
  /** The same for all types, so that the first signature is the one that takes NULL. */
  private static final int OF_NULL = 5;

  private static final int OF_CAST = 20;

  static final Map<String, Type> TYPES =
      Map.ofEntries(
          Map.entry("string", Types.StringType.get()),
          Map.entry("long", Types.LongType.get()),
          Map.entry("double", Types.DoubleType.get()),
          Map.entry("boolean", Types.BooleanType.get()),
          Map.entry("date", Types.DateType.get()),
          Map.entry("time", Types.TimeType.get()),
          Map.entry("timestamp", Types.TimestampType.withoutZone()),
          Map.entry("timestamptz", Types.TimestampType.withZone()),
          Map.entry("uuid", Types.UUIDType.get()),
          Map.entry("binary", Types.BinaryType.get()));

  Parameter {
    requireNonNull(word, "word is null");
  }

  static Parameter parse(String text) {
    boolean constant = text.startsWith("constant ");
    return new Parameter(constant ? text.substring("constant ".length()) : text, constant);
  }

  boolean isShared() {
    return word.equals("T") || word.equals("list<T>");
  }

  /** How far an argument is from this; empty if it does not fit. Shared types are not tested. */
  OptionalInt cost(Expr argument) {
    if (constant && !(argument instanceof Expr.Constant)) {
      return OptionalInt.empty();
    }
    if (Coercion.isUntyped(argument)) {
      boolean nested = word.equals("list") || word.equals("map") || word.equals("struct");
      return nested ? OptionalInt.empty() : OptionalInt.of(OF_NULL);
    }
    Type type = TYPES.get(word);
    if (type != null) {
      OptionalInt cost = Coercion.cost(argument, type);
      return cost.isEmpty() && isCast(argument) ? OptionalInt.of(OF_CAST) : cost;
    }
    return ofKind(argument.type());
  }

  /**
   * As in Spark, functions of strings take what else can be written, but for floating-point
   * numbers, which engines write in their ways; and those of floating-point numbers take strings.
   */
  private boolean isCast(Expr argument) {
    Type type = argument.type();
    if (constant || !type.isPrimitiveType()) {
      return false;
    }
    return switch (word) {
      case "string" ->
          !NumericTypes.isFloating(type)
              && type.typeId() != TypeID.BINARY
              && type.typeId() != TypeID.FIXED;
      case "double" -> type.equals(Types.StringType.get()) && !(argument instanceof Expr.Constant);
      default -> false;
    };
  }

  private OptionalInt ofKind(Type type) {
    boolean fits =
        switch (word) {
          case "number" -> NumericTypes.isNumber(type);
          case "decimal" -> type instanceof Types.DecimalType;
          case "moment" -> type.typeId() == TypeID.DATE || type.typeId() == TypeID.TIMESTAMP;
          case "list<T>", "list" -> type.isListType();
          case "map" -> type.isMapType();
          case "struct" -> type.isStructType() && !type.equals(Intervals.TYPE);
          case "interval" -> type.equals(Intervals.TYPE);
          case "stored interval" -> IntervalValues.is(Coercion.valueOf(type));
          default -> !type.equals(Intervals.TYPE);
        };
    return fits ? OptionalInt.of(0) : OptionalInt.empty();
  }

  /** The argument as the function takes it, apart from shared types. */
  Expr converted(Expr argument) {
    Type type = TYPES.get(word);
    if (type != null) {
      return Coercion.cost(argument, type).isEmpty() && isCast(argument)
          ? Coercion.cast(argument, type)
          : Coercion.to(argument, type);
    }
    if (Coercion.isUntyped(argument)) {
      return new Expr.Constant(null, typeOfNull());
    }
    return argument;
  }

  private Type typeOfNull() {
    return switch (word) {
      case "moment" -> Types.TimestampType.withoutZone();
      case "decimal" -> Types.DecimalType.of(1, 0);
      case "number" -> Types.LongType.get();
      default -> Types.UnknownType.get();
    };
  }

  @Override
  public String toString() {
    return constant ? "constant " + word : word;
  }
}
