package io.bergview.projection.route;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * A comparison of a time with the start of a unit, rewritten to the starts of units alone: {@code t
 * >= 2026-03-01} holds exactly for the days with {@code day(t) >= 2026-03-01}. If the clock is set
 * back over the boundary, so that a part of the previous day is repeated after it, this is not
 * true, and there is no rewrite.
 */
final class AlignedTime {
  private AlignedTime() {}

  /**
   * @param starts by what it is the start of, where a unit's start is kept
   * @return the same of what is kept; empty where the boundary is within a unit
   */
  static Optional<Pred> of(Pred.Compare compare, Map<Expr, Expr> starts) {
    Optional<Object> boundary = boundary(compare);
    if (boundary.isEmpty()) {
      return Optional.empty();
    }
    Operator operator = isLower(compare.operator()) ? Operator.GTE : Operator.LT;
    for (Map.Entry<Expr, Expr> start : starts.entrySet()) {
      if (start.getKey() instanceof Expr.Truncate unit && unit.value().equals(compare.value())) {
        Optional<Object> aligned = start(boundary.get(), unit);
        if (aligned.isPresent()) {
          return Optional.of(
              new Pred.Compare(
                  start.getValue(), operator, new Expr.Constant(aligned.get(), unit.type())));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isLower(Operator operator) {
    return operator == Operator.GT || operator == Operator.GTE;
  }

  /** The first value that is in, or the first that is out; dates go day by day. */
  private static Optional<Object> boundary(Pred.Compare compare) {
    Object constant = compare.constant().value();
    boolean next = compare.operator() == Operator.GT || compare.operator() == Operator.LTE;
    if (constant == null || compare.operator() == Operator.EQ) {
      return Optional.empty();
    }
    if (constant instanceof LocalDate date && compare.value().type() instanceof Types.DateType) {
      return Optional.of(next ? date.plusDays(1) : date);
    }
    return next ? Optional.empty() : Optional.of(constant);
  }

  /** The boundary as the unit's start is kept, if it is one. */
  private static Optional<Object> start(Object boundary, Expr.Truncate unit) {
    Optional<LocalDateTime> local = local(boundary, unit);
    if (local.isEmpty() || !truncated(local.get(), unit.unit()).equals(local.get())) {
      return Optional.empty();
    }
    return unit.type().typeId() == Type.TypeID.DATE
        ? Optional.of(local.get().toLocalDate())
        : Optional.of(boundary);
  }

  private static Optional<LocalDateTime> local(Object boundary, Expr.Truncate unit) {
    if (boundary instanceof LocalDate date) {
      return Optional.of(date.atStartOfDay());
    }
    if (boundary instanceof LocalDateTime local) {
      return Optional.of(local);
    }
    return boundary instanceof Instant instant ? local(instant, unit) : Optional.empty();
  }

  private static Optional<LocalDateTime> local(Instant instant, Expr.Truncate unit) {
    ZoneId zone = unit.zone();
    LocalDateTime local = instant.atZone(zone).toLocalDateTime();
    if (zone.normalized() instanceof ZoneOffset) {
      return Optional.of(local);
    }
    boolean days = unit.type().typeId() == Type.TypeID.DATE;
    LocalDate day = local.toLocalDate();
    boolean first = day.atStartOfDay(zone).toInstant().equals(instant);
    return days && first && !isRepeated(instant, day.atStartOfDay(), zone)
        ? Optional.of(day.atStartOfDay())
        : Optional.empty();
  }

  /** Whether the clock is set back to before the boundary soon after it. */
  private static boolean isRepeated(Instant instant, LocalDateTime boundary, ZoneId zone) {
    ZoneOffsetTransition next = zone.getRules().nextTransition(instant.minusNanos(1));
    return next != null && next.isOverlap() && next.getDateTimeAfter().isBefore(boundary);
  }

  private static LocalDateTime truncated(LocalDateTime time, TimeUnit unit) {
    LocalDate day = time.toLocalDate();
    return switch (unit) {
      case MINUTE -> time.withSecond(0).withNano(0);
      case HOUR -> time.withMinute(0).withSecond(0).withNano(0);
      case DAY -> day.atStartOfDay();
      case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).atStartOfDay();
      case MONTH -> day.withDayOfMonth(1).atStartOfDay();
      case QUARTER ->
          day.withDayOfMonth(1).withMonth((day.getMonthValue() - 1) / 3 * 3 + 1).atStartOfDay();
      case YEAR -> day.withDayOfYear(1).atStartOfDay();
    };
  }
}
