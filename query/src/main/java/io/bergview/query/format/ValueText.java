package io.bergview.query.format;

import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/**
 * Single values as text, the same in every format: ISO 8601 times (zoned ones in UTC with Z),
 * base64 bytes, exact numbers without exponent where they are decimals.
 */
final class ValueText {
  private ValueText() {}

  /** Of anything but null, lists, maps and structs. */
  static String of(Object value) {
    if (value instanceof java.math.BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (value instanceof OffsetDateTime moment) {
      return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(moment);
    }
    if (value instanceof LocalDateTime moment) {
      return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(moment);
    }
    if (value instanceof LocalTime time) {
      return DateTimeFormatter.ISO_LOCAL_TIME.format(time);
    }
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
    return value.toString();
  }
}
