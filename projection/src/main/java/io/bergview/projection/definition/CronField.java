package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.Suggestions;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One field of a cron expression: the values that it names.
 *
 * @param wildcard whether it begins with a star, which is what crontab(5) checks, even if steps
 *     follow
 * @param values those of the week from 0, Sunday, to 6
 */
record CronField(Unit unit, String text, boolean wildcard, BitSet values) {
  private static final int DAYS_OF_WEEK = 7;

  /** What a field counts, with the numbers and names that it may have. */
  enum Unit {
    MINUTE("minute", 0, 59),
    HOUR("hour", 0, 23),
    DAY_OF_MONTH("day of month", 1, 31),
    MONTH(
        "month", 1, 12, "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV",
        "DEC"),
    DAY_OF_WEEK("day of week", 0, 7, "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    private final String label;
    private final int least;
    private final int most;
    private final List<String> names;

    Unit(String label, int least, int most, String... names) {
      this.label = label;
      this.least = least;
      this.most = most;
      this.names = List.of(names);
    }

    String label() {
      return label;
    }

    /** How many values there are: Sunday is one, though it has two numbers. */
    private int count() {
      return this == DAY_OF_WEEK ? DAYS_OF_WEEK : most - least + 1;
    }

    private String range() {
      return least + " to " + most;
    }
  }

  /** Digits of numbers that may be out of every range, but are numbers. */
  private static final int MOST_DIGITS = 9;

  CronField {
    requireNonNull(unit, "unit is null");
    requireNonNull(text, "text is null");
    values = (BitSet) values.clone();
  }

  /**
   * @throws IllegalArgumentException with a message for the user, which names the field
   */
  static CronField parse(Unit unit, String text) {
    BitSet values = new BitSet();
    try {
      for (String entry : text.split(",", -1)) {
        add(unit, entry, values);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the %s field '%s' is wrong: %s".formatted(unit.label, text, e.getMessage()), e);
    }
    return new CronField(unit, text, text.startsWith("*"), values);
  }

  boolean names(int value) {
    return values.get(value);
  }

  /** Whether it names every value there is. */
  boolean all() {
    return values.cardinality() == unit.count();
  }

  /** In numbers alone, as every dialect of cron reads them. */
  String numbers() {
    return all() ? "*" : values.stream().mapToObj(String::valueOf).collect(Collectors.joining(","));
  }

  private static void add(Unit unit, String entry, BitSet values) {
    if (entry.isEmpty()) {
      throw new IllegalArgumentException(
          "an entry of the list is empty; write numbers from " + unit.range());
    }
    int slash = entry.indexOf('/');
    String range = slash < 0 ? entry : entry.substring(0, slash);
    int step = slash < 0 ? 1 : step(unit, entry.substring(slash + 1));
    int dash = range.indexOf('-');
    if (range.equals("*")) {
      fill(unit, unit.least, unit.least + unit.count() - 1, step, values);
    } else if (dash < 0) {
      int value = value(unit, range);
      if (slash < 0) {
        fill(unit, value, value, step, values);
      } else {
        fill(unit, first(unit, value), unit.most, step, values);
      }
    } else {
      addRange(unit, range, dash, step, values);
    }
  }

  private static void addRange(Unit unit, String range, int dash, int step, BitSet values) {
    String from = range.substring(0, dash);
    String to = range.substring(dash + 1);
    if (from.equals("*") || to.equals("*")) {
      throw new IllegalArgumentException(
          "'*' cannot begin or end a range; write '*' alone or numbers from " + unit.range());
    }
    int begin = value(unit, from);
    int end = value(unit, to);
    if (begin == end) {
      fill(unit, begin, end, step, values);
      return;
    }
    begin = first(unit, begin);
    if (begin > end) {
      if (unit != Unit.DAY_OF_WEEK) {
        throw new IllegalArgumentException(
            "the range %s runs backwards; write '%s-%d,%d-%s'"
                .formatted(range, begin, unit.most, unit.least, end));
      }
      end += DAYS_OF_WEEK;
    }
    fill(unit, begin, end, step, values);
  }

  /** Sunday as the first day of a range is day 0, by whichever of its numbers. */
  private static int first(Unit unit, int value) {
    return unit == Unit.DAY_OF_WEEK ? value % DAYS_OF_WEEK : value;
  }

  private static void fill(Unit unit, int from, int to, int step, BitSet values) {
    for (int value = from; value <= to; value += step) {
      values.set(unit == Unit.DAY_OF_WEEK ? value % DAYS_OF_WEEK : value);
    }
  }

  private static int step(Unit unit, String text) {
    return number(text)
        .filter(step -> step >= 1 && step <= unit.count())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the step '%s' must be a number from 1 to %d".formatted(text, unit.count())));
  }

  private static int value(Unit unit, String text) {
    int name = unit.names.indexOf(text.toUpperCase(Locale.ROOT));
    if (name >= 0) {
      return unit.least + name;
    }
    int value = number(text).orElseThrow(() -> new IllegalArgumentException(noValue(unit, text)));
    if (value < unit.least || value > unit.most) {
      throw new IllegalArgumentException(text + " is not in the range " + unit.range());
    }
    return value;
  }

  private static String noValue(Unit unit, String text) {
    if (text.isEmpty()) {
      return "a number from " + unit.range() + " is missing";
    }
    String message =
        unit.names.isEmpty()
            ? "'%s' is not a number from %s".formatted(text, unit.range())
            : "'%s' is neither a number from %s nor a name such as %s"
                .formatted(text, unit.range(), unit.names.get(1 - unit.least));
    Optional<String> meant = suggestion(unit, text);
    if (meant.isPresent()) {
      return message + " (did you mean '" + meant.get() + "'?)";
    }
    return text.matches("\\?|[0-9]*(?:L|W|LW)|\\w+(?:L|#[0-9]+)")
        ? message + "; crontab(5) has no L, W, # or ?, write '*' for any"
        : message;
  }

  /** The probable name for one that is written out or mistyped. */
  private static Optional<String> suggestion(Unit unit, String text) {
    if (text.length() < 3 || !text.chars().allMatch(Character::isLetter)) {
      return Optional.empty();
    }
    String upper = text.toUpperCase(Locale.ROOT);
    return unit.names.stream()
        .filter(upper::startsWith)
        .findFirst()
        .or(() -> Suggestions.nearest(text, unit.names));
  }

  /** Digits; what is too long for any field is the greatest number there is. */
  private static Optional<Integer> number(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    String digits = text.replaceFirst("^0+(?=.)", "");
    return Optional.of(
        digits.length() > MOST_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits));
  }
}
