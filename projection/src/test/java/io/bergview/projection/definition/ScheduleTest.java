package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
