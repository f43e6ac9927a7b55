package io.bergview.projection.text;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The grammar of durations and sizes, wherever they are written: in the project file, definitions,
 * options of commands and requests. Units may be in any case; a number without a unit is refused.
 *
 * <p>A duration is one or several numbers with units, the largest unit first: {@code 15m}, {@code
 * 1h30m}, {@code 1.5h}, {@code 500 ms}, {@code 7d}; or in ISO 8601, {@code PT15M}. A day is 24
 * hours. A size is one number with its unit, decimal or binary: {@code 512 MB}, {@code 4GiB}.
 */
public final class Quantities {
  /** What is expected where a duration is. */
  public static final String DURATION = "a duration such as 90s, 15m, 1h30m or 7d";

  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(\\p{L}+)\\s*");
  private static final int LONGEST_TEXT = 100;
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final List<Unit> MILLIS =
      List.of(
          new Unit("w", Duration.ofDays(7).toMillis()),
          new Unit("d", Duration.ofDays(1).toMillis()),
          new Unit("h", Duration.ofHours(1).toMillis()),
          new Unit("m", Duration.ofMinutes(1).toMillis()),
          new Unit("s", 1_000),
          new Unit("ms", 1));
  private static final List<Unit> BYTES =
      List.of(
          new Unit("B", 1),
          new Unit("kB", 1_000),
          new Unit("MB", 1_000_000),
          new Unit("GB", 1_000_000_000),
          new Unit("TB", 1_000_000_000_000L),
          new Unit("KiB", 1L << 10),
          new Unit("MiB", 1L << 20),
          new Unit("GiB", 1L << 30),
          new Unit("TiB", 1L << 40));

  /**
   * @param worth in the smallest unit of its list
   */
  private record Unit(String name, long worth) {
    static Optional<Unit> find(String name, List<Unit> units) {
      return units.stream().filter(unit -> unit.name().equalsIgnoreCase(name)).findFirst();
    }

    static String names(List<Unit> units) {
      return units.stream().map(Unit::name).collect(Collectors.joining(", "));
    }

    BigDecimal times(String number) {
      return new BigDecimal(number).multiply(BigDecimal.valueOf(worth));
    }
  }

  private Quantities() {}

  /**
   * Parts finer than a millisecond count in ISO 8601 only.
   *
   * @throws IllegalArgumentException with a message for the user
   */
  public static Duration duration(String text) {
    return parsed(text)
        .orElseThrow(
            () -> new IllegalArgumentException("'%s' is not %s".formatted(text, DURATION)));
  }

  /** As {@link #duration(String)}, and no longer than this. */
  public static Duration duration(String text, Duration longest) {
    return parsed(text)
        .filter(duration -> duration.compareTo(longest) <= 0)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is not %s up to %s".formatted(text, DURATION, written(longest))));
  }

  /** Empty where the text is no duration. */
  private static Optional<Duration> parsed(String text) {
    String quantity = text.strip();
    if (quantity.regionMatches(true, 0, "p", 0, 1)) {
      return iso(text, quantity);
    }
    BigDecimal millis = BigDecimal.ZERO;
    long lastUnit = Long.MAX_VALUE;
    int end = 0;
    Matcher part = PART.matcher(quantity);
    while (quantity.length() <= LONGEST_TEXT
        && end < quantity.length()
        && part.region(end, quantity.length()).lookingAt()) {
      Optional<Unit> unit = Unit.find(part.group(2), MILLIS);
      if (unit.isEmpty() || unit.get().worth() >= lastUnit) {
        return Optional.empty();
      }
      lastUnit = unit.get().worth();
      millis = millis.add(unit.get().times(part.group(1)));
      end = part.end();
    }
    return end == 0 || end < quantity.length()
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(whole(text, millis)));
  }

  private static Optional<Duration> iso(String text, String quantity) {
    try {
      Duration duration = Duration.parse(quantity);
      whole(text, BigDecimal.valueOf(duration.toSeconds()).movePointRight(3));
      return Optional.of(duration).filter(found -> !found.isNegative());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * A size in bytes.
   *
   * @throws IllegalArgumentException with a message for the user
   */
  public static long size(String text) {
    String quantity = text.strip();
    Matcher part = PART.matcher(quantity);
    if (quantity.length() > LONGEST_TEXT || !part.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a size such as 4GiB or 512MB (units: %s)"
              .formatted(text, Unit.names(BYTES)));
    }
    String name = part.group(2);
    Unit unit =
        Unit.find(name, BYTES)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'%s' has the unknown unit '%s' (known: %s)"
                            .formatted(text, name, Unit.names(BYTES))));
    return whole(text, unit.times(part.group(1)));
  }

  private static long whole(String text, BigDecimal quantity) {
    if (quantity.compareTo(MOST) > 0) {
      throw new IllegalArgumentException("'" + text + "' is too large");
    }
    return quantity.longValue();
  }

  /** The shortest way to write it that {@link #duration(String)} reads back. */
  public static String written(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.toNanosPart() != 0) {
      return duration.toString();
    }
    StringBuilder text = new StringBuilder();
    append(text, duration.toDaysPart(), 'd');
    append(text, duration.toHoursPart(), 'h');
    append(text, duration.toMinutesPart(), 'm');
    append(text, duration.toSecondsPart(), 's');
    return text.toString();
  }

  private static void append(StringBuilder text, long count, char unit) {
    if (count > 0) {
      text.append(count).append(unit);
    }
  }
}
