package io.bergview.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.settings.MaintenanceSettings;
import io.bergview.settings.ProjectSettings;
import io.bergview.settings.ServeSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples in docs/ are read by what they document. */
class DocumentedExamplesTest {
  private static final Path DOCS = Path.of("../docs");
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "LAKE_PASSWORD",
          "x",
          "CATALOG_CREDENTIAL",
          "x",
          "BERGVIEW_TOKEN",
          "0123456789abcdef",
          "LINEAGE_KEY",
          "x",
          "S3_SECRET",
          "x",
          "HOOK_KEY",
          "x");

  @TempDir Path dir;

  private static List<String> blocks(String page, String language) throws Exception {
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(DOCS.resolve(page)));
    List<String> blocks = new ArrayList<>();
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }

  private Project project(String text) throws Exception {
    Files.writeString(dir.resolve(Project.FILE), text);
    return Project.open(dir, ENVIRONMENT);
  }

  @Test
  void everyProjectFileIsValid() throws Exception {
    List<String> examples = blocks("configuration.md", "yaml");
    assertThat(examples).hasSize(11);
    for (String example : examples) {
      assertThat(project(example).catalogs()).isNotEmpty();
    }
  }

  @Test
  void theShortFormIsWhatItIsSaidToBe() throws Exception {
    List<String> examples = blocks("configuration.md", "yaml");
    assertThat(project(examples.get(0))).isEqualTo(project(examples.get(1))).isEqualTo(project(""));
  }

  @Test
  void theSettingsShownAreTheDefaultsWhereThereAreAny() throws Exception {
    ProjectSettings shown = project(blocks("configuration.md", "yaml").get(5)).settings();
    ProjectSettings defaults = project("").settings();
    assertThat(shown.cacheDirectory()).isEqualTo(defaults.cacheDirectory());
    assertThat(shown.cacheLimitBytes()).isEqualTo(defaults.cacheLimitBytes());
    assertThat(shown.tempDirectory()).isEqualTo(defaults.tempDirectory());
    assertThat(shown.targetFileSizeBytes()).isEqualTo(defaults.targetFileSizeBytes());
    assertThat(shown.safetyAge()).isEqualTo(defaults.safetyAge());
  }

  @Test
  void theServeSettingsShownAreTheDefaults() throws Exception {
    String shown = blocks("configuration.md", "yaml").get(7);
    Files.writeString(dir.resolve(Project.FILE), shown);
    assertThat(Project.open(dir, Map.of()).serve()).isEqualTo(ServeSettings.defaults());
  }

  @Test
  void theMaintenanceShownIsTheDefault() throws Exception {
    String shown = blocks("configuration.md", "yaml").get(6);
    assertThat(project(shown).maintenance()).isEqualTo(MaintenanceSettings.defaults());
  }

  @Test
  void theFormatsShownAreRead() throws Exception {
    List<String> json = blocks("on-disk-format.md", "json");
    assertThat(json).hasSize(11);
    assertThat(StoredDefinition.fromJson("OrderView", json.get(0), Set.of("lake")).sources())
        .containsOnlyKeys("Order");
    assertThat(new ObjectMapper().readTree(json.get(1)).get("view").asText())
        .isEqualTo("shop.revenue");
    var lineage =
        Lineage.carriedBy(Map.of("refresh-state", json.get(2), "bergview.sources", json.get(3)))
            .orElseThrow();
    assertThat(lineage.sources().get(0).columns()).containsOnlyKeys("order_id", "total");
    assertThat(new ObjectMapper().readTree(json.get(4)).get("snapshot-id").asLong()).isEqualTo(17);
    assertThat(new ObjectMapper().readTree(json.get(5)).get("code").asText()).isEqualTo("OVERFLOW");
    assertThat(new ObjectMapper().readTree(json.get(7)).get("ticks").asInt()).isEqualTo(2);
    assertThat(new ObjectMapper().readTree(json.get(8)).get("source").asText())
        .isEqualTo("shop.orders");
    assertThat(new ObjectMapper().readTree(json.get(10)).get("told")).hasSize(1);
  }
}
