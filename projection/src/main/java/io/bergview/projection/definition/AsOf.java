package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The point in time that a query, or one table of it, reads (time travel). */
public sealed interface AsOf {
  /** How a user writes it. */
  String text();

  /** Every table at the snapshot that was its current one at this instant. */
  record Time(Instant instant) implements AsOf {
    public Time {
      requireNonNull(instant, "instant is null");
    }

    @Override
    public String text() {
      return instant.toString();
    }
  }

  /** One table at one snapshot. */
  record SnapshotId(long id) implements AsOf {
    @Override
    public String text() {
      return SNAPSHOT + id;
    }
  }

  /** One table at a tag, or at the head of a branch. */
  record Ref(String name) implements AsOf {
    public Ref {
      requireNonNull(name, "name is null");
    }

    /** Whether it is the branch that a table is read at anyway. */
    public boolean isMain() {
      return name.equals("main");
    }

    @Override
    public String text() {
      return REF + name;
    }
  }

  /** Before a snapshot id. */
  String SNAPSHOT = "snapshot:";

  /** Before the name of a tag or branch. */
  String REF = "ref:";

  /** So many digits and fewer are milliseconds since 1970, which lasts until the year 5138. */
  int MOST_DIGITS_OF_MILLIS = 14;

  /** A date, perhaps with a time, perhaps with an offset or the name of a zone. */
  Pattern TIME =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\d)(?:[T ](\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?)"
              + "(?:\\s*(Z|[+-]\\d\\d(?::?\\d\\d)?|[A-Za-z][\\w/+-]+))?)?");

  /**
   * Reads a time in ISO 8601 with or without zone (without, it is UTC; a date is its midnight), or
   * in milliseconds since 1970; a snapshot id; the name of a tag or branch. {@code snapshot:} and
   * {@code ref:} before it leave no doubt.
   *
   * @throws UsageException where it is none of these
   */
  static AsOf parse(String text) {
    String given = text.strip();
    if (given.startsWith(REF) && given.length() > REF.length()) {
      return new Ref(given.substring(REF.length()));
    }
    boolean snapshot = given.startsWith(SNAPSHOT);
    String number = snapshot ? given.substring(SNAPSHOT.length()) : given;
    if (snapshot || number.matches("-?\\d+")) {
      return number(text, number, snapshot);
    }
    if (given.matches("\\d{4}-\\d\\d-\\d\\d.*")) {
      return time(given).orElseThrow(() -> usage(text));
    }
    if (given.isEmpty()) {
      throw usage(text);
    }
    return new Ref(given);
  }

  private static AsOf number(String text, String number, boolean snapshot) {
    try {
      long value = Long.parseLong(number);
      return snapshot || number.length() > MOST_DIGITS_OF_MILLIS
          ? new SnapshotId(value)
          : new Time(Instant.ofEpochMilli(value));
    } catch (NumberFormatException e) {
      throw usage(text);
    }
  }

  /**
   * Reads {@code 2026-01-31}, {@code 2026-01-31 12:00:00.5}, also with {@code T}, and with {@code
   * Z}, {@code +01:00} or {@code Europe/Vienna} after it. Without a zone it is UTC.
   *
   * @return empty where it is no time
   */
  static Optional<Time> time(String text) {
    Matcher parts = TIME.matcher(text.strip());
    if (!parts.matches()) {
      return Optional.empty();
    }
    String clock = parts.group(2);
    String zone = parts.group(3);
    try {
      LocalDateTime local =
          clock == null
              ? LocalDate.parse(parts.group(1)).atStartOfDay()
              : LocalDateTime.parse(parts.group(1) + "T" + clock);
      return Optional.of(
          new Time(local.atZone(zone == null ? ZoneOffset.UTC : ZoneId.of(zone)).toInstant()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static UsageException usage(String text) {
    return new UsageException(
        ErrorCode.USAGE,
        ("--as-of: '%s' is not a time; write 2026-01-31, 2026-01-31T12:00:00,"
                + " 2026-01-31T12:00:00+01:00, milliseconds since 1970, snapshot:ID, or the name of a"
                + " tag or branch")
            .formatted(text));
  }
}
