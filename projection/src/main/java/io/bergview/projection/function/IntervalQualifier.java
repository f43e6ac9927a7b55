package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code DAY TO SECOND}: which fields an interval of standard SQL has, from first to last. */
record IntervalQualifier(Field first, Field last) {
  private static final Pattern WRITTEN =
      Pattern.compile("(?:interval_)?([a-z]+?)s?(?:[\\s_]+to[\\s_]+([a-z]+?)s?)?");

  private static final Pattern MAKER = Pattern.compile("\\bto_([a-z]+)s\\(");

  /** From the longest to the shortest. */
  enum Field {
    YEAR(12),
    MONTH(1),
    DAY(86_400_000_000L),
    HOUR(3_600_000_000L),
    MINUTE(60_000_000L),
    SECOND(1_000_000L);

    /** In months or in microseconds. */
    private final long length;

    Field(long length) {
      this.length = length;
    }

    long length() {
      return length;
    }

    boolean isOfMonths() {
      return compareTo(MONTH) <= 0;
    }
  }

  IntervalQualifier {
    requireNonNull(first, "first is null");
    requireNonNull(last, "last is null");
    if (first.compareTo(last) > 0 || first.isOfMonths() != last.isOfMonths()) {
      throw new IllegalArgumentException("no interval is of " + first + " TO " + last);
    }
  }

  /** {@code day to second} or {@code interval_day_to_second} in any case; empty for other text. */
  static Optional<IntervalQualifier> parse(String text) {
    Matcher written = WRITTEN.matcher(text.toLowerCase(Locale.ROOT).trim());
    if (!written.matches()) {
      return Optional.empty();
    }
    try {
      Field first = Field.valueOf(written.group(1).toUpperCase(Locale.ROOT));
      String last = written.group(2);
      return Optional.of(
          new IntervalQualifier(
              first, last == null ? first : Field.valueOf(last.toUpperCase(Locale.ROOT))));
    } catch (IllegalArgumentException noSuchInterval) {
      return Optional.empty();
    }
  }

  /**
   * That of the sum of the calls in a form of {@link Intervals}: {@code (to_days(1) +
   * to_hours(2))}; empty of months beside days.
   */
  static Optional<IntervalQualifier> ofMakers(String form) {
    List<Field> fields = new ArrayList<>();
    Matcher maker = MAKER.matcher(form);
    while (maker.find()) {
      fields.add(
          switch (maker.group(1)) {
            case "year" -> Field.YEAR;
            case "quarter", "month" -> Field.MONTH;
            case "week", "day" -> Field.DAY;
            case "hour" -> Field.HOUR;
            case "minute" -> Field.MINUTE;
            default -> Field.SECOND;
          });
    }
    Field first = Collections.min(fields);
    Field last = Collections.max(fields);
    return first.isOfMonths() == last.isOfMonths()
        ? Optional.of(new IntervalQualifier(first, last))
        : Optional.empty();
  }

  boolean isOfMonths() {
    return first.isOfMonths();
  }

  /** That of a sum: all fields that either has. */
  IntervalQualifier with(IntervalQualifier other) {
    return new IntervalQualifier(
        first.compareTo(other.first) < 0 ? first : other.first,
        last.compareTo(other.last) > 0 ? last : other.last);
  }

  /** The name of the field that an interval is stored in: {@code interval_day_to_second}. */
  String column() {
    String to = first == last ? "" : "_to_" + last;
    return ("interval_" + first + to).toLowerCase(Locale.ROOT);
  }
}
