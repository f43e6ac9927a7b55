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
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random schedules over a year of a zone, minute by minute as the daemon of cronie goes: it keeps a
 * time of its own, which is put forward through what a change of clocks skips, and waits where the
 * clock shows something again.
 */
@Tag("contract")
class CronTicksPropertyTest {
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final long CORRECTION_MINUTES = 180;

  /** Zones, each with a year in which it changed its clock, or never. */
  private static final List<Period> PERIODS =
      List.of(
          new Period("UTC", 2026),
          new Period("Europe/Berlin", 2026),
          new Period("America/New_York", 2026),
          new Period("Australia/Lord_Howe", 2026),
          new Period("America/St_Johns", 2010),
          new Period("America/Caracas", 2007),
          new Period("America/Caracas", 2016),
          new Period("Pacific/Apia", 2011),
          new Period("Asia/Kolkata", 2026),
          new Period("Africa/Cairo", 2026),
          new Period("America/Santiago", 2026));

  private record Period(ZoneId zone, Instant from, Instant to) {
    Period(String zone, int year) {
      this(
          ZoneId.of(zone),
          LocalDateTime.of(year, 1, 1, 0, 0).toInstant(ZoneOffset.UTC),
          LocalDateTime.of(year + 1, 1, 1, 0, 0).toInstant(ZoneOffset.UTC));
    }

    static Period random(Random random) {
      return PERIODS.get(random.nextInt(PERIODS.size()));
    }
  }

  /** One field: its text, and which values it asks for. */
  private record Field(String text, IntPredicate asked) {
    boolean star() {
      return text.startsWith("*");
    }

    Field and(Field other) {
      return new Field(text + "," + other.text, asked.or(other.asked));
    }
  }

  private static Field field(Random random, int low, int high, List<String> names) {
    Field first = entry(random, low, high, names);
    return random.nextInt(4) == 0 ? first.and(entry(random, low, high, names)) : first;
  }

  private static Field entry(Random random, int low, int high, List<String> names) {
    int one = low + random.nextInt(high - low + 1);
    int other = low + random.nextInt(high - low + 1);
    int from = Math.min(one, other);
    int to = Math.max(one, other);
    int step = 1 + random.nextInt(Math.max(2, (high - low) / 2));
    String begin = named(random, from, low, names);
    String end = named(random, to, low, names);
    return switch (random.nextInt(6)) {
      case 0 -> new Field(begin, value -> value == from);
      case 1 -> new Field(begin + "," + end, value -> value == from || value == to);
      case 2 -> new Field(begin + "-" + end, value -> value >= from && value <= to);
      case 3 ->
          new Field(
              begin + "-" + end + "/" + step,
              value -> value >= from && value <= to && (value - from) % step == 0);
      case 4 -> new Field("*/" + step, value -> (value - low) % step == 0);
      default -> new Field("*", value -> true);
    };
  }

  private static String named(Random random, int value, int low, List<String> names) {
    if (names.isEmpty() || random.nextBoolean()) {
      return String.valueOf(value);
    }
    String name = names.get(value - low);
    return random.nextBoolean() ? name : name.toLowerCase(Locale.ROOT);
  }

  /** Days of the week, also in ranges that begin or end with a Sunday, or run past it. */
  private static Field weekdays(Random random) {
    if (random.nextInt(3) > 0) {
      return field(random, 0, 6, DAYS);
    }
    int begin = random.nextInt(7);
    int length = 1 + random.nextInt(6);
    int end = (begin + length) % 7;
    String from = begin == 0 && random.nextBoolean() ? "7" : named(random, begin, 0, DAYS);
    String to = end == 0 && random.nextBoolean() ? "7" : named(random, end, 0, DAYS);
    return new Field(from + "-" + to, day -> Math.floorMod(day - begin, 7) <= length);
  }

  private record Schedule(Field minute, Field hour, Field day, Field month, Field weekday) {
    static Schedule random(Random random) {
      Field any = new Field("*", value -> true);
      return new Schedule(
          field(random, 0, 59, List.of()),
          field(random, 0, 23, List.of()),
          random.nextBoolean() ? field(random, 1, 28, List.of()) : any,
          random.nextInt(3) == 0 ? field(random, 1, 12, MONTHS) : any,
          random.nextBoolean() ? weekdays(random) : any);
    }

    /** What every dialect of cron reads alike. */
    static Schedule plain(Random random) {
      Schedule schedule = random(random);
      Field any = new Field("*", value -> true);
      boolean byDay = random.nextBoolean();
      return new Schedule(
          schedule.minute,
          schedule.hour,
          byDay ? schedule.day : any,
          schedule.month,
          byDay ? any : field(random, 1, 6, List.of()));
    }

    String text() {
      return String.join(" ", minute.text(), hour.text(), day.text(), month.text(), weekday.text());
    }

    boolean asksFor(LocalDateTime time) {
      if (!minute.asked().test(time.getMinute()) || !hour.asked().test(time.getHour())) {
        return false;
      }
      boolean inMonth = day.asked().test(time.getDayOfMonth());
      boolean inWeek = weekday.asked().test(time.getDayOfWeek().getValue() % 7);
      return month.asked().test(time.getMonthValue())
          && (day.star() || weekday.star() ? inMonth && inWeek : inMonth || inWeek);
    }

    boolean wild() {
      return minute.star() || hour.star();
    }
  }

  /** cronie's loop, with the minutes of a zone for a clock. */
  private static List<Instant> scanned(Schedule schedule, Period period) {
    TreeSet<Instant> found = new TreeSet<>();
    ZoneMinutes clock = new ZoneMinutes(period.zone().getRules());
    long virtual = clock.at(period.from().getEpochSecond());
    for (long at = period.from().getEpochSecond() + 60;
        at < period.to().getEpochSecond();
        at += 60) {
      long shown = clock.at(at);
      long ahead = shown - virtual;
      boolean fires;
      if (ahead == 1 || ahead > CORRECTION_MINUTES || ahead <= -CORRECTION_MINUTES) {
        fires = asksFor(schedule, shown);
        virtual = shown;
      } else if (schedule.wild()) {
        fires = asksFor(schedule, shown);
        virtual = Math.max(virtual, shown);
      } else {
        fires = false;
        while (virtual < shown) {
          fires |= asksFor(schedule, ++virtual);
        }
      }
      if (fires) {
        found.add(Instant.ofEpochSecond(at));
      }
    }
    return List.copyOf(found);
  }

  /** The minutes that a zone's clock shows; its rules are asked once for each change. */
  private static final class ZoneMinutes {
    private final ZoneRules rules;
    private long until = Long.MIN_VALUE;
    private long offset;

    ZoneMinutes(ZoneRules rules) {
      this.rules = rules;
    }

    /** To be asked for later and later seconds. */
    long at(long second) {
      if (second >= until) {
        Instant instant = Instant.ofEpochSecond(second);
        offset = rules.getOffset(instant).getTotalSeconds();
        ZoneOffsetTransition next = rules.nextTransition(instant);
        until = next == null ? Long.MAX_VALUE : next.toEpochSecond();
      }
      return Math.floorDiv(second + offset, 60);
    }
  }

  private static boolean asksFor(Schedule schedule, long localMinute) {
    return schedule.minute.asked().test((int) Math.floorMod(localMinute, 60L))
        && schedule.asksFor(LocalDateTime.ofEpochSecond(localMinute * 60, 0, ZoneOffset.UTC));
  }

  private static List<Instant> ticked(Schedule schedule, Period period) {
    CronTicks ticks = CronTicks.of(schedule.text(), period.zone());
    List<Instant> found = new ArrayList<>();
    Optional<Instant> tick = ticks.next(period.from());
    while (tick.isPresent() && tick.get().isBefore(period.to())) {
      found.add(tick.get());
      tick = ticks.next(tick.get());
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void ticksAreWhatAScanOfTheMinutesFinds(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 6; i++) {
      Schedule schedule = Schedule.random(random);
      Period period = Period.random(random);
      List<Instant> scanned = scanned(schedule, period);

      assertThat(ticked(schedule, period))
          .as("seed %d: '%s' in %s", seed, schedule.text(), period)
          .isEqualTo(scanned);
      CronTicks ticks = CronTicks.of(schedule.text(), period.zone());
      for (int j = 0; j < 20 && scanned.size() > 1; j++) {
        int index = random.nextInt(scanned.size() - 1);
        long between = Duration.between(scanned.get(index), scanned.get(index + 1)).toMillis();
        Instant at = scanned.get(index).plusMillis(random.nextLong(between));
        assertThat(ticks.last(at)).as("seed %d: before %s", seed, at).contains(scanned.get(index));
        assertThat(ticks.next(at)).contains(scanned.get(index + 1));
      }
    }
  }

  /** Nothing but times near a change of clocks, of which few random schedules have many. */
  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void timesAroundChangesOfClocksAreWhatAScanFinds(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 6; i++) {
      Field any = new Field("*", value -> true);
      Field minute = field(random, 0, 59, List.of());
      Field hour = entry(random, 0, 3, List.of());
      Schedule schedule = new Schedule(minute, hour, any, any, any);
      Period period = Period.random(random);

      assertThat(ticked(schedule, period))
          .as("seed %d: '%s' in %s", seed, schedule.text(), period)
          .isEqualTo(scanned(schedule, period));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void inAZoneWhoseClockIsNeverChangedTheyAreCronUtilsOwn(long seed) {
    Random random = new Random(seed);
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    for (int i = 0; i < 4; i++) {
      Schedule schedule = Schedule.plain(random);
      for (String zone : List.of("UTC", "Asia/Kolkata")) {
        Period period = new Period(zone, 2026);
        ExecutionTime times = ExecutionTime.forCron(parser.parse(schedule.text()));
        List<Instant> theirs = new ArrayList<>();
        Optional<ZonedDateTime> next = times.nextExecution(period.from().atZone(period.zone()));
        while (theirs.size() < 100
            && next.isPresent()
            && next.get().toInstant().isBefore(period.to())) {
          theirs.add(next.get().toInstant());
          next = times.nextExecution(next.get());
        }

        assertThat(ticked(schedule, period).stream().limit(100).toList())
            .as("seed %d: '%s' in %s", seed, schedule.text(), zone)
            .isEqualTo(theirs);
      }
    }
  }
}
