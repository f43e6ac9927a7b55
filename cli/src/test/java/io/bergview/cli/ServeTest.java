package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bergview.api.Bergview;
import io.bergview.server.Serving;
import io.bergview.settings.ListenSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve}, beside the commands that tell the same. */
@Tag("contract")
class ServeTest {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.01");
    cli.done("apply", "--quiet");
    cli.done("refreshView", "DailyRevenue", "OrderDetails");
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static String get(String url) throws Exception {
    HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(url)));
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void itAnswersWordForWordWhatTheCommandsPrint() throws Exception {
    try (Bergview bergview = Bergview.open(folder);
        Serving serving =
            Serving.start(
                bergview,
                Clock.systemUTC(),
                Optional.of(new ListenSettings("127.0.0.1", 0, Optional.empty())))) {
      String api = serving.url().orElseThrow() + "/api/v1";
      assertThat(get(api + "/views")).isEqualTo(cli.done("listViews", "--json").out());
      assertThat(get(api + "/views/DailyRevenue"))
          .isEqualTo(cli.done("getViewState", "DailyRevenue", "--json").out());
      assertThat(get(api + "/views/DailyRevenue/explain"))
          .isEqualTo(cli.done("explainView", "DailyRevenue", "--json").out());
      assertThat(get(api + "/views/DailyRevenue/history?limit=1"))
          .isEqualTo(cli.done("history", "DailyRevenue", "--limit", "1", "--json").out());
      assertThat(get(api + "/lineage")).isEqualTo(cli.done("lineage", "--json").out());
      assertThat(get(api + "/lineage/DailyRevenue?direction=up"))
          .isEqualTo(cli.done("lineage", "DailyRevenue", "--up", "--json").out());
      String filter = "{status: paid, total: {$gte: 10}}";
      for (String format : List.of("json", "ndjson", "csv")) {
        assertThat(
                get(
                    api
                        + "/find/Order?include=customer&sort=-total&limit=5&skip=1&format="
                        + format
                        + "&filter="
                        + URLEncoder.encode(filter, StandardCharsets.UTF_8)))
            .isEqualTo(
                cli.done(
                        "find",
                        "Order",
                        "--include",
                        "customer",
                        "--sort",
                        "-total",
                        "--limit",
                        "5",
                        "--skip",
                        "1",
                        "--format",
                        format,
                        "--filter",
                        filter)
                    .out());
      }
      assertThat(
              json(
                  get(
                      api
                          + "/find/Order?group-by=status&compute="
                          + URLEncoder.encode("{n: {$count: '*'}}", StandardCharsets.UTF_8)
                          + "&explain=true")))
          .isEqualTo(
              cli.done(
                      "find",
                      "Order",
                      "--group-by",
                      "status",
                      "--compute",
                      "{n: {$count: '*'}}",
                      "--explain",
                      "--json")
                  .json());
      HttpResponse<String> wrong = send(HttpRequest.newBuilder(URI.create(api + "/views/Nope")));
      assertThat(json(wrong.body())).isEqualTo(cli.run("getViewState", "Nope", "--json").error());
    }
  }

  private static JsonNode json(String text) throws IOException {
    return JsonMapper.builder().build().readTree(text);
  }

  @Test
  void itStopsByItselfAndSaysWhereItListened() throws Exception {
    Cli.Result served = cli.done("serve", "--port", "0", "--for", "1s", "--json");
    assertThat(served.json().get("url").asText()).startsWith("http://127.0.0.1:");
    assertThat(served.json().get("project").asText()).isEqualTo(folder.toString());
    assertThat(cli.done("serve", "--no-http", "--for", "1s").out()).contains("without HTTP");
  }

  @Test
  void whatCannotBeServedIsSaid() {
    assertThat(cli.run("serve", "--address", "0.0.0.0").exitCode()).isEqualTo(5);
    assertThat(cli.run("serve", "--no-http", "--port", "1").exitCode()).isEqualTo(2);
    assertThat(cli.run("serve", "--port", "70000").exitCode()).isEqualTo(2);
    assertThat(cli.run("serve", "--for", "ever").exitCode()).isEqualTo(2);
    assertThat(cli.run("serve", "--log-format", "xml").exitCode()).isEqualTo(2);
    assertThat(cli.run("serve", "--address", "no.such.host.invalid").err())
        .contains("ADDRESS_UNAVAILABLE");
  }

  @Test
  void aSignalStopsItGracefullyAndItsLogIsJson() throws Exception {
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--port",
                "0",
                "--log-format",
                "json",
                "--json")
            .directory(folder.toFile())
            .redirectError(log.toFile())
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String url = json(out.readLine()).get("url").asText();
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> refreshed =
            send(
                HttpRequest.newBuilder(URI.create(url + "/api/v1/views/OrderWithItems/refresh"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"wait\": \"60s\"}")));
        assertThat(refreshed.statusCode()).isEqualTo(200);
      }
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(143);
    List<String> lines = Files.readAllLines(log);
    assertThat(lines).hasSize(4);
    assertThat(json(lines.get(0)).get("event").asText()).isEqualTo("refresh begins");
    JsonNode succeeded = json(lines.get(1));
    assertThat(succeeded.get("view").asText()).isEqualTo("OrderWithItems");
    assertThat(succeeded.get("kind").asText()).isEqualTo("full");
    assertThat(succeeded.get("rowsAdded").isIntegralNumber()).isTrue();
    assertThat(json(lines.get(2)).get("event").asText()).isEqualTo("refresh begins");
    assertThat(json(lines.get(3)).get("event").asText()).isEqualTo("refresh succeeded");
    assertThat(json(lines.get(3)).get("kind").asText()).isEqualTo("skip");
  }
}
