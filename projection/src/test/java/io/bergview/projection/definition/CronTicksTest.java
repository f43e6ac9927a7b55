package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTicksTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final ZoneId LORD_HOWE = ZoneId.of("Australia/Lord_Howe");

  private static List<String> local(String schedule, ZoneId zone, String day) {
    CronTicks ticks = CronTicks.of(schedule, zone);
    Instant from = LocalDate.parse(day).atStartOfDay(zone).toInstant();
    Instant to = LocalDate.parse(day).plusDays(1).atStartOfDay(zone).toInstant();
    return between(ticks, from, to).stream()
        .map(tick -> tick.atZone(zone).toOffsetDateTime())
        .map(time -> time.toLocalTime() + " " + time.getOffset())
        .toList();
  }

  private static List<Instant> between(CronTicks ticks, Instant from, Instant to) {
    List<Instant> found = new ArrayList<>();
    Instant tick = ticks.next(from.minusMillis(1)).orElseThrow();
    while (tick.isBefore(to)) {
      found.add(tick);
      tick = ticks.next(tick).orElseThrow();
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource({
    "@hourly, 2026-05-01T10:00:00Z, 2026-05-01T11:00:00Z",
    "@daily, 2026-05-01T10:00:00Z, 2026-05-02T00:00:00Z",
    "@weekly, 2026-05-01T10:00:00Z, 2026-05-03T00:00:00Z",
    "@monthly, 2026-05-01T10:00:00Z, 2026-06-01T00:00:00Z",
    "@yearly, 2026-05-01T10:00:00Z, 2027-01-01T00:00:00Z",
    "@annually, 2026-05-01T10:00:00Z, 2027-01-01T00:00:00Z",
    "*/5 * * * *, 2026-05-01T10:00:00Z, 2026-05-01T10:05:00Z",
    "*/5 * * * *, 2026-05-01T09:59:59.999Z, 2026-05-01T10:00:00Z",
    "7 * * * *, 2026-05-01T10:07:00.001Z, 2026-05-01T11:07:00Z",
    "0 8-10 * * *, 2026-05-01T10:00:00Z, 2026-05-02T08:00:00Z",
    "'0 0 1,15 * *', 2026-05-01T10:00:00Z, 2026-05-15T00:00:00Z",
    "0 0 * feb *, 2026-05-01T10:00:00Z, 2027-02-01T00:00:00Z",
    "0 0 * * mon, 2026-05-01T10:00:00Z, 2026-05-04T00:00:00Z",
    "0 0 * * 7, 2026-05-01T10:00:00Z, 2026-05-03T00:00:00Z",
    "0 0 29 2 *, 2026-05-01T10:00:00Z, 2028-02-29T00:00:00Z",
    "0 0 29 2 *, 2096-03-01T00:00:00Z, 2104-02-29T00:00:00Z",
    "0 0 31 * *, 2026-03-31T00:00:00Z, 2026-05-31T00:00:00Z",
    "0 0 30 * *, 2026-01-30T00:00:00Z, 2026-03-30T00:00:00Z"
  })
  void everyFieldAndNicknameNamesItsTime(String schedule, Instant after, Instant tick) {
    CronTicks ticks = CronTicks.of(schedule, ZoneOffset.UTC);

    assertThat(ticks.next(after)).contains(tick);
    assertThat(ticks.last(tick)).contains(tick);
    assertThat(ticks.last(tick.minusMillis(1)).orElseThrow()).isBeforeOrEqualTo(after);
  }

  @Test
  void aScheduleFollowsTheClockOfItsZone() {
    assertThat(CronTicks.of("0 2 * * *", BERLIN).next(Instant.parse("2026-01-10T00:00:00Z")))
        .contains(Instant.parse("2026-01-10T01:00:00Z"));
    assertThat(CronTicks.of("0 2 * * *", BERLIN).next(Instant.parse("2026-07-10T00:00:00Z")))
        .contains(Instant.parse("2026-07-11T00:00:00Z"));
    assertThat(
            CronTicks.of("0 0 1 * *", ZoneId.of("Asia/Kolkata"))
                .next(Instant.parse("2026-07-10T00:00:00Z")))
        .contains(Instant.parse("2026-07-31T18:30:00Z"));
  }

  @Test
  void inSpringEveryQuarterOfAnHourThatTheClockShowsIsATick() {
    assertThat(local("0 1-4 * * *", BERLIN, "2026-03-29"))
        .containsExactly("01:00 +01:00", "03:00 +02:00", "04:00 +02:00");
    assertThat(local("*/15 * * * *", BERLIN, "2026-03-29")).hasSize(23 * 4);
  }

  @Test
  void aTimeThatTheClockShowsTwiceInAutumnIsOneTickTheFirstTime() {
    assertThat(local("30 2 * * *", BERLIN, "2026-10-25")).containsExactly("02:30 +02:00");
    assertThat(local("30 1 * * *", NEW_YORK, "2026-11-01")).containsExactly("01:30 -04:00");
    assertThat(local("45 1 * * *", LORD_HOWE, "2026-04-05")).containsExactly("01:45 +11:00");
  }

  @Test
  void hourlySchedulesContinueThroughAutumnAndFixedTimesFireOnce() {
    assertThat(local("*/15 * * * *", BERLIN, "2026-10-25")).hasSize(25 * 4);
    assertThat(local("0 * * * *", NEW_YORK, "2026-11-01")).hasSize(25);
    assertThat(local("*/20 1-2 * * *", BERLIN, "2026-10-25")).hasSize(9);
    assertThat(local("30 2,3 * * *", BERLIN, "2026-10-25"))
        .containsExactly("02:30 +02:00", "03:30 +01:00");
    assertThat(local("30 2,14 * * *", BERLIN, "2026-10-25"))
        .containsExactly("02:30 +02:00", "14:30 +01:00");
    assertThat(local("30 2 25 10 *", BERLIN, "2026-10-25")).containsExactly("02:30 +02:00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*/7 * * * *", "30 1-3 * * *", "0 0 29 2 *", "15 2 * * SUN", "59 23 31 * *"})
  void theLastTickIsTheOneBeforeWhichNoOtherComes(String schedule) {
    for (ZoneId zone : List.of(ZoneOffset.UTC, BERLIN, NEW_YORK, LORD_HOWE)) {
      CronTicks ticks = CronTicks.of(schedule, zone);
      Instant at = Instant.parse("2026-10-20T11:22:33Z");
      for (int i = 0; i < 200; i++) {
        Instant last = ticks.last(at).orElseThrow();
        assertThat(last).isBeforeOrEqualTo(at);
        assertThat(ticks.next(last).orElseThrow()).isAfter(at);
        at = at.plus(Duration.ofMinutes(173));
      }
    }
  }

  @Test
  void jitterIsBoundedSpreadAndTheSameForOneView() {
    Duration jitter = Duration.ofSeconds(30);
    Set<Long> delays = new HashSet<>();
    int[] tenths = new int[10];
    for (int i = 0; i < 1_000; i++) {
      Duration delay = CronTicks.delay("View" + i, jitter);
      assertThat(delay).isBetween(Duration.ZERO, jitter.minusMillis(1));
      assertThat(CronTicks.delay("View" + i, jitter)).isEqualTo(delay);
      delays.add(delay.toMillis());
      tenths[(int) (delay.toMillis() / 3_000)]++;
    }
    assertThat(delays).hasSizeGreaterThan(900);
    assertThat(IntStream.of(tenths)).allMatch(count -> count > 60 && count < 140);
    assertThat(CronTicks.delay("View", Duration.ZERO)).isZero();
  }

  @Test
  void whatIsNoScheduleIsRefused() {
    assertThatThrownBy(() -> CronTicks.of("0 0 30 2 *", ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("never fires");
  }

  @Test
  void ticksAreWholeMinutesOfTheLocalClock() {
    CronTicks ticks = CronTicks.of("*/10 * * * *", ZoneId.of("Africa/Monrovia"));
    // Until 1972 the clock there was 44 minutes and 30 seconds behind.
    LocalDateTime time =
        LocalDateTime.ofInstant(
            ticks.next(Instant.parse("1970-05-01T00:00:00Z")).orElseThrow(),
            ZoneId.of("Africa/Monrovia"));

    assertThat(time.getSecond()).isZero();
    assertThat(time.getMinute() % 10).isZero();
  }
}
