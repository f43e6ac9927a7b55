package io.bergview.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.api.FindTexts;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.server.ServedShop;
import io.bergview.server.ServedShop.Reply;
import io.bergview.server.Serving;
import io.bergview.settings.ListenSettings;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real requests to a real server. */
class ServerTest {
  private static final String FIND = "/api/v1/find/DailyRevenue?sort=created_at_day,status&limit=3";

  @TempDir private static Path folder;
  private static ServedShop shop;

  @BeforeAll
  static void start() throws Exception {
    shop = new ServedShop(folder, "");
    assertThat(shop.refresh("DailyRevenue").status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    shop.close();
  }

  @Test
  void itLivesAndIsReady() {
    assertThat(shop.get("/health").body()).isEqualTo("alive\n");
    Reply ready = shop.get("/ready");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.json().get("ready").asBoolean()).isTrue();
    assertThat(ready.json().at("/catalogs/lake").asBoolean()).isTrue();
  }

  @Test
  void everyAnswerForbidsGuessingAndStoring() {
    assertThat(shop.get("/api/v1/views").whole().headers().map())
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("cache-control", List.of("no-store"))
        .doesNotContainKeys("access-control-allow-origin", "server");
  }

  @Test
  void statesExplanationsAndHistoriesAreThoseOfTheFacade() {
    assertThat(shop.get("/api/v1/views").json()).hasSize(4);
    assertThat(shop.get("/api/v1/views/DailyRevenue").json())
        .isEqualTo(asRead(shop.bergview().getViewState("DailyRevenue").toJson()));
    assertThat(shop.get("/api/v1/views/DailyRevenue/explain").json())
        .isEqualTo(asRead(shop.bergview().explainView("DailyRevenue").toJson()));
    JsonNode history = shop.get("/api/v1/views/DailyRevenue/history?limit=1").json();
    assertThat(history).hasSize(1);
    assertThat(history.get(0).get("kind").asText()).isNotEmpty();
  }

  private static JsonNode asRead(JsonNode json) {
    return new Reply(200, json.toString(), null).json();
  }

  @Test
  void lineageIsDrawnFromAnyNodeInAnyDirection() {
    JsonNode all = shop.get("/api/v1/lineage").json();
    JsonNode down = shop.get("/api/v1/lineage/DailyRevenue?direction=down").json();
    assertThat(all.get("nodes")).hasSizeGreaterThan(down.get("nodes").size());
    assertThat(down.get("focus").asText()).contains("daily_revenue");
    assertThat(shop.get("/api/v1/lineage/DailyRevenue?direction=sideways").status()).isEqualTo(400);
  }

  @Test
  void rowsComeInEveryFormat() throws Exception {
    JsonNode json = shop.get(FIND).json();
    assertThat(json).hasSize(3);
    List<String> lines = shop.get(FIND + "&format=ndjson").body().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(new Reply(200, lines.get(0), null).json()).isEqualTo(json.get(0));
    assertThat(shop.get(FIND + "&format=csv").body().lines())
        .hasSize(4)
        .first()
        .isEqualTo("status,created_at_day,orders,revenue,failed,average");
    byte[] arrow = shop.get(FIND + "&format=arrow").whole().body();
    List<Integer> batches = new ArrayList<>();
    try (RootAllocator memory = new RootAllocator();
        ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(arrow), memory)) {
      while (reader.loadNextBatch()) {
        batches.add(reader.getVectorSchemaRoot().getRowCount());
      }
    }
    assertThat(batches.stream().mapToInt(rows -> rows).sum()).isEqualTo(3);
    JsonNode withOrigin = shop.get(FIND + "&origin=true").json();
    assertThat(withOrigin.get("rows")).isEqualTo(json);
    assertThat(withOrigin.at("/origin/answeredBy").asText()).isEqualTo("view");
    assertThat(shop.get(FIND + "&explain=true").json()).isNotEmpty();
  }

  @Test
  void aStatementGivesRowsOrAMessage() {
    Reply tables = sql("SHOW TABLES IN shop", "");
    assertThat(tables.status()).isEqualTo(200);
    assertThat(tables.json()).isNotEmpty();
    assertThat(tables.json().get(0).get("table").asText()).startsWith("shop.");
    assertThat(sql("DESCRIBE orders", ", \"format\": \"csv\"").body().lines().limit(2))
        .containsExactly("column,type,nullable,key,comment", "order_id,long,false,false,");
    Reply past = sql("SELECT count(*) AS n FROM shop.orders FOR VERSION AS OF 'main'", "");
    assertThat(past.json()).isEqualTo(sql("SELECT count(*) AS n FROM shop.orders", "").json());
    Reply altered = sql("ALTER MATERIALIZED VIEW CategorySales SET (grace_period = '15m')", "");
    assertThat(altered.json().get("message").asText()).startsWith("altered CategorySales");
    assertThat(altered.json().get("details")).isNotEmpty();
  }

  private static Reply sql(String statement, String more) {
    return shop.post("/api/v1/sql", "{\"sql\": \"" + statement + "\"" + more + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELCT 1 | 422 | DEFINITION_INVALID",
        "SHOW TABLES; SHOW TABLES | 400 | USAGE",
        "DROP MATERIALIZED VIEW Nope | 404 | VIEW_NOT_FOUND",
        "SELECT * FROM shop.orders VERSION AS OF 4711 | 404 | SNAPSHOT_NOT_FOUND",
        "SELECT * FROM shop.orders TIMESTAMP AS OF '2001-01-01' | 404 | AS_OF_TOO_EARLY",
        "CREATE MATERIALIZED VIEW DailyRevenue AS SELECT 1 | 409 | VIEW_EXISTS"
      })
  void aWrongStatementIsRefused(String statement, int status, String code) {
    Reply reply = sql(statement, "");
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.code()).isEqualTo(code);
  }

  @Test
  void aStatementIsNeeded() {
    assertThat(shop.post("/api/v1/sql", "{}").status()).isEqualTo(400);
    assertThat(sql("SHOW TABLES", ", \"format\": \"arrow\"").status()).isEqualTo(400);
  }

  @Test
  void aLargeAnswerIsSentAsItIsRead() {
    Reply all = shop.get("/api/v1/find/OrderItem?include=order,product&format=ndjson");
    assertThat(all.whole().headers().firstValue("content-length")).isEqualTo(Optional.empty());
    assertThat(all.body().lines()).hasSizeGreaterThan(300);
  }

  @ParameterizedTest
  @CsvSource({
    "/nothing, 404, PATH_NOT_FOUND",
    "/api/v1/views/Nope, 404, VIEW_NOT_FOUND",
    "/api/v1/views/Nope/history, 404, VIEW_NOT_FOUND",
    "/api/v1/views/Nope/explain, 404, VIEW_NOT_FOUND",
    "/api/v1/find/Nope, 404, VIEW_NOT_FOUND",
    "/api/v1/find/DailyRevenue?limt=3, 400, USAGE",
    "/api/v1/find/DailyRevenue?limit=many, 400, USAGE",
    "/api/v1/find/DailyRevenue?format=xml, 400, USAGE",
    "/api/v1/find/DailyRevenue?format=csv&origin=true, 400, USAGE",
    "/api/v1/find/DailyRevenue?limit=1&limit=2, 400, USAGE",
    "/api/v1/find/DailyRevenue?max-staleness=soon, 400, USAGE",
    "/api/v1/find/DailyRevenue?as-of=1999-01-01T00:00:00Z, 404, AS_OF_TOO_EARLY",
    "/api/v1/views/DailyRevenue/history?limit=0, 400, USAGE",
    "/api/v1/views?state=fresh, 400, USAGE"
  })
  void whatIsWrongIsSaidWithAStatusAndACode(String path, int status, String code) {
    Reply reply = shop.get(path);
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.code()).isEqualTo(code);
    assertThat(reply.json().get("message").asText()).isNotEmpty();
  }

  @Test
  void anotherMethodIsRefused() {
    HttpRequest.Builder delete =
        HttpRequest.newBuilder(URI.create(shop.url() + "/api/v1/views")).DELETE();
    Reply reply = ServedShop.send(delete);
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.code()).isEqualTo("PATH_NOT_FOUND");
  }

  @Test
  void aRefreshIsWaitedForOrOnlyWanted() {
    Reply waited = shop.refresh("OrderDetails");
    assertThat(waited.status()).isEqualTo(200);
    assertThat(waited.json().get("kind").asText()).isIn("full", "skip");
    Reply wanted = shop.post("/api/v1/views/OrderDetails/refresh", "");
    assertThat(wanted.status()).isEqualTo(202);
    assertThat(wanted.json().get("accepted").asBoolean()).isTrue();
    Reply full =
        shop.post("/api/v1/views/OrderDetails/refresh", "{\"full\": true, \"wait\": \"1m\"}");
    assertThat(full.json().get("reason").asText()).isEqualTo("REQUESTED");
    assertThat(shop.post("/api/v1/views/Nope/refresh", "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"{\"ful\": true}", "{\"full\": 1}", "{\"wait\": \"soon\"}", "[]", "{"})
  void aBodyThatCannotBeReadIsRefused(String body) {
    Reply reply = shop.post("/api/v1/views/OrderDetails/refresh", body);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.code()).isEqualTo("USAGE");
  }

  @Test
  void aLargeBodyIsReadEvenIfTheRequestFails() {
    for (int i = 0; i < 50; i++) {
      String body = "{" + " ".repeat(i * 1_000) + "}";
      assertThat(shop.post("/api/v1/views/CategorySales/resume", body).status()).isEqualTo(200);
      assertThat(shop.post("/nothing", body).status()).isEqualTo(404);
    }
    Reply tooLarge = shop.post("/api/v1/views/CategorySales/resume", "x".repeat(2 << 20));
    assertThat(tooLarge.status()).isEqualTo(413);
    assertThat(tooLarge.code()).isEqualTo("USAGE");
  }

  @Test
  void onlyJsonIsTakenSoThatNoFormOfAPageGetsIn() {
    HttpRequest.Builder form =
        HttpRequest.newBuilder(URI.create(shop.url() + "/api/v1/views/OrderDetails/pause"))
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString("{}"));
    assertThat(ServedShop.send(form).status()).isEqualTo(415);
    assertThat(shop.get("/api/v1/status").json().get("paused")).isEmpty();
  }

  @Test
  void aPausedViewWaitsUntilItIsResumed() throws Exception {
    assertThat(shop.post("/api/v1/views/OrderWithItems/pause", "{}").status()).isEqualTo(200);
    assertThat(shop.post("/api/v1/views/OrderWithItems/refresh", "{\"wait\": \"1s\"}").status())
        .isEqualTo(202);
    JsonNode status = shop.get("/api/v1/status").json();
    assertThat(status.at("/paused/0").asText()).isEqualTo("OrderWithItems");
    assertThat(status.at("/waiting/0/view").asText()).isEqualTo("OrderWithItems");
    assertThat(shop.get("/").body()).contains("paused waiting");

    assertThat(shop.post("/api/v1/views/OrderWithItems/resume", "{}").status()).isEqualTo(200);
    assertThat(shop.refresh("OrderWithItems").status()).isEqualTo(200);
    assertThat(shop.get("/api/v1/status").json().get("paused")).isEmpty();
    assertThat(shop.post("/api/v1/views/Nope/pause", "{}").code()).isEqualTo("VIEW_NOT_FOUND");
  }

  @Test
  void thePageShowsTheViewsAndLoadsNothing() {
    Reply page = shop.get("/");
    assertThat(page.whole().headers().firstValue("content-type").orElseThrow())
        .startsWith("text/html");
    assertThat(page.whole().headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'none'");
    assertThat(page.body())
        .contains("<td>DailyRevenue", folder.toString())
        .doesNotContain("<script", "http://", "https://", "src=");
  }

  @Test
  void whatIsDescribedIsThereAndTakesTheParametersDescribed() {
    JsonNode description = shop.get("/api/v1/openapi.json").json();
    List<String> asked = new ArrayList<>();
    description
        .get("paths")
        .properties()
        .forEach(
            path -> {
              String real = path.getKey().replace("{name}", "CategorySales");
              String body = real.endsWith("/sql") ? "{\"sql\": \"SHOW TABLES\"}" : "{}";
              Reply reply = path.getValue().has("post") ? shop.post(real, body) : shop.get(real);
              assertThat(reply.status()).describedAs(real).isIn(200, 202);
              asked.add(path.getKey());
            });
    assertThat(asked).hasSizeGreaterThan(10);
    List<String> parameters = new ArrayList<>();
    description
        .at("/paths/~1api~1v1~1find~1{name}/get/parameters")
        .forEach(parameter -> parameters.add(parameter.get("name").asText()));
    List<String> known = new ArrayList<>(FindTexts.names());
    known.addAll(List.of("name", "format", "origin", "explain"));
    assertThat(parameters).containsExactlyInAnyOrderElementsOf(known);
  }

  @Test
  void aPortThatIsTakenIsSaid() {
    int taken = URI.create(shop.url()).getPort();
    assertThatThrownBy(
            () ->
                Serving.start(
                    shop.bergview(),
                    Clock.systemUTC(),
                    Optional.of(new ListenSettings("127.0.0.1", taken, Optional.empty()))))
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.ADDRESS_UNAVAILABLE))
        .hasMessageContaining("--port");
  }
}
