package io.bergview.projection.definition;

import com.cronutils.model.time.ExecutionTime;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The times of a clock on the wall that a cron expression names, as if the clock were never
 * changed.
 *
 * <p>cron-utils does the reckoning, of expressions that leave nothing to argue about: its own
 * reading of names, of steps and of two restricted fields of days is not crontab(5)'s. Asked about
 * a time zone it misses times after a gap of half an hour and is not of one mind about folds.
 */
final class CronCalendar {
  private static final int DAYS_OF_WEEK = 7;

  private final CronExpression expression;
  private final List<ExecutionTime> times;

  CronCalendar(CronExpression expression) {
    this.expression = expression;
    this.times = expression.crons().stream().map(ExecutionTime::forCron).toList();
  }

  /** The first time after another; empty where there is none to come. */
  Optional<LocalDateTime> next(LocalDateTime after) {
    Optional<LocalDateTime> next = unfiltered(after);
    while (next.isPresent() && !isOnDayOfWeek(next.get())) {
      next = unfiltered(next.get());
    }
    return next;
  }

  private Optional<LocalDateTime> unfiltered(LocalDateTime after) {
    ZonedDateTime from = after.atZone(ZoneOffset.UTC);
    return times.stream()
        .flatMap(each -> each.nextExecution(from).stream())
        .map(ZonedDateTime::toLocalDateTime)
        .min(Comparator.naturalOrder());
  }

  private boolean isOnDayOfWeek(LocalDateTime time) {
    return !expression.needsDayOfWeek()
        || expression.dayOfWeek().values().get(time.getDayOfWeek().getValue() % DAYS_OF_WEEK);
  }
}
