package io.bergview.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bergview.fixtures.Shop;
import io.bergview.server.ServedShop.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A project that is served, as those see it who look from outside. */
@Tag("contract")
class ServingTest {
  private static final String TOKEN = "a token that nobody guesses";

  @TempDir private Path folder;

  private static double metric(ServedShop shop, String line) {
    return shop.get("/metrics")
        .body()
        .lines()
        .filter(found -> found.startsWith(line + " "))
        .mapToDouble(found -> Double.parseDouble(found.substring(line.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + line));
  }

  private List<JsonNode> lines(String file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    Path path = folder.resolve(file);
    if (Files.exists(path)) {
      for (String line : Files.readAllLines(path)) {
        lines.add(JsonMapper.builder().build().readTree(line));
      }
    }
    return lines;
  }

  @Test
  void refreshesAndFailuresReachMetricsEventsAndHooks() throws Exception {
    try (ServedShop shop =
        new ServedShop(
            folder,
            """
            serve:
              attempts: 1
              open-lineage: {transport: {type: file, location: events.ndjson}, namespace: trial}
              hooks:
                - {on: failure, views: 'OrderWith*', command: [tee, -a, hook.ndjson]}
                - {on: failure, views: Other, command: [tee, -a, other.ndjson]}
            """)) {
      assertThat(shop.refresh("DailyRevenue").status()).isEqualTo(200);
      shop.bergview().catalog("lake").dropTable(TableIdentifier.of("shop", "products"), false);
      Reply failed = shop.refresh("OrderWithItems");
      assertThat(failed.status()).isEqualTo(404);
      assertThat(failed.code()).isEqualTo("SOURCE_NOT_FOUND");

      assertThat(
              metric(
                  shop,
                  "bergview_refreshes_total{kind=\"full\",reason=\"FIRST_REFRESH\",view=\"DailyRevenue\"}"))
          .isEqualTo(1);
      assertThat(metric(shop, "bergview_rows_added_total{view=\"DailyRevenue\"}")).isPositive();
      assertThat(metric(shop, "bergview_bytes_written_total{view=\"DailyRevenue\"}")).isPositive();
      assertThat(metric(shop, "bergview_refresh_duration_seconds_count{kind=\"full\"}"))
          .isEqualTo(1);
      assertThat(
              metric(
                  shop,
                  "bergview_refresh_failures_total{code=\"SOURCE_NOT_FOUND\",outcome=\"given_up\",view=\"OrderWithItems\"}"))
          .isEqualTo(1);
      assertThat(metric(shop, "bergview_views_given_up")).isEqualTo(1);
      assertThat(shop.get("/api/v1/status").json().at("/failed/0/code").asText())
          .isEqualTo("SOURCE_NOT_FOUND");
      assertThat(shop.get("/").body()).contains("given up").contains("SOURCE_NOT_FOUND");

      assertThat(shop.serving().stop()).isZero();
      assertThatThrownBy(() -> shop.get("/health")).isInstanceOf(UncheckedIOException.class);
    }
    assertThat(lines("other.ndjson")).isEmpty();
    assertThat(lines("hook.ndjson"))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.get("event").asText()).isEqualTo("failure");
              assertThat(event.get("view").asText()).isEqualTo("OrderWithItems");
              assertThat(event.get("code").asText()).isEqualTo("SOURCE_NOT_FOUND");
            });
    assertThat(lines("events.ndjson"))
        .extracting(
            event -> event.get("eventType").asText(), event -> event.at("/job/name").asText())
        .containsExactly(
            tuple("START", "DailyRevenue"),
            tuple("COMPLETE", "DailyRevenue"),
            tuple("START", "OrderWithItems"),
            tuple("FAIL", "OrderWithItems"));
    assertThat(lines("events.ndjson"))
        .allSatisfy(event -> assertThat(event.at("/job/namespace").asText()).isEqualTo("trial"));
  }

  @Test
  void aTokenIsNeededForAllButProbesAndNeverShown() throws Exception {
    try (ServedShop shop = new ServedShop(folder, "serve: {token: '" + TOKEN + "'}\n")) {
      assertThat(shop.get("/health").status()).isEqualTo(200);
      assertThat(shop.get("/ready").status()).isEqualTo(200);
      for (String path : List.of("/", "/metrics", "/api/v1/views", "/nothing")) {
        Reply refused = shop.get(path);
        assertThat(refused.status()).describedAs(path).isEqualTo(401);
        assertThat(refused.code()).isEqualTo("TOKEN_NEEDED");
        assertThat(refused.whole().headers().firstValue("www-authenticate")).hasValue("Bearer");
      }
      Reply shown = shop.get("/api/v1/views", "Authorization", "Bearer " + TOKEN);
      assertThat(shown.status()).isEqualTo(200);
      Reply echoed =
          shop.get(
              "/api/v1/views/" + TOKEN.replace(" ", "%20"), "Authorization", "Bearer " + TOKEN);
      assertThat(echoed.status()).isEqualTo(404);
      assertThat(echoed.body()).contains("***").doesNotContain(TOKEN);
    }
  }

  @Test
  void aViewWhoseSourceWasDroppedIsStaleSinceItWasLastFresh() throws Exception {
    try (ServedShop shop =
        new ServedShop(
            folder,
            """
            serve:
              hooks: [{on: stale, stale-limit: 100ms, views: DailyRevenue, command: [tee, -a, stale.ndjson]}]
            """)) {
      shop.refresh("DailyRevenue");
      shop.serving().look();
      String line = "bergview_view_staleness_seconds{view=\"DailyRevenue\"}";
      assertThat(metric(shop, line)).isZero();
      shop.bergview().catalog("lake").dropTable(TableIdentifier.of("shop", "orders"), false);
      Thread.sleep(300);
      shop.serving().look();
      assertThat(metric(shop, line)).isBetween(0.3, 60.0);
      assertThat(metric(shop, "bergview_views{state=\"invalid\"}")).isPositive();
    }
    assertThat(lines("stale.ndjson"))
        .singleElement()
        .satisfies(event -> assertThat(event.get("event").asText()).isEqualTo("stale"));
  }

  @Test
  void thePageAndTheMetricsShowARefreshAsSoonAsItHasEnded() throws Exception {
    try (ServedShop shop = new ServedShop(folder, "")) {
      shop.serving().look();
      assertThat(shop.get("/").body()).contains("<td>DailyRevenue<td class=\"invalid\"");
      double fresh = metric(shop, "bergview_views{state=\"fresh\"}");
      assertThat(shop.refresh("DailyRevenue").status()).isEqualTo(200);
      assertThat(shop.get("/").body())
          .contains("<td>DailyRevenue<td class=\"fresh\"")
          .doesNotContainPattern("<td>DailyRevenue[^\n]*never");
      assertThat(metric(shop, "bergview_views{state=\"fresh\"}")).isEqualTo(fresh + 1);
      assertThat(metric(shop, "bergview_view_rows{view=\"DailyRevenue\"}")).isPositive();
      shop.bergview().catalog("lake").dropTable(TableIdentifier.of("shop", "products"), false);
      shop.bergview().dropView("DailyRevenue");
      assertThat(shop.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void stalenessIsMeasuredAndEndsWithTheRefresh() throws Exception {
    try (ServedShop shop = new ServedShop(folder, "")) {
      shop.refresh("DailyRevenue");
      Shop.change(shop.bergview().catalog("lake"), 1);
      shop.serving().look();
      String line = "bergview_view_staleness_seconds{view=\"DailyRevenue\"}";
      assertThat(metric(shop, line)).isPositive();
      assertThat(metric(shop, "bergview_views{state=\"stale\"}")).isEqualTo(1);
      shop.refresh("DailyRevenue");
      assertThat(metric(shop, line)).isZero();
      shop.bergview().dropView("DailyRevenue");
      shop.serving().look();
      assertThat(shop.get("/metrics").body()).doesNotContain(line);
    }
  }
}
