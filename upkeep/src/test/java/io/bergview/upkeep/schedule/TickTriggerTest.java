package io.bergview.upkeep.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.cronutils.mapper.CronMapper;
import io.bergview.projection.definition.CronTicks;
import java.text.ParseException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.quartz.JobKey;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.jdbcjobstore.CronTriggerPersistenceDelegate;
import org.quartz.impl.jdbcjobstore.SimplePropertiesTriggerProperties;
import org.quartz.impl.triggers.CronTriggerImpl;
import org.quartz.spi.OperableTrigger;

/** The triggers that Quartz is given, asked for their times as Quartz asks. */
class TickTriggerTest {
  private static final Instant YEAR = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NEXT_YEAR = Instant.parse("2027-01-01T00:00:00Z");
  private static final List<String> ZONES =
      List.of("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo");

  private static TickTrigger trigger(String schedule, String zone, Duration delay, Instant from) {
    CronTicks ticks = CronTicks.of(schedule, ZoneId.of(zone));
    return new TickTrigger(
        new ViewSchedule("V", "uuid", ticks, delay),
        TriggerKey.triggerKey("V", "views"),
        JobKey.jobKey("refresh", "views"),
        from);
  }

  /** All times at which it fires, each found after the one before has fired. */
  private static List<Instant> firings(OperableTrigger trigger, Instant until) {
    List<Instant> times = new ArrayList<>();
    Date next = trigger.computeFirstFireTime(null);
    while (next != null && next.toInstant().isBefore(until)) {
      times.add(next.toInstant());
      trigger.triggered(null);
      next = trigger.getNextFireTime();
    }
    return times;
  }

  private static List<Instant> ticks(CronTicks ticks, Duration delay) {
    List<Instant> times = new ArrayList<>();
    Instant tick = ticks.next(YEAR).orElseThrow();
    while (tick.plus(delay).isBefore(NEXT_YEAR)) {
      times.add(tick.plus(delay));
      tick = ticks.next(tick).orElse(NEXT_YEAR);
    }
    return times;
  }

  private static String schedule(Random random) {
    String days = one(random, "*", "*", "1", "15,28", "1-7", "10-20/3");
    return String.join(
        " ",
        one(random, "0", "7,37", "*/20", "30", "10-50/15"),
        one(random, "*", "2", "1,2", "*/6", "8-18", "23"),
        days,
        one(random, "*", "*", "3", "10,11", "*/5"),
        days.equals("*") ? one(random, "*", "*", "0", "MON-FRI", "sun,2", "7") : "*");
  }

  /** Quartz has no expression for days that either field names. */
  @Test
  void daysThatEitherFieldNamesFireFromOneTriggerAlsoAfterItWasStored() {
    String schedule = "0 12 1,15 * SUN-MON";
    TickTrigger trigger = trigger(schedule, "UTC", Duration.ofSeconds(3), YEAR);
    TickTrigger read = stored(trigger);
    List<Instant> expected =
        Stream.iterate(Instant.parse("2026-01-01T12:00:03Z"), at -> at.plus(Duration.ofDays(1)))
            .takeWhile(at -> at.isBefore(NEXT_YEAR))
            .filter(
                at -> {
                  int day = at.atZone(ZoneOffset.UTC).getDayOfMonth();
                  DayOfWeek week = at.atZone(ZoneOffset.UTC).getDayOfWeek();
                  return day == 1
                      || day == 15
                      || week == DayOfWeek.SUNDAY
                      || week == DayOfWeek.MONDAY;
                })
            .toList();

    assertThat(firings(read, NEXT_YEAR)).isEqualTo(expected);
    assertThat(firings((TickTrigger) trigger.clone(), NEXT_YEAR)).isEqualTo(expected);
    assertThat(read.getCronExpression()).isNull();
    assertThat(trigger("0 12 * * SUN-MON", "UTC", Duration.ZERO, YEAR).getCronExpression())
        .isEqualTo("0 0 12 ? * 1,2 *");
  }

  private static TickTrigger stored(TickTrigger trigger) {
    TickTriggerStore store = new TickTriggerStore();
    return (TickTrigger)
        TriggerBuilder.newTrigger()
            .withIdentity(trigger.getKey())
            .forJob(trigger.getJobKey())
            .usingJobData(trigger.getJobDataMap())
            .startAt(Date.from(YEAR))
            .withSchedule(
                store
                    .getTriggerPropertyBundle(store.getTriggerProperties(trigger))
                    .getScheduleBuilder())
            .build();
  }

  private static String one(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void overAYearItFiresAtEveryTickOfAnySchedule(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 25; i++) {
      String schedule = schedule(random);
      String zone = one(random, ZONES.toArray(String[]::new));
      Duration delay = Duration.ofMillis(random.nextInt(2) * random.nextLong(100_000));
      assertThat(firings(trigger(schedule, zone, delay, YEAR), NEXT_YEAR))
          .as("seed %d: '%s' in %s, %s later", seed, schedule, zone, delay)
          .isEqualTo(ticks(CronTicks.of(schedule, ZoneId.of(zone)), delay));
    }
  }

  /** Those are caught up with, and would be done twice. */
  @ParameterizedTest
  @ValueSource(strings = {"12:00:00Z", "12:00:00.400Z", "12:00:59.999Z"})
  void noTickUpToTheStartFiresHoweverLateItWouldBe(String time) {
    Instant from = Instant.parse("2026-03-01T" + time);
    Instant later = Instant.parse("2026-03-01T12:01:00Z");
    for (Duration delay : List.of(Duration.ZERO, Duration.ofSeconds(30), Duration.ofMinutes(5))) {
      assertThat(
              firings(trigger("* * * * *", "UTC", delay, from), later.plus(delay).plusSeconds(1)))
          .as("%s later", delay)
          .containsExactly(later.plus(delay));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void inUtcItFiresAsQuartzItselfDoesByTheMappedExpression(long seed) throws ParseException {
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      String schedule = schedule(random);
      CronTriggerImpl plain = new CronTriggerImpl();
      plain.setCronExpression(
          CronMapper.fromUnixToQuartz()
              .map(CronTicks.of(schedule, ZoneOffset.UTC).cron().orElseThrow())
              .asString());
      plain.setTimeZone(TimeZone.getTimeZone("UTC"));
      plain.setStartTime(Date.from(YEAR.plusSeconds(1)));

      assertThat(firings(trigger(schedule, "UTC", Duration.ZERO, YEAR), NEXT_YEAR))
          .as("seed %d: '%s'", seed, schedule)
          .isEqualTo(firings(plain, NEXT_YEAR));
    }
  }

  @Test
  void inAutumnItFiresEveryQuarterOfAnHourWhereQuartzAloneWouldNot() throws ParseException {
    Instant from = Instant.parse("2026-10-24T22:00:00Z");
    Instant until = Instant.parse("2026-10-25T23:00:00Z");
    CronTriggerImpl plain = new CronTriggerImpl();
    plain.setCronExpression("0 */15 * * * ?");
    plain.setTimeZone(TimeZone.getTimeZone("Europe/Berlin"));
    plain.setStartTime(Date.from(from));

    Instant before = from.minusMillis(1);
    assertThat(firings(trigger("*/15 * * * *", "Europe/Berlin", Duration.ZERO, before), until))
        .hasSize(25 * 4);
    assertThat(firings(plain, until)).hasSizeLessThan(25 * 4);
  }

  @Test
  void itFiresOnceForMissedTicksAndThenOnSchedule() {
    Instant longAgo = Instant.now().minus(Duration.ofDays(30));
    Duration delay = Duration.ofSeconds(7);
    TickTrigger trigger = trigger("*/5 * * * *", "UTC", delay, longAgo);
    trigger.computeFirstFireTime(null);
    Instant before = Instant.now();

    trigger.updateAfterMisfire(null);
    Instant once = trigger.getNextFireTime().toInstant();
    assertThat(once).isBetween(before.plus(delay).minusMillis(1), Instant.now().plus(delay));
    trigger.triggered(null);

    CronTicks ticks = CronTicks.of("*/5 * * * *", ZoneOffset.UTC);
    assertThat(trigger.getNextFireTime().toInstant())
        .isEqualTo(ticks.next(once.minus(delay)).orElseThrow().plus(delay));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 300})
  void itIsTheSameAfterItWasStored(int more) {
    String schedule = "30" + ",30".repeat(more) + " 2 * * *";
    TickTrigger trigger = trigger(schedule, "Europe/Berlin", Duration.ofSeconds(3), YEAR);
    TickTriggerStore store = new TickTriggerStore();
    assertThat(store.canHandleTriggerType(trigger)).isTrue();
    SimplePropertiesTriggerProperties stored = store.getTriggerProperties(trigger);
    assertThat(List.of(stored.getString1(), stored.getString2(), stored.getString3()))
        .allMatch(text -> text.length() <= 512);

    TickTrigger read =
        (TickTrigger)
            TriggerBuilder.newTrigger()
                .withIdentity(trigger.getKey())
                .forJob(trigger.getJobKey())
                .usingJobData(trigger.getJobDataMap())
                .startAt(Date.from(YEAR))
                .withSchedule(store.getTriggerPropertyBundle(stored).getScheduleBuilder())
                .build();

    assertThat(firings(read, NEXT_YEAR)).isEqualTo(firings(trigger, NEXT_YEAR)).hasSize(365);
    assertThat(
            read.follows(
                new ViewSchedule(
                    "V",
                    "uuid",
                    CronTicks.of(schedule, ZoneId.of("Europe/Berlin")),
                    Duration.ofSeconds(3))))
        .isTrue();
    assertThat(new CronTriggerPersistenceDelegate().canHandleTriggerType(read)).isFalse();
  }

  @Test
  void itFollowsTheScheduleThatItWasMadeForAndNoOther() {
    CronTicks daily = CronTicks.of("@daily", ZoneOffset.UTC);
    TickTrigger trigger = trigger("@daily", "UTC", Duration.ZERO, YEAR);

    assertThat(trigger.follows(new ViewSchedule("V", "uuid", daily, Duration.ZERO))).isTrue();
    assertThat(trigger.follows(new ViewSchedule("V", "other", daily, Duration.ZERO))).isFalse();
    assertThat(trigger.follows(new ViewSchedule("V", "uuid", daily, Duration.ofMillis(1))))
        .isFalse();
    CronTicks elsewhere = CronTicks.of("@daily", ZoneId.of("Asia/Tokyo"));
    assertThat(trigger.follows(new ViewSchedule("V", "uuid", elsewhere, Duration.ZERO))).isFalse();
    CronTicks hourly = CronTicks.of("@hourly", ZoneOffset.UTC);
    assertThat(trigger.follows(new ViewSchedule("V", "uuid", hourly, Duration.ZERO))).isFalse();
  }
}
