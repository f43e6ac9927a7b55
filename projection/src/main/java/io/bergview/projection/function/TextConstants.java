package io.bergview.projection.function;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Constants of other types that are written as strings: {@code DATE '2024-01-31'}. */
final class TextConstants {
  private static final DateTimeFormatter DATE_TIME =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']HH:mm[:ss]")
          .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
          .optionalEnd()
          .appendPattern("[' ']")
          .optionalStart()
          .appendOffset("+HH:mm", "Z")
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HH", "Z")
          .optionalEnd()
          .toFormatter(Locale.ROOT);

  private TextConstants() {}

  /** Empty where the text is not a constant of that type. */
  static Optional<Object> parse(String text, Type type) {
    try {
      return Optional.ofNullable(value(text.strip(), type));
    } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static @Nullable Object value(String text, Type type) {
    return switch (type.typeId()) {
      case BOOLEAN ->
          switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "1" -> true;
            case "false", "f", "no", "n", "0" -> false;
            default -> null;
          };
      case INTEGER -> (Object) (long) Integer.parseInt(text);
      case LONG -> Long.parseLong(text);
      case FLOAT, DOUBLE -> number(text);
      case DECIMAL -> decimal(text, (Types.DecimalType) type);
      case DATE -> LocalDate.parse(text);
      case TIME -> LocalTime.parse(text);
      case TIMESTAMP -> timestamp(text, Coercion.isZoned(type));
      case UUID -> UUID.fromString(text);
      default -> null;
    };
  }

  private static double number(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "nan" -> Double.NaN;
      case "infinity", "+infinity", "inf" -> Double.POSITIVE_INFINITY;
      case "-infinity", "-inf" -> Double.NEGATIVE_INFINITY;
      default -> new BigDecimal(text).doubleValue();
    };
  }

  private static @Nullable Object decimal(String text, Types.DecimalType type) {
    BigDecimal value = new BigDecimal(text).setScale(type.scale(), RoundingMode.UNNECESSARY);
    return value.precision() > type.precision() ? null : value;
  }

  private static Object timestamp(String text, boolean zoned) {
    if (text.length() <= 10) {
      LocalDateTime midnight = LocalDate.parse(text).atStartOfDay();
      return zoned ? midnight.toInstant(ZoneOffset.UTC) : midnight;
    }
    var parsed = DATE_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
    if (parsed instanceof OffsetDateTime offset) {
      return zoned
          ? offset.toInstant()
          : offset.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
    }
    LocalDateTime local = (LocalDateTime) parsed;
    return zoned ? local.toInstant(ZoneOffset.UTC) : local;
  }
}
