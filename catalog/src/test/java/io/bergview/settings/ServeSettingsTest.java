package io.bergview.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Project;
import io.bergview.settings.HookSettings.Action;
import io.bergview.settings.HookSettings.Trigger;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServeSettingsTest {
  private static final String TOKEN = "token-of-the-environment";

  @TempDir private Path folder;

  private Project project(String serve) throws IOException {
    Files.writeString(folder.resolve(Project.FILE), "serve:\n" + serve.indent(2));
    return Project.open(folder, Map.of("BERGVIEW_TOKEN", TOKEN, "KEY", "key-of-the-hook"));
  }

  @Test
  void theTokenOfTheEnvironmentCountsWhereTheProjectSaysNone() throws IOException {
    assertThat(project("port: 1").serve().listen())
        .isEqualTo(new ListenSettings("127.0.0.1", 1, Optional.of(TOKEN)));
    assertThat(project("token: another-token-here").serve().listen().token())
        .hasValue("another-token-here");
  }

  @Test
  void aTransportPassesThroughAndItsFileIsInTheProject() throws IOException {
    LineageEventSettings events =
        project(
                """
                open-lineage:
                  transport: {type: file, location: out/events.ndjson, more: {deep: [1, true, '${env:KEY}']}}
                  namespace: shop
                """)
            .serve()
            .openLineage()
            .orElseThrow();
    assertThat(events.namespace()).hasValue("shop");
    assertThat(events.transport())
        .containsEntry("type", "file")
        .containsEntry("location", folder.resolve("out/events.ndjson").toString())
        .containsEntry("more", Map.of("deep", List.of(1L, true, "key-of-the-hook")));
  }

  @Test
  void hooksAreRead() throws IOException {
    List<HookSettings> hooks =
        project(
                """
                hooks:
                  - {on: failure, command: [tell, '${env:KEY}']}
                  - on: [stale, unexpected-full, recovered]
                    views: ['Daily*', Other]
                    webhook: https://example.com/h
                    headers: {X-Key: '${env:KEY}'}
                    stale-limit: 15m
                    timeout: 5s
                """)
            .serve()
            .hooks();
    assertThat(hooks.get(0).on()).containsExactly(Trigger.FAILURE);
    assertThat(hooks.get(0).views()).containsExactly("*");
    assertThat(hooks.get(0).action())
        .isEqualTo(new Action.Command(List.of("tell", "key-of-the-hook")));
    assertThat(hooks.get(0).staleLimit()).isEqualTo(Duration.ofHours(1));
    assertThat(hooks.get(1).on())
        .containsExactlyInAnyOrder(Trigger.STALE, Trigger.UNEXPECTED_FULL, Trigger.RECOVERED);
    assertThat(hooks.get(1).action())
        .isEqualTo(
            new Action.Webhook(
                URI.create("https://example.com/h"), Map.of("X-Key", "key-of-the-hook")));
    assertThat(hooks.get(1).timeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void whatIsSecretIsHidden() throws IOException {
    Project project =
        project(
            """
            open-lineage:
              transport: {type: http, url: 'https://x', auth: {type: api_key, apiKey: lineage-key}}
            hooks:
              - {on: failure, webhook: 'https://example.com/T0/secret', headers: {X-Key: header-key}}
            """);
    assertThat(
            project
                .secrets()
                .mask(TOKEN + " lineage-key header-key https://example.com/T0/secret api_key"))
        .isEqualTo("*** *** *** *** api_key");
    assertThat(project.serve().toString())
        .doesNotContain(TOKEN, "lineage-key", "header-key", "T0/secret");
  }

  @Test
  void anEmptyListOfViewsMeansAll() throws IOException {
    List<HookSettings> hooks =
        project("hooks: [{on: failure, command: [tell], views: []}]").serve().hooks();
    assertThat(hooks.get(0).views()).containsExactly("*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"quartz: shared", "open-lineage: http", "hooks: [tell]"})
  void whatIsNoMapIsNotSaidToLackItsKeysToo(String serve) {
    assertThatThrownBy(() -> project(serve))
        .hasMessageContaining("expected here, found the string")
        .message()
        .doesNotContain("missing", "needs", "either");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "hooks: {on: failure}; a list of hooks",
        "hooks: [{command: [x]}]; 'on' is missing",
        "hooks: [{on: failur, command: [x]}]; did you mean 'failure'",
        "hooks: [{on: failure}]; either a 'command' or a 'webhook'",
        "hooks: [{on: failure, command: [x], webhook: 'http://x'}]; either a 'command' or a"
            + " 'webhook'",
        "hooks: [{on: failure, command: []}]; the program to run",
        "hooks: [{on: failure, command: x}]; a list: the program",
        "hooks: [{on: failure, webhook: 'ftp://x'}]; begins with http",
        "hooks: [{on: failure, command: [x], headers: {a: b}}]; only a webhook has headers",
        "hooks: [{on: failure, command: [x], stale-limit: soon}]; a duration",
        "open-lineage: {namespace: x}; 'transport' is missing",
        "open-lineage: {transport: {type: kafka}}; one of console, file, http",
        "open-lineage: {transport: {type: http}}; needs 'url'",
        "open-lineage: {transprt: {type: http}}; did you mean 'transport'",
        "port: 70000; 65535",
        "address: ''; a value is expected here",
        "token: ${env:NO_SUCH}; NO_SUCH is not set"
      })
  void whatIsWrongIsSaid(String serve, String message) {
    assertThatThrownBy(() -> project(serve)).hasMessageContaining(message);
  }
}
