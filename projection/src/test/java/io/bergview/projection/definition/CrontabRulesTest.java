package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What crontab(5) of Vixie cron and cronie says, by cases that were worked out by hand. */
class CrontabRulesTest {
  /** The instants of some local days, as local times with their offsets. */
  private static List<String> ticks(String schedule, String zone, String from, int days) {
    CronTicks ticks = CronTicks.of(schedule, ZoneId.of(zone));
    Instant start = LocalDate.parse(from).atStartOfDay(ZoneId.of(zone)).toInstant();
    Instant end = LocalDate.parse(from).plusDays(days).atStartOfDay(ZoneId.of(zone)).toInstant();
    List<String> found = new ArrayList<>();
    Optional<Instant> tick = ticks.next(start.minusMillis(1));
    while (tick.isPresent() && tick.get().isBefore(end)) {
      LocalDateTime local = LocalDateTime.ofInstant(tick.get(), ZoneId.of(zone));
      ZoneOffset offset = ZoneId.of(zone).getRules().getOffset(tick.get());
      found.add(local.toString().substring(5) + " " + offset);
      tick = ticks.next(tick.get());
    }
    return found;
  }

  /** Days of November 2026, whose first day is a Sunday, on which a schedule fires at noon. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* * SUN-THU|1 2 3 4 5 8 9 10 11 12",
        "* * sun-sat|1 2 3 4 5 6 7 8 9 10 11 12 13 14",
        "* * SUN-7|1 2 3 4 5 6 7 8 9 10 11 12 13 14",
        "* * Sun|1 8",
        "* * 7|1 8",
        "* * 0,3|1 4 8 11",
        "* * 7-7|1 8",
        "* * 0-0|1 8",
        "* * 5-7|1 6 7 8 13 14",
        "* * FRI-SUN|1 6 7 8 13 14",
        "* * FRI-MON|1 2 6 7 8 9 13 14",
        "* * fri-mon/2|1 6 8 13",
        "* * 6-1|1 2 7 8 9 14",
        "* * 7-2|1 2 3 8 9 10",
        "* * 0-6/7|1 8",
        "* * 0-6/3|1 4 7 8 11 14",
        "* * */2|1 3 5 7 8 10 12 14",
        "* * MON-FRI/2|2 4 6 9 11 13",
        "* * mOn,tUe|2 3 9 10",
        "15 * 1-5|2 3 4 5 6 9 10 11 12 13",
        "1,12 * 1-2|1 2 3 9 10 12",
        "13 * FRI|6 13",
        "13 nov SAT|7 13 14",
        "5 NOV-DEC *|5",
        "*/2 * 1-5|3 5 9 11 13",
        "* * 1-5|2 3 4 5 6 9 10 11 12 13",
        "3-5 * *|3 4 5",
        "3-5 * */7|",
        "8-9 * */7|8",
        "1-31 * 6|1 2 3 4 5 6 7 8 9 10 11 12 13 14",
        "10/2 * *|10 12 14"
      })
  void daysAreThoseThatEitherFieldNamesWhereBothAreRestricted(String fields, String days) {
    List<String> expected =
        days == null
            ? List.of()
            : List.of(days.split(" ")).stream()
                .map(day -> "11-%02dT12:00 Z".formatted(Integer.parseInt(day)))
                .toList();

    assertThat(ticks("0 12 " + fields, "UTC", "2026-11-01", 14)).isEqualTo(expected);
  }

  @Test
  void bothDayFieldsWithTimesOfTheDay() {
    assertThat(ticks("0 12 15 6 1", "UTC", "2026-06-01", 30))
        .containsExactly(
            "06-01T12:00 Z", "06-08T12:00 Z", "06-15T12:00 Z", "06-22T12:00 Z", "06-29T12:00 Z");
    assertThat(ticks("*/15 9-17 1,15 * 1-5", "UTC", "2026-08-01", 3))
        .as("the 1st is a Saturday, the 3rd a Monday")
        .hasSize(2 * 9 * 4)
        .allMatch(tick -> tick.startsWith("08-01") || tick.startsWith("08-03"));
  }

  /** Fixed times that the clock skips fire once, when it has been put forward. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 2 * * *|Europe/Berlin|2026-03-29|03-29T03:00 +02:00",
        "0,15,30,45 2 * * *|Europe/Berlin|2026-03-29|03-29T03:00 +02:00",
        "0 2,3 * * *|Europe/Berlin|2026-03-29|03-29T03:00 +02:00",
        "30 2,3 * * *|Europe/Berlin|2026-03-29|03-29T03:00 +02:00,03-29T03:30 +02:00",
        "30 2 29 3 *|Europe/Berlin|2026-03-29|03-29T03:00 +02:00",
        "30 2 * * 0|Europe/Berlin|2026-03-29|03-29T03:00 +02:00",
        "30 2 * * 1|Europe/Berlin|2026-03-29|",
        "30 2 1 * 0|Europe/Berlin|2026-03-29|03-29T03:00 +02:00",
        "0 3 * * *|Europe/Berlin|2026-03-29|03-29T03:00 +02:00",
        "59 1 * * *|Europe/Berlin|2026-03-29|03-29T01:59 +01:00",
        "15 2 * * *|Australia/Lord_Howe|2026-10-04|10-04T02:30 +11:00",
        "45 2 * * *|Australia/Lord_Howe|2026-10-04|10-04T02:45 +11:00",
        "30 0 * * *|America/St_Johns|2011-03-13|03-13T01:01 -02:30",
        "1 0 * * *|America/St_Johns|2011-03-13|03-13T01:01 -02:30",
        "0 0 * * *|America/St_Johns|2011-03-13|03-13T00:00 -03:30",
        "45 2 * * *|America/Caracas|2016-05-01|05-01T03:00 -04:00",
        "@daily|America/Santiago|2026-09-06|09-06T01:00 -03:00"
      })
  void fixedTimesThatTheClockSkipsFireOnceRightAfterIt(
      String schedule, String zone, String day, String expected) {
    assertThat(ticks(schedule, zone, day, 1)).isEqualTo(listed(expected));
  }

  /** Fixed times that the clock shows twice fire the first time. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "15,45 1 * * *|America/New_York|2026-11-01|11-01T01:15 -04:00,11-01T01:45 -04:00",
        "15,45 1 * * *|Europe/London|2026-10-25|10-25T01:15 +01:00,10-25T01:45 +01:00",
        "30 2,3 * * *|Europe/Berlin|2026-10-25|10-25T02:30 +02:00,10-25T03:30 +01:00",
        "0 2 * * *|Europe/Berlin|2026-10-25|10-25T02:00 +02:00",
        "0 3 * * *|Europe/Berlin|2026-10-25|10-25T03:00 +01:00",
        "45 1 * * *|Australia/Lord_Howe|2026-04-05|04-05T01:45 +11:00",
        "15 2 * * *|Australia/Lord_Howe|2026-04-05|04-05T02:15 +10:30",
        "40 2 * * *|America/Caracas|2007-12-09|12-09T02:40 -04:00",
        "10 2 * * *|America/Caracas|2007-12-09|12-09T02:10 -04:00",
        "30 23 * * *|America/St_Johns|2010-11-06|11-06T23:30 -02:30",
        "0 0 * * *|America/St_Johns|2010-11-07|11-07T00:00 -02:30",
        "1 0 * * *|America/St_Johns|2010-11-07|11-07T00:01 -03:30"
      })
  void fixedTimesThatTheClockShowsTwiceFireTheFirstTime(
      String schedule, String zone, String day, String expected) {
    LocalDate date = LocalDate.parse(day);
    assertThat(ticks(schedule, zone, date.minusDays(1).toString(), 3))
        .filteredOn(tick -> tick.startsWith(day.substring(5)))
        .isEqualTo(listed(expected));
  }

  private static List<String> listed(String expected) {
    return expected == null ? List.of() : List.of(expected.split(","));
  }

  /** A minute or hour field that begins with a star goes by the clock, whatever it shows. */
  @Test
  void wildcardTimesFollowTheClock() {
    assertThat(ticks("0 * * * *", "Europe/Berlin", "2026-03-29", 1)).hasSize(23);
    assertThat(ticks("0 * * * *", "Europe/Berlin", "2026-10-25", 1)).hasSize(25);
    assertThat(ticks("@hourly", "Europe/Berlin", "2026-10-25", 1)).hasSize(25);
    assertThat(ticks("*/20 1-2 * * *", "Europe/Berlin", "2026-10-25", 1)).hasSize(9);
    assertThat(ticks("*/30 2 * * *", "Europe/Berlin", "2026-03-29", 1)).isEmpty();
    assertThat(ticks("30 */2 * * *", "Europe/Berlin", "2026-03-29", 1))
        .startsWith("03-29T00:30 +01:00", "03-29T04:30 +02:00");
    assertThat(ticks("30 */2 * * *", "Europe/Berlin", "2026-10-25", 1))
        .contains("10-25T02:30 +02:00", "10-25T02:30 +01:00");
    assertThat(ticks("*/10 1 * * *", "Australia/Lord_Howe", "2026-04-05", 1)).hasSize(9);
  }

  /** crontab(5): changes of three hours and more are corrections, the new time counts at once. */
  @Test
  void aDayThatWasLeftOutIsNotCaughtUpWith() {
    assertThat(ticks("0 2 * * *", "Pacific/Apia", "2011-12-29", 3))
        .containsExactly("12-29T02:00 -10:00", "12-31T02:00 +14:00");
    assertThat(ticks("0 2 30 12 *", "Pacific/Apia", "2011-12-01", 60)).isEmpty();
    assertThat(ticks("0 0 * * *", "Pacific/Apia", "2011-12-29", 3))
        .containsExactly("12-29T00:00 -10:00", "12-31T00:00 +14:00");
  }

  @Test
  void aTickThatIsCaughtUpWithIsTheLastOneUntilTheNext() {
    CronTicks ticks = CronTicks.of("30 2 * * *", ZoneId.of("Europe/Berlin"));
    Instant afterGap = Instant.parse("2026-03-29T01:00:00Z");

    assertThat(ticks.next(afterGap.minusMillis(1))).contains(afterGap);
    assertThat(ticks.next(afterGap)).contains(Instant.parse("2026-03-30T00:30:00Z"));
    assertThat(ticks.last(afterGap)).contains(afterGap);
    assertThat(ticks.last(afterGap.plusSeconds(3_600))).contains(afterGap);
    assertThat(ticks.last(afterGap.minusMillis(1))).contains(Instant.parse("2026-03-28T01:30:00Z"));
  }

  @Test
  void rareDaysAreFound() {
    CronTicks ticks = CronTicks.of("0 0 29 2 */7", ZoneOffset.UTC);

    assertThat(ticks.next(Instant.parse("2026-01-01T00:00:00Z")))
        .as("both, since the day of week begins with a star: a Sunday that is 29 February")
        .contains(Instant.parse("2032-02-29T00:00:00Z"));
    assertThat(ticks.next(Instant.parse("2088-02-29T00:00:00Z")))
        .as("2100 is no leap year")
        .contains(Instant.parse("2128-02-29T00:00:00Z"));
    assertThat(ticks.last(Instant.parse("2128-02-28T00:00:00Z")))
        .contains(Instant.parse("2088-02-29T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"@daily", "@midnight"})
  void midnightHasTwoNicknames(String nickname) {
    assertThat(ticks(nickname, "UTC", "2026-11-01", 2))
        .containsExactly("11-01T00:00 Z", "11-02T00:00 Z");
  }

  /** Each names the field, what is wrong in it, what is allowed and what to write. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "60 * * * *|the minute field '60' is wrong: 60 is not in the range 0 to 59",
        "* 0,24 * * *|the hour field '0,24' is wrong: 24 is not in the range 0 to 23",
        "* * 0 * *|the day of month field '0' is wrong: 0 is not in the range 1 to 31",
        "* * * 13 *|the month field '13' is wrong: 13 is not in the range 1 to 12",
        "* * * * 8|the day of week field '8' is wrong: 8 is not in the range 0 to 7",
        "99999999999999999999 * * * *|99999999999999999999 is not in the range 0 to 59",
        "*/0 * * * *|the minute field '*/0' is wrong: the step '0' must be a number from 1 to 60",
        "*/abc * * * *|the step 'abc' must be a number from 1 to 60",
        "*/ * * * *|the step '' must be a number from 1 to 60",
        "*/90 * * * *|the step '90' must be a number from 1 to 60",
        "* */25 * * *|the hour field '*/25' is wrong: the step '25' must be a number from 1 to 24",
        "*/5/2 * * * *|the step '5/2' must be a number from 1 to 60",
        "9-5 * * * *|the range 9-5 runs backwards; write '9-59,0-5'",
        "* 22-2 * * *|the hour field '22-2' is wrong: the range 22-2 runs backwards; write"
            + " '22-23,0-2'",
        "* * 28-3 * *|the range 28-3 runs backwards; write '28-31,1-3'",
        "* * * nov-feb *|the range nov-feb runs backwards; write '11-12,1-2'",
        "1,,2 * * * *|'1,,2' is wrong: an entry of the list is empty; write numbers from 0 to 59",
        "5- * * * *|'5-' is wrong: a number from 0 to 59 is missing",
        "-5 * * * *|'-5' is wrong: a number from 0 to 59 is missing",
        "+5 * * * *|'+5' is not a number from 0 to 59",
        "*-5 * * * *|'*' cannot begin or end a range; write '*' alone or numbers from 0 to 59",
        "* * L * *|'L' is not a number from 1 to 31; crontab(5) has no L, W, # or ?, write '*' for"
            + " any",
        "* * ? * *|crontab(5) has no L, W, # or ?, write '*' for any",
        "* * 15W * *|crontab(5) has no L, W, # or ?, write '*' for any",
        "* * * * FRI#2|crontab(5) has no L, W, # or ?, write '*' for any",
        "* * * * monday|'monday' is neither a number from 0 to 7 nor a name such as MON (did you"
            + " mean 'MON'?)",
        "* * * MON *|'MON' is neither a number from 1 to 12 nor a name such as JAN",
        "* * * sept *|did you mean 'SEP'?",
        "* * * * MONN|did you mean 'MON'?",
        "0 0 2 * * *|'0 0 2 * * *' has 6 fields; a schedule has five: minute, hour, day of month,"
            + " month, day of week; leave out the seconds",
        "5|'5' has 1 field; a schedule has five",
        "~~|the schedule is empty; it has five fields: minute, hour, day of month, month, day of"
            + " week",
        "@Daly|unknown nickname '@Daly' (did you mean '@daily'?)",
        "@reboot|unknown nickname '@reboot'; known here: @hourly",
        "0 0 30 2 *|'0 0 30 2 *' never fires",
        "0 0 31 4,6 */2|never fires"
      })
  void aScheduleThatIsWrongIsRefusedWithTheWayOut(String schedule, String message) {
    assertThatThrownBy(() -> CronTicks.of(schedule, ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
