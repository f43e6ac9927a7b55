package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Hours, minutes and days of a zone begin where Spark's {@code date_trunc} has them in a session of
 * that zone, around changes of its clock; but not where Spark names a start that is later than the
 * time, or merges an hour with its whole repetition.
 */
@Tag("long")
class ClockChangesAgainstSparkTest {
  private static Lake lake;

  @BeforeAll
  static void setUp(@TempDir Path folder) {
    lake =
        Lake.create(
            folder, Map.of("Event.yaml", "$type: Event\n$table: clock.events\n$id: event_id\n"));
    lake.spark("CREATE NAMESPACE clock");
    lake.spark("CREATE TABLE clock.events (event_id BIGINT NOT NULL, at TIMESTAMP) USING iceberg");
    List<String> rows = new ArrayList<>();
    for (String change :
        List.of(
            // Lord Howe Island, half an hour; Caracas 2007 and 2016, half an hour.
            "2026-04-04T15:00:00",
            "2026-10-03T15:30:00",
            "2007-12-09T07:00:00",
            "2016-05-01T07:00:00",
            // Kathmandu 1986, a quarter; St. John's, at one minute past midnight; Berlin.
            "1985-12-31T18:30:00",
            "2009-11-01T02:31:00",
            "2009-03-08T03:31:00",
            "1988-04-03T03:31:00",
            "2026-03-29T01:00:00",
            "2026-10-25T01:00:00",
            // The ends of local mean time: Berlin, Amsterdam's later end, Paris, St. John's, New
            // York.
            "1893-03-31T23:06:32",
            "1937-06-30T23:40:28",
            "1940-05-15T22:40:00",
            "1911-03-10T23:50:39",
            "1935-03-30T03:30:52",
            "1883-11-18T17:00:00",
            "1972-01-07T00:44:30")) {
      rows.add(
          "SELECT explode(sequence(TIMESTAMP '%1$s' - INTERVAL 2 HOURS, TIMESTAMP '%1$s' + INTERVAL 2 HOURS, INTERVAL 463 SECONDS)) AS at UNION ALL SELECT explode(sequence(TIMESTAMP '%1$s' - INTERVAL 100 SECONDS, TIMESTAMP '%1$s' + INTERVAL 100 SECONDS, INTERVAL 7 SECONDS))"
              .formatted(change.replace('T', ' ')));
      rows.add(
          "SELECT TIMESTAMP '%1$s' UNION ALL SELECT TIMESTAMP '%1$s' - INTERVAL 0.000001 SECONDS"
              .formatted(change.replace('T', ' ')));
    }
    lake.spark(
        "INSERT INTO clock.events SELECT row_number() OVER (ORDER BY at), at FROM (SELECT DISTINCT at FROM (%s))"
            .formatted(String.join(" UNION ALL ", rows)));
  }

  @AfterAll
  static void tearDown() {
    lake.close();
  }

  /**
   * @param otherHours of how many times the hour begins elsewhere than Spark has it
   * @param otherMinutes the same of minutes
   */
  @ParameterizedTest
  @CsvSource({
    "Australia/Lord_Howe, false, false",
    "America/Caracas, false, false",
    "Asia/Kathmandu, false, false",
    "America/St_Johns, true, false",
    "Europe/Berlin, false, true",
    "Europe/Amsterdam, false, false",
    "Europe/Paris, false, true",
    "America/New_York, false, false",
    "Africa/Monrovia, false, true",
    "UTC, false, false"
  })
  void unitsBeginWhereSparkHasThem(String zone, boolean otherHours, boolean otherMinutes) {
    String view = "V" + zone.replaceAll("[^A-Za-z]", "");
    lake.define(
        view,
        "$type: %1$s\n$from: Event\n$groupBy: [event_id, {hour: at, $timezone: %2$s}, {minute: at, $timezone: %2$s}, {day: at, $timezone: %2$s}]\n$compute: {at: {$max: at}}\n"
            .formatted(view, zone));
    lake.refresh(view);
    Map<Object, List<@Nullable Object>> ours = new HashMap<>();
    for (List<@Nullable Object> row :
        lake.spark(
                "SELECT event_id, at, at_hour, at_minute, at_day FROM " + lake.table(view).name())
            .rows()) {
      ours.put(String.valueOf(row.get(0)), row);
    }
    lake.spark("SET spark.sql.session.timeZone=" + zone);
    List<List<@Nullable Object>> sparks;
    try {
      sparks =
          lake.spark(
                  "SELECT event_id, at, date_trunc('HOUR', at), date_trunc('MINUTE', at), CAST(at"
                      + " AS DATE) FROM clock.events")
              .rows();
    } finally {
      lake.spark("SET spark.sql.session.timeZone=UTC");
    }
    assertThat(ours).hasSameSizeAs(sparks);
    int hours = 0;
    int minutes = 0;
    for (List<@Nullable Object> row : sparks) {
      List<@Nullable Object> our = ours.get(String.valueOf(row.get(0)));
      assertThat(our.get(4)).isEqualTo(row.get(4));
      hours += begins(our, row, 2, 3_600, ZoneId.of(zone)) ? 0 : 1;
      minutes += begins(our, row, 3, 60, ZoneId.of(zone)) ? 0 : 1;
    }
    assertThat(hours > 0).as("%d hours begin elsewhere", hours).isEqualTo(otherHours);
    assertThat(minutes > 0).as("%d minutes begin elsewhere", minutes).isEqualTo(otherMinutes);
  }

  /** Whether it begins where Spark has it; where it may not, it begins with a change. */
  private static boolean begins(
      List<@Nullable Object> our,
      List<@Nullable Object> spark,
      int column,
      int unitSeconds,
      ZoneId zone) {
    Instant at = (Instant) spark.get(1);
    Instant theirs = (Instant) spark.get(column);
    if (theirs.equals(our.get(column))) {
      return true;
    }
    ZoneOffsetTransition change = zone.getRules().previousTransition(at.plusNanos(1));
    LocalDateTime first = LocalDateTime.ofInstant(theirs, zone);
    boolean merged =
        change.isOverlap()
            && change.getDuration().negated().getSeconds() >= unitSeconds
            && theirs.isBefore(change.getInstant())
            && !first.isBefore(change.getDateTimeAfter().minusSeconds(unitSeconds));
    boolean inGap = change.isGap() && theirs.isAfter(change.getInstant());
    assertThat(merged || inGap)
        .as("%s in %s: %s, Spark's %s", at, zone, our.get(column), theirs)
        .isTrue();
    assertThat(our.get(column)).as("%s in %s", at, zone).isEqualTo(change.getInstant());
    return false;
  }
}
