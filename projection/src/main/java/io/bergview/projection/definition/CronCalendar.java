package io.bergview.projection.definition;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The local times that match a cron expression, as if clocks were never changed: days by the day
 * and month fields, times of day by the hour and minute fields.
 *
 * <p>cron-utils could compute unambiguous expressions, but throws and catches an exception for each
 * value of a list at each step, and with a time zone misses times after a gap of half an hour.
 */
final class CronCalendar {
  private static final int DAYS_OF_WEEK = 7;

  /** 29 February on one day of the week recurs within 40 years. */
  private static final int LONGEST_GAP_YEARS = 41;

  private final CronExpression expression;

  CronCalendar(CronExpression expression) {
    this.expression = expression;
  }

  /** The first time after another; empty if there is none. */
  Optional<LocalDateTime> next(LocalDateTime after) {
    LocalDateTime from = after.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
    LocalDate day = from.toLocalDate();
    if (fires(day)) {
      Optional<LocalTime> time = timeFrom(from.getHour(), from.getMinute());
      if (time.isPresent()) {
        return time.map(day::atTime);
      }
    }
    return dayAfter(day).flatMap(next -> timeFrom(0, 0).map(next::atTime));
  }

  private Optional<LocalDate> dayAfter(LocalDate day) {
    LocalDate last = day.plusYears(LONGEST_GAP_YEARS);
    LocalDate next = day.plusDays(1);
    while (next.isBefore(last)) {
      if (!expression.month().names(next.getMonthValue())) {
        next = next.plusMonths(1).withDayOfMonth(1);
      } else if (fires(next)) {
        return Optional.of(next);
      } else {
        next = next.plusDays(1);
      }
    }
    return Optional.empty();
  }

  private boolean fires(LocalDate day) {
    if (!expression.month().names(day.getMonthValue())) {
      return false;
    }
    boolean inMonth = expression.dayOfMonth().names(day.getDayOfMonth());
    boolean inWeek = expression.dayOfWeek().names(day.getDayOfWeek().getValue() % DAYS_OF_WEEK);
    return expression.eitherDay() ? inMonth || inWeek : inMonth && inWeek;
  }

  /** The first time of a day that is not before another. */
  private Optional<LocalTime> timeFrom(int hour, int minute) {
    int at = expression.hour().values().nextSetBit(hour);
    if (at == hour) {
      int exact = expression.minute().values().nextSetBit(minute);
      if (exact >= 0) {
        return Optional.of(LocalTime.of(at, exact));
      }
      at = expression.hour().values().nextSetBit(hour + 1);
    }
    return at < 0
        ? Optional.empty()
        : Optional.of(LocalTime.of(at, expression.minute().values().nextSetBit(0)));
  }
}
