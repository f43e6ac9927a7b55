package io.bergview.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Project;
import io.bergview.settings.SettingsTable.Hook;
import io.bergview.settings.SettingsTable.Maintenance;
import io.bergview.settings.SettingsTable.OpenLineage;
import io.bergview.settings.SettingsTable.Quartz;
import io.bergview.settings.SettingsTable.Serve;
import io.bergview.settings.SettingsTable.Settings;
import io.bergview.settings.SettingsTable.Spark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * docs/configuration.md and the project file that {@code init} writes follow the table of settings.
 */
class SettingsPageTest {
  private static final String HEAD = "| key | value | meaning | default |\n|---|---|---|---|\n";
  private static final Pattern TABLE = Pattern.compile("(?m)^\\|.*\n(?:\\|.*\n)*");

  /** In the order of the page. */
  private static final List<Section> SECTIONS =
      List.of(
          SettingsTable.FILE,
          Quartz.SECTION,
          Settings.SECTION,
          Maintenance.SECTION,
          Serve.SECTION,
          OpenLineage.SECTION,
          Hook.SECTION,
          Spark.SECTION);

  private static String table(Section section) {
    StringBuilder table = new StringBuilder(HEAD);
    for (Setting<?> setting : section.settings()) {
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(setting.key(), setting.takes(), setting.doc(), setting.otherwise()));
    }
    return table.toString();
  }

  /** What is expected can be copied into the page. */
  @Test
  void thePageHasTheTableOfEachSectionAndNoOther() throws Exception {
    Matcher tables = TABLE.matcher(Files.readString(Path.of("../docs/configuration.md")));
    assertThat(tables.results().map(table -> table.group()))
        .containsExactlyElementsOf(SECTIONS.stream().map(SettingsPageTest::table).toList());
  }

  @Test
  void theProjectFileOfInitShowsTheDefaults() {
    Map<String, String> shown = new HashMap<>();
    Matcher lines = Pattern.compile("(?m)^#  ([a-z-]+): ([^ {\n]+)").matcher(Project.defaultText());
    while (lines.find()) {
      shown.put(lines.group(1), lines.group(2));
    }
    Map<String, String> defaults = new HashMap<>();
    for (Section section :
        List.of(Settings.SECTION, Maintenance.SECTION, Serve.SECTION, Spark.SECTION)) {
      for (Setting<?> setting : section.settings()) {
        if (shown.containsKey(setting.key()) && setting.otherwise().startsWith("`")) {
          defaults.put(setting.key(), setting.otherwise().replace("`", ""));
        }
      }
    }
    assertThat(defaults).hasSizeGreaterThan(15);
    assertThat(shown).containsAllEntriesOf(defaults);
  }
}
