package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random schedules over a year: the ticks are those that a scan of its minutes finds. */
class CronTicksPropertyTest {
  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "Asia/Kolkata",
          "Africa/Cairo",
          "America/Santiago");
  private static final Instant YEAR = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NEXT_YEAR = Instant.parse("2027-01-01T00:00:00Z");

  /** One field: its text, and which values it asks for. */
  private record Field(String text, IntPredicate asked) {}

  private static Field field(Random random, int low, int high, boolean mayBeAny) {
    int one = low + random.nextInt(high - low + 1);
    int other = low + random.nextInt(high - low + 1);
    int from = Math.min(one, other);
    int to = Math.max(one, other);
    int step = 1 + random.nextInt(Math.max(2, (high - low) / 2));
    return switch (random.nextInt(mayBeAny ? 6 : 4)) {
      case 0 -> new Field("" + one, value -> value == one);
      case 1 -> new Field(from + "," + to, value -> value == from || value == to);
      case 2 -> new Field(from + "-" + to, value -> value >= from && value <= to);
      case 3 ->
          new Field(
              from + "-" + to + "/" + step,
              value -> value >= from && value <= to && (value - from) % step == 0);
      case 4 -> new Field("*/" + step, value -> (value - low) % step == 0);
      default -> new Field("*", value -> true);
    };
  }

  private record Schedule(Field minute, Field hour, Field day, Field month, Field weekday) {
    static Schedule random(Random random) {
      Field any = new Field("*", value -> true);
      boolean byDay = random.nextBoolean();
      return new Schedule(
          field(random, 0, 59, true),
          field(random, 0, 23, true),
          byDay ? field(random, 1, 28, false) : any,
          random.nextInt(3) == 0 ? field(random, 1, 12, true) : any,
          !byDay && random.nextBoolean() ? field(random, 0, 6, false) : any);
    }

    String text() {
      return String.join(" ", minute.text(), hour.text(), day.text(), month.text(), weekday.text());
    }

    boolean asksFor(LocalDateTime time) {
      return minute.asked().test(time.getMinute())
          && hour.asked().test(time.getHour())
          && day.asked().test(time.getDayOfMonth())
          && month.asked().test(time.getMonthValue())
          && weekday.asked().test(time.getDayOfWeek().getValue() % 7);
    }
  }

  private static List<Instant> scanned(Schedule schedule, ZoneId zone) {
    List<Instant> found = new ArrayList<>();
    for (Instant at = YEAR.plusSeconds(60); at.isBefore(NEXT_YEAR); at = at.plusSeconds(60)) {
      ZonedDateTime time = at.atZone(zone);
      if (schedule.asksFor(time.toLocalDateTime()) && !isNeedlesslyAgain(schedule, time)) {
        found.add(at);
      }
    }
    return found;
  }

  /** The later of two equal times, and nothing else is asked for within what was put back. */
  private static boolean isNeedlesslyAgain(Schedule schedule, ZonedDateTime time) {
    if (!time.withEarlierOffsetAtOverlap().isBefore(time)) {
      return false;
    }
    ZoneOffsetTransition fold = time.getZone().getRules().getTransition(time.toLocalDateTime());
    long minutes = fold.getDuration().abs().toMinutes();
    for (long off = -minutes; off <= minutes; off++) {
      if (off != 0 && schedule.asksFor(time.toLocalDateTime().plusMinutes(off))) {
        return false;
      }
    }
    return true;
  }

  private static List<Instant> ticked(Schedule schedule, ZoneId zone) {
    CronTicks ticks = CronTicks.of(schedule.text(), zone);
    List<Instant> found = new ArrayList<>();
    Optional<Instant> tick = ticks.next(YEAR);
    while (tick.isPresent() && tick.get().isBefore(NEXT_YEAR)) {
      found.add(tick.get());
      tick = ticks.next(tick.get());
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void ticksAreWhatAScanOfTheMinutesFinds(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 12; i++) {
      Schedule schedule = Schedule.random(random);
      ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
      List<Instant> scanned = scanned(schedule, zone);

      assertThat(ticked(schedule, zone))
          .as("seed %d: '%s' in %s", seed, schedule.text(), zone)
          .isEqualTo(scanned);
      CronTicks ticks = CronTicks.of(schedule.text(), zone);
      for (int j = 0; j < 20 && scanned.size() > 1; j++) {
        int index = random.nextInt(scanned.size() - 1);
        long between = Duration.between(scanned.get(index), scanned.get(index + 1)).toMillis();
        Instant at = scanned.get(index).plusMillis(random.nextLong(between));
        assertThat(ticks.last(at)).as("seed %d: before %s", seed, at).contains(scanned.get(index));
        assertThat(ticks.next(at)).contains(scanned.get(index + 1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void inAZoneWhoseClockIsNeverChangedTheyAreCronUtilsOwn(long seed) {
    Random random = new Random(seed);
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    for (int i = 0; i < 10; i++) {
      Schedule schedule = Schedule.random(random);
      for (ZoneId zone : List.of(ZoneOffset.UTC, ZoneId.of("Asia/Kolkata"))) {
        ExecutionTime times = ExecutionTime.forCron(parser.parse(schedule.text()));
        List<Instant> theirs = new ArrayList<>();
        Optional<ZonedDateTime> next = times.nextExecution(YEAR.atZone(zone));
        while (next.isPresent() && next.get().toInstant().isBefore(NEXT_YEAR)) {
          theirs.add(next.get().toInstant());
          next = times.nextExecution(next.get());
        }

        assertThat(ticked(schedule, zone))
            .as("seed %d: '%s' in %s", seed, schedule.text(), zone)
            .isEqualTo(theirs);
      }
    }
  }
}
