package io.bergview.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.storage.FileLockManager;
import io.bergview.catalog.storage.LocalFileIO;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.settings.ProjectSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectTest {
  @TempDir Path dir;

  private Project project(String text) throws IOException {
    Files.writeString(dir.resolve("bergview.yaml"), text);
    return Project.open(dir, Map.of("DB_PASSWORD", "s3cr3t", "EMPTY", ""));
  }

  private void refused(String text, String... parts) {
    assertThatThrownBy(() -> project(text))
        .isInstanceOfSatisfying(
            BergviewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROJECT_INVALID))
        .hasMessageContainingAll(parts);
  }

  @Test
  void withoutAnythingThereIsASqliteCatalogCalledLake() throws IOException {
    Project project = project("");
    assertThat(project.defaultCatalog()).isEqualTo("lake");
    assertThat(project.catalogs().get("lake").kind()).isEqualTo(CatalogType.JDBC);
    assertThat(project.catalogs().get("lake").properties())
        .containsOnly(
            Map.entry("type", "jdbc"),
            Map.entry(
                "uri",
                "jdbc:sqlite:"
                    + dir
                    + "/warehouse/catalog.db?busy_timeout=30000&journal_mode=WAL&synchronous=NORMAL"),
            Map.entry("jdbc.schema-version", "V1"),
            Map.entry("warehouse", "file://" + dir + "/warehouse"),
            Map.entry("io-impl", LocalFileIO.class.getName()));
  }

  @Test
  void theDefaultTextSetsNothingAndItsExamplesHold() throws IOException {
    assertThat(project(Project.defaultText())).isEqualTo(project(""));
    String uncommented =
        Project.defaultText()
            .lines()
            .filter(line -> line.matches("#(\\S|  ).*"))
            .map(line -> line.substring(1))
            .reduce("", (a, b) -> a + b + "\n");
    Files.writeString(dir.resolve("bergview.yaml"), uncommented);
    Project project =
        Project.open(
            dir, Map.of("CATALOG_CREDENTIAL", "id:secret", "BERGVIEW_TOKEN", "0123456789abcdef"));
    assertThat(project.catalogs()).containsOnlyKeys("lake", "archive", "prod");
    assertThat(project.serve().listen().token()).hasValue("0123456789abcdef");
    assertThat(project.settings().memoryLimitBytes()).isEqualTo(OptionalLong.of(4L << 30));
  }

  @Test
  void aProjectIsFoundFromAnyFolderInIt() throws IOException {
    project("");
    Path deep = Files.createDirectories(dir.resolve("views/more"));
    assertThat(Project.open(deep).directory()).isEqualTo(dir);
  }

  @Test
  void withoutAProjectTheAdviceIsInit() {
    assertThatThrownBy(() -> Project.open(dir))
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PROJECT_NOT_FOUND))
        .hasMessageContainingAll(dir.toString(), "bergview init");
  }

  @Test
  void aLocalHadoopCatalogGetsTheLock() throws IOException {
    Project project = project("catalogs: {h: {type: hadoop, warehouse: wh}}");
    assertThat(project.defaultCatalog()).isEqualTo("h");
    assertThat(project.catalogs().get("h").properties())
        .containsEntry("warehouse", "file://" + dir + "/wh")
        .containsEntry("lock-impl", FileLockManager.class.getName())
        .containsEntry("io-impl", LocalFileIO.class.getName());
  }

  @Test
  void aRemoteHadoopCatalogIsLeftAlone() throws IOException {
    Project project = project("catalogs: {h: {type: hadoop, warehouse: 'hdfs://nn:8020/w'}}");
    assertThat(project.catalogs().get("h").properties())
        .containsOnly(Map.entry("type", "hadoop"), Map.entry("warehouse", "hdfs://nn:8020/w"));
  }

  @Test
  void icebergsOwnPropertiesPassThroughFlatOrNested() throws IOException {
    Project project =
        project(
            """
            catalogs:
              prod:
                type: rest
                uri: https://c.example.com
                warehouse: analytics
                s3: {region: eu-central-1, path-style-access: true}
                s3.endpoint: http://minio:9000
                clients: 4
              own: {catalog-impl: com.example.MyCatalog, warehouse: w}
            default-catalog: prod
            """);
    assertThat(project.catalogs().get("prod").properties())
        .containsEntry("warehouse", "analytics")
        .containsEntry("s3.region", "eu-central-1")
        .containsEntry("s3.path-style-access", "true")
        .containsEntry("s3.endpoint", "http://minio:9000")
        .containsEntry("clients", "4");
    assertThat(project.catalogs().get("own").kind()).isEqualTo(CatalogType.CUSTOM);
  }

  @Test
  void valuesComeFromTheEnvironmentOnce() throws IOException {
    Project project =
        project(
            """
            catalogs:
              lake:
                type: jdbc
                uri: jdbc:postgresql://db/lake
                jdbc.password: ${env:DB_PASSWORD}
                note: '$${env:X} ${project} ${env:EMPTY}.'
                warehouse: s3://bucket/w
            """);
    assertThat(project.catalogs().get("lake").properties())
        .containsEntry("jdbc.password", "s3cr3t")
        .containsEntry("note", "${env:X} " + dir + " .")
        .doesNotContainKey("io-impl");
    assertThat(project.toString()).doesNotContain("s3cr3t");
  }

  @Test
  void aMissingVariableIsNamed() {
    refused(
        "catalogs: {lake: {type: rest, uri: x, token: '${env:NO_SUCH}'}}",
        "bergview.yaml:1:",
        "environment variable NO_SUCH is not set");
    refused("catalogs: {lake: {type: rest, uri: '${projet}'}}", "did you mean 'project'");
    refused("catalogs: {lake: {type: rest, uri: '${env:X'}}", "is not closed");
  }

  @Test
  void settingsHaveUnits() throws IOException {
    ProjectSettings settings =
        project(
                """
                settings:
                  memory-limit: 1.5GiB
                  threads: 3
                  temp-directory: scratch
                  temp-limit: 10 GB
                  cache-directory: /var/cache/bergview
                  cache-limit: 100MB
                  target-file-size: 64mib
                  safety-age: 2d
                """)
            .settings();
    assertThat(settings)
        .isEqualTo(
            new ProjectSettings(
                OptionalLong.of(3L << 29),
                OptionalInt.of(3),
                dir.resolve("scratch"),
                OptionalLong.of(10_000_000_000L),
                Path.of("/var/cache/bergview"),
                100_000_000L,
                64L << 20,
                Duration.ofDays(2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "memory-limit: 4 | '4' is not a size",
        "memory-limit: 4Gb/s | is not a size",
        "memory-limit: 4XB | unknown unit 'XB'",
        "memory-limit: 0B | at least 1B",
        "memory-limit: 99999999999999999999TiB | too large",
        "safety-age: 3 | is not a duration",
        "threads: 0 | an integer from 1",
        "threads: many | an integer from 1",
        "memory_limit: 4GiB | did you mean 'memory-limit'",
      })
  void wrongSettingsAreRefused(String setting, String message) {
    refused("settings: {" + setting + "}", "bergview.yaml:1:", message);
  }

  @Test
  void wrongCatalogsAreRefused() {
    refused("catalogues: {}", "unknown key 'catalogues'", "did you mean 'catalogs'");
    refused("catalogs: {}", "at least one catalog");
    refused("catalogs: {a: {type: sqllite, warehouse: w}}", "did you mean 'sqlite'");
    refused("catalogs: {a: {warehouse: w}}", "needs either 'type' or 'catalog-impl'");
    refused("catalogs: {a: {type: hadoop}}", "needs a 'warehouse'");
    refused("catalogs: {a: {type: sqlite, warehouse: 's3://b'}}", "local folder");
    refused("catalogs: {a.b: {type: sqlite, warehouse: w}}", "must not contain '.'");
    refused("catalogs: {a: {type: rest, uri: [1]}}", "a list");
    refused("catalogs: {a: {type: rest, s3: {x: 1}, s3.x: 2}}", "'s3.x' is set twice");
    refused("default-catalog: lak", "did you mean 'lake'");
    refused(
        "catalogs: {a: {type: rest, uri: x}, b: {type: rest, uri: y}}",
        "default-catalog says which one");
    refused("[1]", "map of catalogs");
  }
}
