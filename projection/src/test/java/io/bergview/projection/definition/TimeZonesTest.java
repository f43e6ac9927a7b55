package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeZonesTest {
  @ParameterizedTest
  @CsvSource({
    "Berlin, Europe/Berlin",
    "berlin, Europe/Berlin",
    "New York, America/New_York",
    "Europe/Berln, Europe/Berlin",
    "europe/berlin, Europe/Berlin",
    "Lord_Howe, Australia/Lord_Howe",
    "St Johns, America/St_Johns",
    "Johannesbrg, Africa/Johannesburg",
    "PST, America/Los_Angeles",
    "Etc/UTCC, Etc/UTC"
  })
  void anUnknownZoneGetsASuggestion(String written, String meant) {
    assertThat(TimeZones.unknown(written))
        .isEqualTo("there is no time zone '%s' (did you mean '%s'?)".formatted(written, meant));
  }

  @ParameterizedTest
  @CsvSource({"Middle-earth/Mordor", "''"})
  void whereNothingIsNearItSaysWhatToWrite(String written) {
    assertThat(TimeZones.unknown(written))
        .isEqualTo(
            "there is no time zone '%s'; write a region such as Europe/Berlin, or an offset such as +02:00"
                .formatted(written));
  }
}
