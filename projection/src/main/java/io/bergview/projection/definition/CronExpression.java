package io.bergview.projection.definition;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.bergview.projection.text.NodeReader;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;

/** Checks {@code schedule}: UNIX cron of five fields (crontab(5)), or a nickname for one. */
final class CronExpression {
  static final List<String> NICKNAMES =
      List.of("@hourly", "@daily", "@weekly", "@monthly", "@yearly", "@annually");

  private static final List<String> FIELDS =
      List.of("minute", "hour", "day of month", "month", "day of week");
  private static final int DAY_OF_MONTH = 2;
  private static final int DAY_OF_WEEK = 4;
  private static final int MAX_LENGTH = 1_000;
  private static final String NOISE = "Failed to parse cron expression. ";

  /** Any date before the rarest one, 29 February, comes round again. */
  private static final ZonedDateTime SOME_DAY =
      ZonedDateTime.of(2001, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private CronExpression() {}

  /**
   * The expression with single blanks.
   *
   * @throws IllegalArgumentException with a message for the user that says which field is wrong
   */
  static String checked(String text) {
    String expression = text.strip();
    if (expression.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the schedule is longer than " + MAX_LENGTH + " characters");
    }
    if (expression.startsWith("@")) {
      if (!NICKNAMES.contains(expression)) {
        throw new IllegalArgumentException(
            "unknown nickname '" + expression + "'" + NodeReader.hint(expression, NICKNAMES));
      }
      return expression;
    }
    List<String> fields = Arrays.asList(expression.split("\\s+", -1));
    if (fields.size() != FIELDS.size()) {
      throw new IllegalArgumentException(
          "'%s' has %d fields; UNIX cron has five: %s"
              .formatted(
                  expression, expression.isEmpty() ? 0 : fields.size(), String.join(", ", FIELDS)));
    }
    for (int field = 0; field < FIELDS.size(); field++) {
      checkField(field, fields.get(field));
    }
    checkDays(fields);
    String compact = String.join(" ", fields);
    if (ExecutionTime.forCron(parse(compact)).nextExecution(SOME_DAY).isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' never fires: no month has such a day of month ('%s') among its months ('%s')"
              .formatted(compact, fields.get(DAY_OF_MONTH), fields.get(3)));
    }
    return compact;
  }

  /** Each field alone, with stars for the others, so that the message can name it. */
  private static void checkField(int field, String value) {
    String[] alone = {"*", "*", "*", "*", "*"};
    alone[field] = value;
    try {
      parse(String.join(" ", alone));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the %s field '%s' is wrong: %s"
              .formatted(
                  FIELDS.get(field),
                  value,
                  String.valueOf(e.getMessage()).replace(NOISE, "").strip()),
          e);
    }
  }

  private static void checkDays(List<String> fields) {
    String ofMonth = fields.get(DAY_OF_MONTH);
    String ofWeek = fields.get(DAY_OF_WEEK);
    if (!ofMonth.equals("*") && !ofWeek.equals("*")) {
      throw new IllegalArgumentException(
          ("the day of month field '%s' and the day of week field '%s' are both set: UNIX cron fires"
                  + " when either matches, others when both do; set one to '*'")
              .formatted(ofMonth, ofWeek));
    }
  }

  static Cron parse(String expression) {
    return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
        .parse(expression)
        .validate();
  }
}
