package io.bergview.catalog;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with units, as settings write them. A number without its unit is refused. */
final class Quantities {
  private static final Pattern QUANTITY =
      Pattern.compile("\\s*(\\d+(?:\\.\\d+)?)\\s*(\\p{L}+)\\s*");
  private static final Map<String, Long> BYTES = new LinkedHashMap<>();
  private static final Map<String, Duration> DURATIONS = new LinkedHashMap<>();

  static {
    BYTES.put("B", 1L);
    BYTES.put("kB", 1_000L);
    BYTES.put("MB", 1_000_000L);
    BYTES.put("GB", 1_000_000_000L);
    BYTES.put("TB", 1_000_000_000_000L);
    BYTES.put("KiB", 1L << 10);
    BYTES.put("MiB", 1L << 20);
    BYTES.put("GiB", 1L << 30);
    BYTES.put("TiB", 1L << 40);
    DURATIONS.put("ms", Duration.ofMillis(1));
    DURATIONS.put("s", Duration.ofSeconds(1));
    DURATIONS.put("m", Duration.ofMinutes(1));
    DURATIONS.put("h", Duration.ofHours(1));
    DURATIONS.put("d", Duration.ofDays(1));
  }

  private Quantities() {}

  /**
   * {@code 4GiB}, {@code 512 MB}: decimal and binary units, in any case.
   *
   * @throws IllegalArgumentException with a message for the user
   */
  static long bytes(String text) {
    Matcher quantity = match(text, "a size such as 4GiB or 512MB", BYTES);
    return times(text, quantity.group(1), unit(text, quantity.group(2), BYTES));
  }

  /**
   * {@code 500ms}, {@code 15m}, {@code 24h}, {@code 7d}.
   *
   * @throws IllegalArgumentException with a message for the user
   */
  static Duration duration(String text) {
    Matcher quantity = match(text, "a duration such as 500ms, 15m, 24h or 7d", DURATIONS);
    long millis = unit(text, quantity.group(2), DURATIONS).toMillis();
    return Duration.ofMillis(times(text, quantity.group(1), millis));
  }

  private static long times(String text, String number, long unit) {
    BigDecimal product = new BigDecimal(number).multiply(BigDecimal.valueOf(unit));
    if (product.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("'" + text + "' is too large");
    }
    return product.longValue();
  }

  private static Matcher match(String text, String expected, Map<String, ?> units) {
    Matcher matcher = QUANTITY.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not %s (units: %s)"
              .formatted(text, expected, String.join(", ", units.keySet())));
    }
    return matcher;
  }

  private static <T> T unit(String text, String name, Map<String, T> units) {
    for (Map.Entry<String, T> unit : units.entrySet()) {
      if (unit.getKey().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return unit.getValue();
      }
    }
    throw new IllegalArgumentException(
        "'%s' has the unknown unit '%s' (known: %s)"
            .formatted(text, name, String.join(", ", units.keySet())));
  }
}
