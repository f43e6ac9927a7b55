package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 2 * * *",
        "*/5 8-18 * * MON-FRI",
        "0 0 29 2 *",
        "0 0 31 1,3 *",
        "0 0 * * 7",
        "0 0 * jan 0",
        "5/10 * * * *",
        "0 0 1 * 1",
        "*/15 9-17 1,15 * 1-5",
        "0 0 * * SUN-THU",
        "@midnight",
        "@hourly",
        "@daily",
        "@weekly",
        "@monthly",
        "@yearly",
        "@annually"
      })
  void schedulesThatFireAreTaken(String text) {
    assertThat(CronExpression.checked(" " + text + "  ")).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "60 * * * *|the minute field '60'",
        "* 24 * * *|the hour field '24'",
        "* * 32 * *|the day of month field '32'",
        "* * L * *|the day of month field 'L'",
        "* * ? * *|the day of month field '?'",
        "* * 15W * *|the day of month field '15W'",
        "* * * 13 *|the month field '13'",
        "* * * * 8|the day of week field '8'",
        "* * * * FRI#2|the day of week field 'FRI#2'",
        "*/0 * * * *|the minute field '*/0'",
        "9-5 * * * *|the minute field '9-5'",
        "0 0 30 2 *|never fires",
        "0 0 31 2,4,6,9,11 *|never fires",
        "0 0 2 * * *|has 6 fields",
        "''|the schedule is empty",
        "@reboot|unknown nickname '@reboot'",
      })
  void othersAreRefusedByField(String text, String message) {
    assertThatThrownBy(() -> CronExpression.checked(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "15m, PT15M",
    "7d, PT168H",
    "1h30m, PT1H30M",
    "90s, PT1M30S",
    "PT15M, PT15M",
    "p2dt3h, PT51H",
    "500ms, PT0.5S",
    "1w, PT168H",
    "0s, PT0S",
    " 5M , PT5M"
  })
  void durationsAreReadAsPeopleWriteThem(String text, Duration duration) {
    assertThat(Durations.parse(text)).contains(duration);
    assertThat(Durations.parse(Durations.write(duration))).contains(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "m",
        "-5m",
        "PT-5M",
        "-PT5M",
        "30m1h",
        "1.5h",
        "5 m",
        "1y",
        "P1M",
        "9999999d"
      })
  void othersAreNoDurations(String text) {
    assertThat(Durations.parse(text)).isEmpty();
  }

  @Test
  void durationsAreWrittenShort() {
    assertThat(Durations.write(Duration.ofSeconds(90_061))).isEqualTo("1d1h1m1s");
    assertThat(Durations.write(Duration.ofDays(400))).isEqualTo("400d");
    assertThat(Durations.write(Duration.ZERO)).isEqualTo("0s");
    assertThat(Durations.write(Duration.ofMillis(1_500))).isEqualTo("PT1.5S");
  }
}
