package io.bergview.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Project;
import io.bergview.errors.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code serve.quartz} of {@code bergview.yaml}. */
class QuartzSettingsTest {
  @TempDir Path folder;

  private Project project(String text) throws IOException {
    Files.writeString(folder.resolve(Project.FILE), text);
    return Project.open(folder, Map.of("QUARTZ_PASSWORD", "hunter2!"));
  }

  @Test
  void withoutItEachProcessHasItsOwnSchedules() throws IOException {
    assertThat(project("").serve().quartz()).isEmpty();
    assertThat(project("serve: {workers: 3}\n").serve().quartz()).isEmpty();
  }

  @Test
  void itIsReadWithItsSecretHidden() throws IOException {
    Project project =
        project(
            """
            serve:
              quartz:
                url: jdbc:postgresql://db.example.com/bergview
                user: somebody
                password: ${env:QUARTZ_PASSWORD}
                name: shop
                instance: left
                check-in: 2s
            """);
    QuartzSettings quartz = project.serve().quartz().orElseThrow();

    assertThat(quartz.url()).isEqualTo("jdbc:postgresql://db.example.com/bergview");
    assertThat(quartz.user()).contains("somebody");
    assertThat(quartz.password()).contains("hunter2!");
    assertThat(quartz.name()).isEqualTo("shop");
    assertThat(quartz.instance()).contains("left");
    assertThat(quartz.checkIn()).isEqualTo(Duration.ofSeconds(2));
    assertThat(quartz.toString()).doesNotContain("hunter2");
    assertThat(project.serve().toString()).doesNotContain("hunter2");
    assertThat(project.secrets().mask("cannot log in with hunter2!")).doesNotContain("hunter2");
  }

  @Test
  void mostOfItHasDefaults() throws IOException {
    QuartzSettings quartz =
        project("serve: {quartz: {url: 'jdbc:postgresql://h/d'}}\n").serve().quartz().orElseThrow();

    assertThat(quartz.name()).isEqualTo("bergview");
    assertThat(quartz.checkIn()).isEqualTo(Duration.ofMillis(7_500));
    assertThat(quartz.instance()).isEmpty();
    assertThat(quartz.password()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "serve: {quartz: {user: a}}|needs the url",
        "serve: {quartz: {url: 'jdbc:mysql://h/d'}}|begins with 'jdbc:postgresql:'",
        "serve: {quartz: {url: 'jdbc:postgresql://h/d', pasword: x}}|did you mean 'password'?",
        "serve: {quartz: {url: 'jdbc:postgresql://h/d', check-in: 0s}}|greater than zero",
        "serve: {quartz: {url: 'jdbc:postgresql://h/d', name: ' '}}|1 to 100 characters",
        "serve: {quartz: shared}|a map such as"
      })
  void whatIsWrongIsSaid(String text, String message) {
    assertThatThrownBy(() -> project(text + "\n"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }
}
