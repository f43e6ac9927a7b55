package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import com.cronutils.model.Cron;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The ticks of a schedule: the whole minutes whose local time in its time zone matches the cron
 * expression.
 *
 * <p>At a change of clocks of less than three hours crontab(5) distinguishes two kinds of
 * schedules. One whose minute or hour field begins with a star follows the clock: a skipped time is
 * no tick, a repeated time is two. One of fixed times misses none and repeats none: skipped times
 * are made up for by one tick right after the clock was set forward, and a repeated time is a tick
 * the first time. Greater changes, such as a skipped day at the date line, are corrections: both
 * kinds follow the new time at once.
 *
 * <p>All code that determines when a view is due uses this class: {@code serve} and its triggers,
 * {@code --due}, missed ticks, and the next tick that is shown.
 */
public final class CronTicks {
  /** No ticks are further apart: a 29 February that is a Sunday recurs within 40 years. */
  private static final Duration LONGEST_GAP = Duration.ofDays(41 * 366);

  private static final Duration FIRST_LOOK_BACK = Duration.ofHours(1);

  /** From here on crontab(5) takes a change of clocks for a correction. */
  private static final Duration CORRECTION = Duration.ofHours(3);

  private final String fields;
  private final ZoneId zone;
  private final CronExpression expression;
  private final CronCalendar calendar;

  private CronTicks(String fields, ZoneId zone) {
    this.fields = fields;
    this.zone = zone;
    this.expression = CronExpression.of(fields);
    this.calendar = new CronCalendar(expression);
  }

  /**
   * @param schedule as a definition has it: five fields, or a nickname
   * @throws IllegalArgumentException if it is not a valid schedule; the message says why
   */
  public static CronTicks of(String schedule, ZoneId zone) {
    return new CronTicks(
        CronExpression.fields(schedule), requireNonNull(zone, "zone is null").normalized());
  }

  /** Five fields, also where a nickname was given. */
  public String fields() {
    return fields;
  }

  public ZoneId zone() {
    return zone;
  }

  /** As one expression of cron-utils, for its mappers; empty where none says the same. */
  public Optional<Cron> cron() {
    return expression.plain();
  }

  /** The first tick after an instant; empty if there is none. */
  public Optional<Instant> next(Instant after) {
    ZoneRules rules = zone.getRules();
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime from = LocalDateTime.ofInstant(after, offset);
    Instant sinceChange = after;
    ZoneOffsetTransition entered = rules.previousTransition(after.plusNanos(1));
    Optional<Instant> skipped = skipped(entered).filter(tick -> tick.isAfter(after));
    while (true) {
      Optional<Instant> tick = skipped;
      if (tick.isEmpty()) {
        ZoneOffset shown = offset;
        tick = calendar.next(notRepeated(from, entered)).map(local -> local.toInstant(shown));
      }
      ZoneOffsetTransition change = rules.nextTransition(sinceChange);
      if (tick.isEmpty() || change == null || tick.get().isBefore(change.getInstant())) {
        return tick;
      }
      sinceChange = change.getInstant();
      offset = change.getOffsetAfter();
      from = change.getDateTimeAfter().minusNanos(1);
      entered = change;
      skipped = skipped(change);
    }
  }

  /** The tick that makes up for fixed times that a change of clocks skips. */
  private Optional<Instant> skipped(@Nullable ZoneOffsetTransition change) {
    if (change == null || !change.isGap() || isPlain(change)) {
      return Optional.empty();
    }
    LocalDateTime end = change.getDateTimeAfter();
    LocalDateTime minute = end.truncatedTo(ChronoUnit.MINUTES);
    LocalDateTime tick = minute.isBefore(end) ? minute.plusMinutes(1) : minute;
    return calendar
        .next(change.getDateTimeBefore().minusNanos(1))
        .filter(local -> local.isBefore(end))
        .map(local -> tick.toInstant(change.getOffsetAfter()));
  }

  /** From when fixed times count after a change of clocks: not from what is shown again. */
  private LocalDateTime notRepeated(LocalDateTime from, @Nullable ZoneOffsetTransition entered) {
    if (entered == null || !entered.isOverlap() || isPlain(entered)) {
      return from;
    }
    LocalDateTime shown = entered.getDateTimeBefore().minusNanos(1);
    return from.isBefore(shown) ? shown : from;
  }

  /** Whether only the new time counts after a change of clocks. */
  private boolean isPlain(ZoneOffsetTransition change) {
    return expression.followsClock() || change.getDuration().abs().compareTo(CORRECTION) >= 0;
  }

  /** The last tick that is not after an instant; empty if there was none. */
  public Optional<Instant> last(Instant notAfter) {
    for (Duration back = FIRST_LOOK_BACK; ; back = back.multipliedBy(2)) {
      Instant last = null;
      Instant tick = nextOrNull(notAfter.minus(back));
      while (tick != null && !tick.isAfter(notAfter)) {
        last = tick;
        tick = nextOrNull(tick);
      }
      if (last != null || back.compareTo(LONGEST_GAP) > 0) {
        return Optional.ofNullable(last);
      }
    }
  }

  private @Nullable Instant nextOrNull(Instant after) {
    return next(after).orElse(null);
  }

  /**
   * How long after a tick the refresh of a view begins: somewhere within the jitter, and for one
   * view always at the same place.
   *
   * @return at least zero; less than {@code jitter}, but for a jitter of zero
   */
  public static Duration delay(String view, Duration jitter) {
    long millis = jitter.toMillis();
    if (millis <= 0) {
      return Duration.ZERO;
    }
    CRC32 hash = new CRC32();
    hash.update(view.getBytes(StandardCharsets.UTF_8));
    return Duration.ofMillis(Math.floorMod(hash.getValue() * 0x9E3779B97F4A7C15L >>> 16, millis));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CronTicks ticks
        && fields.equals(ticks.fields)
        && zone.equals(ticks.zone);
  }

  @Override
  public int hashCode() {
    return Objects.hash(fields, zone);
  }

  @Override
  public String toString() {
    return fields + " " + zone;
  }
}
