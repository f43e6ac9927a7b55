package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.server.Serving;
import io.bergview.settings.ListenSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret in every kind of setting, and every way out of a project that works. */
@Tag("contract")
class NoSecretAnywhereTest {
  /** Also the name of the folder that the tables are in, so that every location shows it. */
  private static final String IN_LOCATIONS = "hunter-place";

  private static final String SETTINGS =
      """
      default-catalog: lake
      catalogs:
        lake:
          type: jdbc
          uri: jdbc:sqlite:${project}/catalog.db
          warehouse: ${project}/hunter-place
          jdbc.password: hunter-jdbc
          s3.access-key-id: hunter-id
          s3.secret-access-key: hunter-place
        other:
          type: jdbc
          uri: jdbc:sqlite:${project}/other.db
          warehouse: ${project}/other
          token: hunter-token
          credential: id:hunter-credential
          s3.endpoint: http://ann:hunter%2Drest@127.0.0.1:1/?sig=hunter-sig
      serve:
        token: hunter-listen-0123456789
        open-lineage:
          transport: {type: file, location: events.ndjson, properties: {sasl.password: hunter-sasl}}
        hooks:
          - {on: failure, webhook: 'http://127.0.0.1:1/hunter-hook', headers: {X-Auth: hunter-head}}
      """;

  private static final List<String> SECRETS =
      List.of(
          IN_LOCATIONS,
          "hunter-jdbc",
          "hunter-id",
          "hunter-rest",
          "hunter%2Drest",
          "hunter-sig",
          "hunter-token",
          "hunter-credential",
          "hunter-listen-0123456789",
          "hunter-sasl",
          "hunter-hook",
          "hunter-head");

  @TempDir private Path folder;
  private Cli cli;
  private final Map<String, String> outputs = new LinkedHashMap<>();

  @BeforeEach
  void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.write("bergview.yaml", SETTINGS);
    cli.done("generate", "shop", "--scale", "0.005");
  }

  @Test
  void noCommandShowsOne() {
    List<List<String>> commands =
        List.of(
            List.of("apply"),
            List.of("refreshView", "DailyRevenue"),
            List.of("refreshView", "--all", "--dry-run"),
            List.of("listViews"),
            List.of("getViewState", "DailyRevenue"),
            List.of("explainView", "DailyRevenue"),
            List.of("history", "DailyRevenue"),
            List.of("verifyView", "DailyRevenue"),
            List.of("lineage"),
            List.of("lineage", "--format", "mermaid"),
            List.of("lineage", "--format", "svg"),
            List.of("find", "DailyRevenue", "--explain"),
            List.of("find", "other.shop.orders"),
            List.of("find", "hunter-token"),
            List.of("compactView", "DailyRevenue"),
            List.of("vacuumView", "DailyRevenue"),
            List.of("getViewState", "hunter-jdbc"));
    for (List<String> command : commands) {
      for (String option : List.of("", "--json", "--verbose")) {
        List<String> args = new ArrayList<>(command);
        if (!option.isEmpty()) {
          args.add(option);
        }
        Cli.Result result = cli.run(args.toArray(String[]::new));
        outputs.put(String.join(" ", args), result.out() + result.err());
      }
    }
    assertThat(outputs).hasSize(commands.size() * 3);
    assertThat(outputs.get("explainView DailyRevenue")).contains("location  ", "***");
    noneShowsASecret();
  }

  @Test
  void noCommandShowsOneOfACatalogThatCannotBeReached() {
    cli.write(
        "bergview.yaml",
        SETTINGS
            .replace("other:\n    type: jdbc", "other:\n    type: rest")
            .replace("jdbc:sqlite:${project}/other.db", "http://127.0.0.1:1/api?sig=hunter-sig"));
    for (String command : List.of("apply", "listViews", "lineage", "refreshView --all")) {
      for (String option : List.of("--quiet", "--json", "--verbose")) {
        Cli.Result result = cli.run((command + " " + option).split(" "));
        assertThat(result.exitCode()).isNotZero();
        outputs.put(command + option, result.out() + result.err());
      }
    }
    assertThat(outputs).hasSize(12);
    noneShowsASecret();
  }

  @Test
  void noRouteShowsOneNorAnyFileThatIsWritten() throws Exception {
    cli.done("apply");
    cli.done("refreshView", "DailyRevenue");
    try (Bergview bergview = Bergview.open(folder);
        Serving serving =
            Serving.start(
                bergview,
                Clock.systemUTC(),
                Optional.of(
                    new ListenSettings(
                        "127.0.0.1", 0, bergview.project().serve().listen().token())))) {
      String url = serving.url().orElseThrow();
      for (String path :
          List.of(
              "/",
              "/health",
              "/metrics",
              "/api/v1/status",
              "/api/v1/views",
              "/api/v1/views/DailyRevenue",
              "/api/v1/views/DailyRevenue/explain",
              "/api/v1/views/DailyRevenue/history",
              "/api/v1/views/hunter-jdbc",
              "/api/v1/lineage",
              "/api/v1/lineage/DailyRevenue",
              "/api/v1/find/DailyRevenue?explain=true",
              "/api/v1/find/hunter-token")) {
        outputs.put(path, send(HttpRequest.newBuilder(URI.create(url + path))));
      }
      outputs.put(
          "POST refresh",
          send(
              HttpRequest.newBuilder(URI.create(url + "/api/v1/views/DailyRevenue/refresh"))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{\"wait\": \"60s\"}"))));
    }
    assertThat(outputs).hasSize(14);
    assertThat(outputs.get("/api/v1/views/DailyRevenue/explain")).contains("***");
    noneShowsASecret();
    outputs.clear();
    for (Path file : written()) {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      // The location of a table is what it is.
      outputs.put(file.toString(), text.replace(IN_LOCATIONS, ""));
    }
    assertThat(outputs.keySet()).anyMatch(name -> name.endsWith("events.ndjson"));
    assertThat(outputs.keySet()).anyMatch(name -> name.endsWith(".metadata.json"));
    noneShowsASecret();
  }

  private List<Path> written() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("bergview.yaml"))
          .filter(file -> file.toFile().length() > 0)
          .toList();
    }
  }

  private static String send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            request.header("Authorization", "Bearer hunter-listen-0123456789").build(),
            BodyHandlers.ofString())
        .body();
  }

  private void noneShowsASecret() {
    outputs.forEach(
        (way, output) -> {
          assertThat(output).describedAs(way).isNotBlank();
          for (String secret : SECRETS) {
            String base64 =
                Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
            assertThat(output).describedAs(way).doesNotContain(secret, base64);
          }
        });
  }
}
