package io.bergview.projection.resolve;

import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.plan.Expr;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Constants of a document, as values of a column's type. Messages of the exceptions are for the
 * user, without the path.
 */
final class Constants {
  private Constants() {}

  /**
   * A constant that a column is compared with, and the comparison to use: both may change where the
   * type cannot hold the value.
   */
  record Bound(Operator operator, Expr.Constant constant) {}

  /**
   * {@code column operator literal} in the column's own type. A number that an exact type cannot
   * hold moves to the nearest one that gives the same result.
   *
   * @return empty if no value of the type satisfies it, such as {@code int = 1.5}
   * @throws IllegalArgumentException if the literal does not fit the column's type
   */
  static Optional<Bound> bound(Operator operator, Object literal, Type type) {
    Optional<BigDecimal> largest = largest(type);
    if (largest.isEmpty()) {
      return Optional.of(new Bound(operator, constant(literal, type)));
    }
    BigDecimal value = number(literal, type);
    int scale = type instanceof Types.DecimalType decimal ? decimal.scale() : 0;
    BigDecimal floor = value.setScale(scale, RoundingMode.FLOOR);
    BigDecimal smallest =
        largest
            .get()
            .negate()
            .subtract(type instanceof Types.DecimalType ? BigDecimal.ZERO : BigDecimal.ONE);
    boolean exact = floor.compareTo(value) == 0;
    boolean low = value.compareTo(smallest) < 0;
    boolean high = value.compareTo(largest.get()) > 0;
    if (exact && !low && !high) {
      return Optional.of(new Bound(operator, exact(floor, type)));
    }
    return switch (operator) {
      case EQ -> Optional.empty();
      case GT, GTE -> {
        if (high) {
          yield Optional.empty();
        }
        yield low
            ? Optional.of(new Bound(Operator.GTE, exact(smallest, type)))
            : Optional.of(new Bound(Operator.GT, exact(floor, type)));
      }
      case LT, LTE -> {
        if (low) {
          yield Optional.empty();
        }
        yield high
            ? Optional.of(new Bound(Operator.LTE, exact(largest.get(), type)))
            : Optional.of(new Bound(Operator.LTE, exact(floor, type)));
      }
    };
  }

  private static Expr.Constant exact(BigDecimal value, Type type) {
    return new Expr.Constant(
        type instanceof Types.DecimalType ? value : (Object) value.longValueExact(), type);
  }

  private static Optional<BigDecimal> largest(Type type) {
    return switch (type.typeId()) {
      case INTEGER -> Optional.of(BigDecimal.valueOf(Integer.MAX_VALUE));
      case LONG -> Optional.of(BigDecimal.valueOf(Long.MAX_VALUE));
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        yield Optional.of(
            new BigDecimal(
                BigInteger.TEN.pow(decimal.precision()).subtract(BigInteger.ONE), decimal.scale()));
      }
      default -> Optional.empty();
    };
  }

  private static BigDecimal number(Object literal, Type type) {
    if (literal instanceof Long || literal instanceof Integer) {
      return BigDecimal.valueOf(((Number) literal).longValue());
    }
    if (literal instanceof BigInteger integer) {
      return new BigDecimal(integer);
    }
    if (literal instanceof BigDecimal decimal) {
      return decimal;
    }
    throw mismatch(literal, type, "a number");
  }

  private static Expr.Constant constant(Object literal, Type type) {
    Object value =
        switch (type.typeId()) {
          case BOOLEAN ->
              literal instanceof Boolean truth ? truth : fail(literal, type, "true or false");
          case FLOAT ->
              (double)
                  (literal instanceof Double number
                      ? number.floatValue()
                      : number(literal, type).floatValue());
          case DOUBLE ->
              literal instanceof Double number
                  ? number
                  : (Double) number(literal, type).doubleValue();
          case STRING -> literal instanceof String text ? text : fail(literal, type, "a string");
          case DATE -> time(literal, type, "a date such as '2024-01-31'");
          case TIME -> time(literal, type, "a time such as '13:45:00'");
          case TIMESTAMP ->
              time(
                  literal,
                  type,
                  ((Types.TimestampType) type).shouldAdjustToUTC()
                      ? "a timestamp such as '2024-01-31T13:45:00Z'"
                      : "a timestamp without zone such as '2024-01-31T13:45:00'");
          case UUID -> uuid(literal, type);
          case BINARY, FIXED -> bytes(literal, type);
          default ->
              throw new IllegalArgumentException(
                  "a "
                      + type.typeId().name().toLowerCase(java.util.Locale.ROOT)
                      + " cannot be compared; only {$exists: true} or null can");
        };
    return new Expr.Constant(value, type);
  }

  private static Object time(Object literal, Type type, String wanted) {
    if (!(literal instanceof String text)) {
      throw mismatch(literal, type, wanted);
    }
    try {
      return switch (type.typeId()) {
        case DATE -> LocalDate.parse(text);
        case TIME -> LocalTime.parse(text);
        default ->
            ((Types.TimestampType) type).shouldAdjustToUTC() ? instant(text) : dateTime(text);
      };
    } catch (DateTimeException e) {
      throw mismatch(literal, type, wanted);
    }
  }

  private static LocalDateTime dateTime(String text) {
    return text.length() <= 10
        ? LocalDate.parse(text).atStartOfDay()
        : LocalDateTime.parse(text.replace(' ', 'T'));
  }

  private static Instant instant(String text) {
    String iso = text.replace(' ', 'T');
    int time = iso.indexOf('T');
    boolean zoned =
        time > 0 && (iso.endsWith("Z") || iso.indexOf('+', time) > 0 || iso.indexOf('-', time) > 0);
    return zoned ? OffsetDateTime.parse(iso).toInstant() : dateTime(text).toInstant(ZoneOffset.UTC);
  }

  private static Object uuid(Object literal, Type type) {
    try {
      return literal instanceof String text ? UUID.fromString(text) : fail(literal, type, "a UUID");
    } catch (IllegalArgumentException e) {
      throw mismatch(literal, type, "a UUID such as 'f79c3e09-677c-4bbd-a479-3f349cb785e7'");
    }
  }

  private static Object bytes(Object literal, Type type) {
    if (literal instanceof String text && text.startsWith("0x")) {
      try {
        return ByteBuffer.wrap(HexFormat.of().parseHex(text.substring(2)));
      } catch (IllegalArgumentException e) {
        throw mismatch(literal, type, "bytes in hexadecimal such as '0x00ff'");
      }
    }
    throw mismatch(literal, type, "bytes in hexadecimal such as '0x00ff'");
  }

  private static Object fail(Object literal, Type type, String wanted) {
    throw mismatch(literal, type, wanted);
  }

  private static IllegalArgumentException mismatch(Object literal, Type type, String wanted) {
    String shown = literal instanceof String ? "'" + literal + "'" : String.valueOf(literal);
    return new IllegalArgumentException(
        "the column is " + type + ", which " + shown + " is not; write " + wanted);
  }

  /**
   * A constant that stands alone: an integer is int or long, a decimal has just its digits, NaN and
   * infinities are doubles.
   */
  static Expr.Constant free(Object literal) {
    if (literal instanceof Boolean) {
      return new Expr.Constant(literal, Types.BooleanType.get());
    }
    if (literal instanceof String) {
      return new Expr.Constant(literal, Types.StringType.get());
    }
    if (literal instanceof Double) {
      return new Expr.Constant(literal, Types.DoubleType.get());
    }
    BigDecimal value = number(literal, Types.DecimalType.of(38, 0));
    if (value.scale() <= 0) {
      BigInteger whole = value.toBigIntegerExact();
      if (whole.bitLength() < 64) {
        return new Expr.Constant(
            whole.longValueExact(),
            whole.bitLength() < 32 ? Types.IntegerType.get() : Types.LongType.get());
      }
      value = new BigDecimal(whole);
    }
    int precision = Math.max(value.precision(), value.scale());
    if (precision > 38) {
      throw new IllegalArgumentException(literal + " has more than 38 digits");
    }
    return new Expr.Constant(value, Types.DecimalType.of(precision, value.scale()));
  }
}
