package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import com.cronutils.model.Cron;
import com.cronutils.model.time.ExecutionTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The instants that a schedule names: every whole minute at which the clock on the wall of its time
 * zone shows what the cron expression asks for.
 *
 * <p>Where the clock is put forward, the times that it skips are no ticks: at 02:30 nothing is due
 * on the day on which 02:00 is followed by 03:00. Where it is put back, a time that it shows twice
 * is a tick the first time. The second time it is one too where the schedule names other times so
 * near that the clock is put back by no less: what runs every 15 minutes, or every hour, goes on,
 * and what runs once a night runs once.
 *
 * <p>cron-utils does the reckoning with the calendar, of local times without zone: asked about a
 * zone, it misses times after a gap of half an hour and is not of one mind about folds.
 */
public final class CronTicks {
  private static final Map<String, String> NICKNAMES =
      Map.of(
          "@hourly", "0 * * * *",
          "@daily", "0 0 * * *",
          "@weekly", "0 0 * * 0",
          "@monthly", "0 0 1 * *",
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *");

  /** No schedule's ticks are further apart: those of 29 February around the year 2100 are 8. */
  private static final Duration LONGEST_GAP = Duration.ofDays(9 * 366);

  private static final Duration FIRST_LOOK_BACK = Duration.ofHours(1);

  private final String fields;
  private final ZoneId zone;
  private final Cron cron;
  private final ExecutionTime times;

  private CronTicks(String fields, ZoneId zone) {
    this.fields = fields;
    this.zone = zone;
    this.cron = CronExpression.parse(fields);
    this.times = ExecutionTime.forCron(cron);
  }

  /**
   * @param schedule as a definition has it: five fields, or a nickname
   * @throws IllegalArgumentException where it is no schedule; the message says why
   */
  public static CronTicks of(String schedule, ZoneId zone) {
    String checked = CronExpression.checked(schedule);
    return new CronTicks(
        requireNonNull(NICKNAMES.getOrDefault(checked, checked)),
        requireNonNull(zone, "zone is null").normalized());
  }

  /** Five fields, also where a nickname was given. */
  public String fields() {
    return fields;
  }

  public ZoneId zone() {
    return zone;
  }

  /** As cron-utils has it, for its mappers. */
  public Cron cron() {
    return cron;
  }

  /** The first tick after an instant; empty where there is none to come. */
  public Optional<Instant> next(Instant after) {
    ZoneRules rules = zone.getRules();
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime local = LocalDateTime.ofInstant(after, offset);
    Instant sinceChange = after;
    ZoneOffsetTransition entered = rules.previousTransition(after.plusNanos(1));
    while (true) {
      Optional<LocalDateTime> tick = localNext(local);
      if (tick.isEmpty()) {
        return Optional.empty();
      }
      Instant instant = tick.get().toInstant(offset);
      ZoneOffsetTransition change = rules.nextTransition(sinceChange);
      if (change != null && !instant.isBefore(change.getInstant())) {
        entered = change;
        sinceChange = change.getInstant();
        offset = change.getOffsetAfter();
        local = change.getDateTimeAfter().minusNanos(1);
      } else if (entered != null && isRepetition(tick.get(), entered)) {
        local = tick.get();
      } else {
        return Optional.of(instant);
      }
    }
  }

  /** Whether the clock shows this for the second time, and once is enough. */
  private boolean isRepetition(LocalDateTime tick, ZoneOffsetTransition entered) {
    if (!entered.isOverlap() || !tick.isBefore(entered.getDateTimeBefore())) {
      return false;
    }
    Duration near = entered.getDuration().abs();
    return localNext(tick.minus(near).minusNanos(1)).filter(tick::isAfter).isEmpty()
        && localNext(tick).filter(next -> !next.isAfter(tick.plus(near))).isEmpty();
  }

  private Optional<LocalDateTime> localNext(LocalDateTime after) {
    return times.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
  }

  /** The last tick that is not after an instant; empty where there was none. */
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
