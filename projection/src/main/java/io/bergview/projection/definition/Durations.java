package io.bergview.projection.definition;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The syntax of durations: {@code 15m}, {@code 1h30m}, {@code 7d}, {@code 90s}, {@code 500ms}, or
 * in ISO 8601, {@code PT15M}. A day is 24 hours.
 */
public final class Durations {
  private static final Pattern PARTS =
      Pattern.compile(
          "(?:(\\d{1,6})w)?(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9})s)?"
              + "(?:(\\d{1,9})ms)?");
  private static final List<Duration> UNITS =
      List.of(
          Duration.ofDays(7),
          Duration.ofDays(1),
          Duration.ofHours(1),
          Duration.ofMinutes(1),
          Duration.ofSeconds(1),
          Duration.ofMillis(1));

  private Durations() {}

  /** Empty if the text is not a duration. */
  public static Optional<Duration> parse(String text) {
    String compact = text.strip().toLowerCase(Locale.ROOT);
    if (compact.startsWith("p")) {
      try {
        return Optional.of(Duration.parse(compact)).filter(duration -> !duration.isNegative());
      } catch (DateTimeParseException e) {
        return Optional.empty();
      }
    }
    Matcher parts = PARTS.matcher(compact);
    if (compact.isEmpty() || !parts.matches()) {
      return Optional.empty();
    }
    Duration total = Duration.ZERO;
    for (int i = 0; i < UNITS.size(); i++) {
      String count = parts.group(i + 1);
      if (count != null) {
        total = total.plus(UNITS.get(i).multipliedBy(Long.parseLong(count)));
      }
    }
    return Optional.of(total);
  }

  /** The shortest way to write it that {@link #parse} reads back. */
  public static String write(Duration duration) {
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
