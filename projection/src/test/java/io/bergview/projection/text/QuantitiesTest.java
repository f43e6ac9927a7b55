package io.bergview.projection.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({
    "15m, PT15M",
    "7d, PT168H",
    "1h30m, PT1H30M",
    "1h 30m, PT1H30M",
    "90s, PT1M30S",
    "PT15M, PT15M",
    "p2dt3h, PT51H",
    "500ms, PT0.5S",
    "1w, PT168H",
    "0s, PT0S",
    "1.5h, PT1H30M",
    "7.5s, PT7.5S",
    "5 m, PT5M",
    "9999999d, PT239999976H",
    "9223372036854775807ms, PT2562047788015H12M55.807S",
    "' 5M ', PT5M"
  })
  void durationsAreReadAsPeopleWriteThem(String text, Duration duration) {
    assertThat(Quantities.duration(text)).isEqualTo(duration);
    assertThat(Quantities.duration(Quantities.written(duration))).isEqualTo(duration);
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
        "1h1h",
        "1y",
        "P1M",
        "5m.",
        "1,5h",
        "15 minutes"
      })
  void othersAreNoDurations(String text) {
    assertThatThrownBy(() -> Quantities.duration(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'" + text + "' is not a duration such as 90s, 15m, 1h30m or 7d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808ms", "99999999999999999999w", "P106751991168D"})
  void millisecondsOfADurationFitALong(String text) {
    assertThatThrownBy(() -> Quantities.duration(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'" + text + "' is too large");
  }

  @Test
  void aDurationBeyondItsLimitIsRefusedWithTheLimit() {
    Duration day = Duration.ofDays(1);
    assertThat(Quantities.duration("24h", day)).isEqualTo(day);
    assertThatThrownBy(() -> Quantities.duration("25h", day))
        .hasMessage("'25h' is not a duration such as 90s, 15m, 1h30m or 7d up to 1d");
  }

  @Test
  void durationsAreWrittenShort() {
    assertThat(Quantities.written(Duration.ofSeconds(90_061))).isEqualTo("1d1h1m1s");
    assertThat(Quantities.written(Duration.ofDays(400))).isEqualTo("400d");
    assertThat(Quantities.written(Duration.ZERO)).isEqualTo("0s");
    assertThat(Quantities.written(Duration.ofMillis(1_500))).isEqualTo("PT1.5S");
  }

  @ParameterizedTest
  @CsvSource({
    "1B, 1",
    "10 GB, 10000000000",
    "1.5GiB, 1610612736",
    "64mib, 67108864",
    "2 Kb, 2000",
    "1TB, 1000000000000",
    "' 1tib ', 1099511627776",
    "0B, 0"
  })
  void sizesHaveDecimalAndBinaryUnits(String text, long bytes) {
    assertThat(Quantities.size(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "4, '''4'' is not a size such as 4GiB or 512MB (units: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB)'",
    "1GiB1B, is not a size such as",
    "4XB, 'unknown unit ''XB'' (known: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB)'",
    "99999999999999999999TiB, is too large"
  })
  void othersAreNoSizes(String text, String message) {
    assertThatThrownBy(() -> Quantities.size(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
