package io.bergview.projection.statement;

import io.bergview.projection.text.Quantities;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as SQL has them, {@code '15 minutes'}, beside those of the view language. */
final class Durations {
  private static final Pattern LONG_UNIT = Pattern.compile("(?<=[\\d\\s])\\p{L}{3,}");
  private static final Map<String, String> UNITS =
      Map.of(
          "second",
          "s",
          "sec",
          "s",
          "minute",
          "m",
          "min",
          "m",
          "hour",
          "h",
          "day",
          "d",
          "week",
          "w",
          "millisecond",
          "ms");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  private Durations() {}

  /**
   * @throws IllegalArgumentException with a message for the user
   */
  static Duration parse(String text) {
    Matcher units = LONG_UNIT.matcher(text);
    String shortened =
        units.replaceAll(
            found -> {
              String unit = found.group().toLowerCase(Locale.ROOT);
              String one = unit.endsWith("s") ? unit.substring(0, unit.length() - 1) : unit;
              return Matcher.quoteReplacement(UNITS.getOrDefault(one, found.group()));
            });
    try {
      return Quantities.duration(shortened);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s' is not a duration such as '15 minutes', '1h30m' or '7d'".formatted(text), e);
    }
  }

  /**
   * The cron expression with a tick at every multiple of a duration since midnight.
   *
   * @throws IllegalArgumentException with a message for the user, where there is none
   */
  static String cron(String text) {
    Duration every = parse(text);
    return cron(every)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' has no regular ticks: EVERY takes minutes that divide an hour, hours that divide a day, or 1 day; write REFRESH CRON '...' for others%s"
                        .formatted(
                            text,
                            every.compareTo(Duration.ofMinutes(1)) < 0
                                ? ", or REFRESH ON COMMIT for each commit"
                                : "")));
  }

  private static Optional<String> cron(Duration every) {
    long minutes = every.toMinutes();
    if (minutes == 0 || !Duration.ofMinutes(minutes).equals(every)) {
      return Optional.empty();
    }
    if (every.equals(DAY)) {
      return Optional.of("0 0 * * *");
    }
    if (minutes == 1) {
      return Optional.of("* * * * *");
    }
    if (every.equals(HOUR)) {
      return Optional.of("0 * * * *");
    }
    if (minutes < 60 && 60 % minutes == 0) {
      return Optional.of("*/" + minutes + " * * * *");
    }
    long hours = every.toHours();
    return minutes % 60 == 0 && hours < 24 && 24 % hours == 0
        ? Optional.of("0 */" + hours + " * * *")
        : Optional.empty();
  }
}
