package io.bergview.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Times and amounts for display. */
final class Times {
  private Times() {}

  /** {@code 2026-01-31T12:00:00Z (5 minutes ago)}. */
  static String ago(Instant time, Instant now) {
    return "%s (%s ago)".formatted(time.truncatedTo(ChronoUnit.SECONDS), rough(time, now));
  }

  /** {@code 5 minutes}: the largest unit that fits. */
  static String rough(Instant from, Instant to) {
    long seconds = Math.max(0, Duration.between(from, to).toSeconds());
    if (seconds < 120) {
      return count(seconds, "second");
    }
    if (seconds < 2 * 3600) {
      return count(seconds / 60, "minute");
    }
    return seconds < 2 * 86_400 ? count(seconds / 3600, "hour") : count(seconds / 86_400, "day");
  }

  /** {@code 1 row}, {@code 12,000 rows}. */
  static String count(long number, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
  }

  /** {@code 812 B}, {@code 1.2 kB}, {@code 34.5 MB}. */
  static String size(long bytes) {
    if (bytes < 1_000) {
      return bytes + " B";
    }
    double size = bytes / 1e3;
    for (String unit : List.of("kB", "MB", "GB")) {
      if (size < 1_000) {
        return String.format(Locale.ROOT, "%.1f %s", size, unit);
      }
      size /= 1e3;
    }
    return String.format(Locale.ROOT, "%.1f TB", size);
  }

  /** {@code 1.2 s}. */
  static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }
}
