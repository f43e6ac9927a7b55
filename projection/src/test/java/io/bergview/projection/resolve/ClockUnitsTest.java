package io.bergview.projection.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hours and minutes where clocks are changed. */
class ClockUnitsTest {
  private static final int HOUR = 3_600;
  private static final int MINUTE = 60;
  private static final Instant END = Instant.parse("2040-01-01T00:00:00Z");

  private static Instant start(Instant instant, int unit, ZoneId zone) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    return Instant.EPOCH.plus(ClockUnits.start(micros, unit, zone.getRules()), ChronoUnit.MICROS);
  }

  @ParameterizedTest
  @CsvSource({
    // Set back from 02:00 to 01:30, forward from 02:00 to 02:30.
    "Australia/Lord_Howe, 2026-04-04T14:45:00Z, 2026-04-04T14:00:00Z",
    "Australia/Lord_Howe, 2026-04-04T15:15:00Z, 2026-04-04T14:00:00Z",
    "Australia/Lord_Howe, 2026-04-04T15:30:00Z, 2026-04-04T15:30:00Z",
    "Australia/Lord_Howe, 2026-10-03T15:29:59.999999Z, 2026-10-03T14:30:00Z",
    "Australia/Lord_Howe, 2026-10-03T15:45:00Z, 2026-10-03T15:30:00Z",
    "Australia/Lord_Howe, 2026-10-03T16:15:00Z, 2026-10-03T16:00:00Z",
    // From 03:00 to 02:30.
    "America/Caracas, 2007-12-09T06:59:00Z, 2007-12-09T06:00:00Z",
    "America/Caracas, 2007-12-09T07:15:00Z, 2007-12-09T06:00:00Z",
    "America/Caracas, 2007-12-09T07:45:00Z, 2007-12-09T07:30:00Z",
    // By an hour at 03:00: two hours.
    "Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z",
    "Europe/Berlin, 2026-10-25T01:30:00Z, 2026-10-25T01:00:00Z",
    // By an hour at 00:01: two hours, the second without its first minute.
    "America/St_Johns, 2009-11-01T02:15:00Z, 2009-11-01T01:30:00Z",
    "America/St_Johns, 2009-11-01T02:30:30Z, 2009-11-01T02:30:00Z",
    "America/St_Johns, 2009-11-01T02:45:00Z, 2009-11-01T02:31:00Z",
    // Forward from 00:01 to 01:01: the hour begins there.
    "America/St_Johns, 2009-03-08T03:45:00Z, 2009-03-08T03:31:00Z",
    // From 00:00 to 00:15.
    "Asia/Kathmandu, 1985-12-31T18:50:00Z, 1985-12-31T18:30:00Z",
  })
  void hoursBeginWhereTheClockShowsOrChangesToThem(String zone, Instant instant, Instant start) {
    assertThat(start(instant, HOUR, ZoneId.of(zone))).isEqualTo(start);
  }

  /** From local mean time, 53:28 ahead, by 6:32. */
  @Test
  void minutesThatBeginInAGapBeginAtItsEnd() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    Instant change = Instant.parse("1893-03-31T23:06:32Z");
    assertThat(
            berlin.getRules().getTransition(LocalDate.of(1893, 4, 1).atStartOfDay()).getInstant())
        .isEqualTo(change);
    assertThat(start(change.plusSeconds(8), MINUTE, berlin)).isEqualTo(change);
    assertThat(start(change.plusSeconds(40), MINUTE, berlin)).isEqualTo(change.plusSeconds(28));
    assertThat(start(change.minusSeconds(1), MINUTE, berlin)).isEqualTo(change.minusSeconds(60));
  }

  /** What rolling groups up to larger units, and reading a start as a time, rely on. */
  @Test
  void ofAllZonesAStartIsNotLaterAndOfTheSameUnitAndDay() {
    List<String> wrong = new ArrayList<>();
    long asked = 0;
    Set<ZoneRules> rules = new HashSet<>();
    for (String id : ZoneId.getAvailableZoneIds()) {
      ZoneId zone = ZoneId.of(id);
      if (!rules.add(zone.getRules())) {
        continue; // Another name of a zone that was asked for.
      }
      for (Instant instant : aroundChanges(zone.getRules())) {
        asked++;
        Instant hour = start(instant, HOUR, zone);
        Instant minute = start(instant, MINUTE, zone);
        boolean right =
            !hour.isAfter(minute)
                && !minute.isAfter(instant)
                && instant.atZone(zone).getHour() == hour.atZone(zone).getHour()
                && instant.atZone(zone).getMinute() == minute.atZone(zone).getMinute()
                && instant.atZone(zone).toLocalDate().equals(hour.atZone(zone).toLocalDate())
                && hour.equals(start(hour, HOUR, zone))
                && minute.equals(start(minute, MINUTE, zone))
                && hour.equals(start(minute, HOUR, zone));
        if (!right) {
          wrong.add("%s in %s: hour %s, minute %s".formatted(instant, zone, hour, minute));
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(asked).isGreaterThan(100_000);
  }

  private static List<Instant> aroundChanges(ZoneRules rules) {
    List<Instant> instants = new ArrayList<>();
    for (ZoneOffsetTransition change = rules.nextTransition(Instant.MIN);
        change != null && change.getInstant().isBefore(END);
        change = rules.nextTransition(change.getInstant())) {
      for (int seconds = -7_200; seconds <= 7_200; seconds += 463) {
        instants.add(change.getInstant().plusSeconds(seconds));
      }
      instants.add(change.getInstant());
      instants.add(change.getInstant().minus(1, ChronoUnit.MICROS));
    }
    return instants;
  }

  @Test
  void fixedOffsetsNeedNoChange() {
    ZoneId zone = ZoneOffset.ofHoursMinutes(5, 45);
    assertThat(start(Instant.parse("2026-01-01T00:10:00Z"), HOUR, zone))
        .isEqualTo(Instant.parse("2025-12-31T23:15:00Z"));
  }
}
