package io.bergview.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Project;
import io.bergview.errors.UsageException;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.settings.SparkSettings.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code engine} and {@code spark} of {@code bergview.yaml}. */
class SparkSettingsTest {
  @TempDir Path folder;

  private Project project(String text) throws IOException {
    Files.writeString(folder.resolve(Project.FILE), text);
    return Project.open(folder, Map.of("S3_SECRET", "hunter2!"));
  }

  @Test
  void withoutThemTheEngineIsEmbedded() throws IOException {
    Project project = project("");
    assertThat(project.engine()).isEqualTo(EngineChoice.EMBEDDED);
    assertThat(project.spark()).isEqualTo(SparkSettings.defaults());
    assertThat(project.spark().isLocal()).isTrue();
    assertThat(project.spark().thresholdBytes()).isEqualTo(32_000_000_000L);
  }

  @Test
  void allAreReadAndSecretsHidden() throws IOException {
    Project project =
        project(
            """
            engine: auto
            spark:
              home: tools/spark
              master: spark://host:7077
              driver-memory: 2GiB
              session: once
              idle: 30s
              threshold: 1GB
              jar: module.jar
              runtime: runtime.jar
              conf:
                spark.executor.memory: 4g
                spark:
                  hadoop.fs.s3a.secret.key: ${env:S3_SECRET}
                  cores.max: 8
            """);
    SparkSettings spark = project.spark();
    assertThat(project.engine()).isEqualTo(EngineChoice.AUTO);
    assertThat(spark.home()).contains(folder.resolve("tools/spark"));
    assertThat(spark.isLocal()).isFalse();
    assertThat(spark.driverMemoryBytes()).hasValue(2L << 30);
    assertThat(spark.session()).isEqualTo(Session.ONCE);
    assertThat(spark.idle()).isEqualTo(Duration.ofSeconds(30));
    assertThat(spark.thresholdBytes()).isEqualTo(1_000_000_000L);
    assertThat(spark.jar()).contains(folder.resolve("module.jar"));
    assertThat(spark.runtime()).contains(folder.resolve("runtime.jar"));
    assertThat(spark.conf())
        .containsExactly(
            Map.entry("spark.executor.memory", "4g"),
            Map.entry("spark.hadoop.fs.s3a.secret.key", "hunter2!"),
            Map.entry("spark.cores.max", "8"));
    assertThat(spark.toString()).doesNotContain("hunter2");
    assertThat(project.secrets().mask("denied to hunter2!")).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "engine: spork | did you mean 'spark'?",
        "spark: {session: always} | 'always'",
        "spark: {idle: 0s} | greater than zero",
        "spark: {hoem: x} | did you mean 'home'?",
        "spark: {conf: {executor.memory: 4g}} | begins with 'spark.', found 'executor.memory'",
        "spark: {conf: {spark.master: yarn}} | 'spark.master' is set by 'master' beside 'conf'",
        "spark: {conf: {spark.a.b: 1, spark.a: {b: 2}}} | 'spark.a.b' is set twice",
      })
  void whatIsWrongIsSaid(String text, String message) {
    assertThatThrownBy(() -> project(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }
}
