package io.bergview.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceSettingsTest {
  @TempDir private Path folder;

  private MaintenanceSettings maintenance(String text) throws IOException {
    Files.writeString(folder.resolve(Project.FILE), "maintenance: " + text + "\n");
    return Project.open(folder, Map.of()).maintenance();
  }

  @Test
  void everythingIsRead() throws IOException {
    assertThat(
            maintenance(
                "{commits: 5, retention: 12h, reader-grace: 2m, min-snapshots: 3, max-snapshots:"
                    + " 30, many-manifests: 20, small-files: 4, new-files: 10, delete-files: 2,"
                    + " delete-share: 25%, leases: true, lease-age: 3d}"))
        .isEqualTo(
            new MaintenanceSettings(
                5,
                new MaintenanceLimits(
                    Duration.ofHours(12), Duration.ofMinutes(2), 3, 30, 20, 4, 10, 2, 0.25),
                new LeaseSettings(true, Duration.ofDays(3))));
  }

  @Test
  void whatIsNotSaidIsAsUsual() throws IOException {
    assertThat(maintenance("{}")).isEqualTo(MaintenanceSettings.defaults());
    assertThat(maintenance("{max-snapshots: 10}").limits().retention())
        .isEqualTo(Duration.ofDays(7));
    assertThat(maintenance("{min-snapshots: 500}").limits().maxSnapshots()).isEqualTo(500);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{max-snapshot: 10}; did you mean 'max-snapshots'",
        "{max-snapshots: 1}; max-snapshots (1) is less than min-snapshots (2)",
        "{min-snapshots: 0}; from 1 to 1000000",
        "{commits: 0}; from 1 to 1000000",
        "{many-manifests: 1}; from 2 to 1000000",
        "{small-files: many}; from 2 to 1000000",
        "{retention: 0d}; greater than zero",
        "{lease-age: 0d}; greater than zero",
        "{leases: yes please}; true or false",
        "{retention: 7}; a duration such as",
        "{delete-share: 0%}; a share above 0%",
        "{delete-share: 110%}; a share above 0%",
        "7d; a map of limits of maintenance"
      })
  void whatIsWrongIsSaid(String text, String message) {
    assertThatThrownBy(() -> maintenance(text)).hasMessageContaining(message);
  }
}
