package io.bergview.projection.definition;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import io.bergview.projection.definition.CronField.Unit;
import io.bergview.projection.text.NodeReader;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code schedule} as crontab(5) reads it: five fields, or a nickname for them. Names may be
 * written in any case and in ranges; ranges of days of the week may run past its end.
 */
record CronExpression(
    CronField minute, CronField hour, CronField dayOfMonth, CronField month, CronField dayOfWeek) {
  private static final Map<String, String> NICKNAMES =
      Map.of(
          "@hourly", "0 * * * *",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@weekly", "0 0 * * 0",
          "@monthly", "0 0 1 * *",
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *");

  /** As shown to the user. */
  private static final List<String> KNOWN =
      List.of("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually");

  private static final int FIELDS = Unit.values().length;
  private static final int MAX_LENGTH = 1_000;
  private static final int MOST_SHOWN = 60;
  private static final String FIVE =
      "five: " + String.join(", ", Stream.of(Unit.values()).map(Unit::label).toList());

  /** A span in which even the rarest date, 29 February, recurs. */
  private static final LocalDateTime SOME_DAY = LocalDateTime.of(2001, 1, 1, 0, 0);

  /**
   * A schedule with single spaces, a nickname unchanged.
   *
   * @throws IllegalArgumentException with a message for the user that says which field is wrong
   */
  static String checked(String schedule) {
    String stripped = schedule.strip();
    String text = stripped.startsWith("@") ? stripped : String.join(" ", stripped.split("\\s+"));
    of(text);
    return text;
  }

  /** Five fields with single blanks, also where a nickname is given. */
  static String fields(String schedule) {
    String checked = checked(schedule);
    return NICKNAMES.getOrDefault(checked, checked);
  }

  /**
   * @throws IllegalArgumentException as {@link #checked}
   */
  static CronExpression of(String schedule) {
    if (schedule.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the schedule is longer than " + MAX_LENGTH + " characters");
    }
    if (schedule.startsWith("@") && !NICKNAMES.containsKey(schedule)) {
      throw new IllegalArgumentException(
          "unknown nickname '" + schedule + "'" + NodeReader.hint(schedule, KNOWN));
    }
    String text = NICKNAMES.getOrDefault(schedule, schedule);
    List<String> fields = text.isBlank() ? List.of() : Arrays.asList(text.strip().split("\\s+"));
    if (fields.size() != FIELDS) {
      throw new IllegalArgumentException(wrongCount(text, fields.size()));
    }
    CronExpression expression =
        new CronExpression(
            CronField.parse(Unit.MINUTE, fields.get(0)),
            CronField.parse(Unit.HOUR, fields.get(1)),
            CronField.parse(Unit.DAY_OF_MONTH, fields.get(2)),
            CronField.parse(Unit.MONTH, fields.get(3)),
            CronField.parse(Unit.DAY_OF_WEEK, fields.get(4)));
    if (new CronCalendar(expression).next(SOME_DAY).isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' never fires: none of its months ('%s') has such a day ('%s')"
              .formatted(text, fields.get(3), fields.get(2)));
    }
    return expression;
  }

  private static String wrongCount(String text, int count) {
    if (count == 0) {
      return "the schedule is empty; it has five fields" + FIVE.substring("five".length());
    }
    String shown = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "..." : text;
    return "'%s' has %d %s; a schedule has %s%s"
        .formatted(
            shown,
            count,
            count == 1 ? "field" : "fields",
            FIVE,
            count == FIELDS + 1 ? "; leave out the seconds" : "");
  }

  /**
   * Whether it follows the clock (wildcard times) rather than fixed times of the day: crontab(5)
   * distinguishes the two at a change of clocks.
   */
  boolean followsClock() {
    return minute.wildcard() || hour.wildcard();
  }

  /**
   * Whether a day that matches either day field fires, as in crontab(5) if both are restricted;
   * otherwise both must match.
   */
  boolean eitherDay() {
    return !dayOfMonth.wildcard() && !dayOfWeek.wildcard();
  }

  /**
   * As an expression that every dialect of cron reads alike, with only one restricted day field;
   * empty if there is none.
   */
  Optional<Cron> plain() {
    boolean anyDay = dayOfMonth.all() || dayOfWeek.all();
    if (!anyDay) {
      return Optional.empty();
    }
    String ofMonth = eitherDay() ? "*" : dayOfMonth.numbers();
    String ofWeek = eitherDay() ? "*" : dayOfWeek.numbers();
    return Optional.of(
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
            .parse(
                String.join(
                    " ", minute.numbers(), hour.numbers(), ofMonth, month.numbers(), ofWeek))
            .validate());
  }
}
