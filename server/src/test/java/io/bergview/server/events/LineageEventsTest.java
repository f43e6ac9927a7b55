package io.bergview.server.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import io.bergview.api.Bergview;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.settings.LineageEventSettings;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineageEventsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final RefreshTrigger TICK = new RefreshTrigger.ScheduleTick(NOW.minusSeconds(60));
  private static final String VIEW = "GoldRevenue";

  @TempDir private static Path folder;
  private static Bergview bergview;
  private static RefreshResult result;
  private final List<String> outcomes = new CopyOnWriteArrayList<>();
  private final UUID run = UUID.randomUUID();

  @BeforeAll
  static void shop() throws IOException {
    Files.writeString(folder.resolve("bergview.yaml"), "");
    Files.createDirectories(folder.resolve("types"));
    for (Map.Entry<String, String> type : Shop.entityTypes().entrySet()) {
      Files.writeString(folder.resolve("types").resolve(type.getKey()), type.getValue());
    }
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(
        folder.resolve("views/GoldRevenue.yaml"),
        """
        $type: GoldRevenue
        $from: Order
        $filter: {customer.tier: gold}
        $groupBy: [status, {month: $created_at}]
        $compute:
          orders: {$count: '*'}
          revenue: {$sum: total}
        """);
    bergview = Bergview.open(folder);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.01, 5), Progress.SILENT);
    bergview.apply();
    result = bergview.refreshView(RefreshRequest.of(VIEW)).done().get(0);
    Shop.change(bergview.catalog("lake"), 1);
  }

  @AfterAll
  static void close() {
    bergview.close();
  }

  private LineageEvents events(Map<String, Object> transport) {
    return LineageEvents.to(
        new LineageEventSettings(transport, Optional.of("trial")),
        bergview::provenance,
        text -> text.replace("s3cret", "***"),
        outcomes::add,
        Clock.systemUTC());
  }

  private UpkeepEvent started(int attempt) {
    return new UpkeepEvent.Started(VIEW, NOW, run, TICK, attempt, Duration.ZERO);
  }

  private UpkeepEvent failed(ErrorCode code, Optional<Instant> retryAt) {
    return new UpkeepEvent.Failed(
        VIEW, NOW, run, TICK, 1, new SourceException(code, "s3cret is gone"), retryAt);
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(JsonMapper.builder().build().readTree(line));
    }
    return lines;
  }

  private List<JsonNode> sent(UpkeepEvent... events) throws IOException {
    Path file = folder.resolve(UUID.randomUUID() + ".ndjson");
    try (LineageEvents sender = events(Map.of("type", "file", "location", file.toString()))) {
      for (UpkeepEvent event : events) {
        sender.on(event);
      }
    }
    return lines(file);
  }

  @Test
  void aRunHasOneStartAndOneEndForAnyNumberOfAttempts() throws IOException {
    UpkeepEvent done = new UpkeepEvent.Completed(VIEW, NOW, run, TICK, 2, result);
    List<JsonNode> sent =
        sent(
            started(1),
            failed(ErrorCode.SOURCE_SCHEMA_CHANGED, Optional.of(NOW)),
            started(2),
            done,
            failed(ErrorCode.SOURCE_SCHEMA_CHANGED, Optional.empty()),
            failed(ErrorCode.CANCELLED, Optional.empty()));
    assertThat(sent)
        .extracting(event -> event.get("eventType").asText())
        .containsExactly("START", "RUNNING", "COMPLETE", "FAIL", "ABORT");
    assertThat(sent)
        .allSatisfy(
            event -> {
              assertThat(event.get("eventTime").asText()).startsWith("2026-03-01T12:00:00");
              assertThat(event.get("schemaURL").asText()).contains("openlineage.io/spec");
              assertThat(event.get("producer").asText()).startsWith("urn:bergview:");
              assertThat(event.at("/run/runId").asText()).isEqualTo(run.toString());
              assertThat(event.at("/run/facets/nominalTime/nominalStartTime").asText())
                  .startsWith("2026-03-01T11:59:00");
              assertThat(event.at("/run/facets/processing_engine/name").asText())
                  .isEqualTo("bergview");
              assertThat(event.at("/job/namespace").asText()).isEqualTo("trial");
              assertThat(event.at("/job/name").asText()).isEqualTo(VIEW);
              assertThat(event.at("/job/facets/jobType/integration").asText())
                  .isEqualTo("BERGVIEW");
              assertThat(event.at("/job/facets/documentation/description").asText())
                  .contains("\"$from\":\"Order\"");
            });
    assertThat(sent.get(3).at("/run/facets/errorMessage/message").asText())
        .isEqualTo("SOURCE_SCHEMA_CHANGED: *** is gone");
    assertThat(outcomes).hasSize(5).containsOnly("sent");
  }

  @Test
  void aCompletedRunNamesTheSnapshotsThatItReadAndTheOneThatItMade() throws IOException {
    JsonNode sent = sent(new UpkeepEvent.Completed(VIEW, NOW, run, TICK, 1, result)).get(0);
    long ordersNow =
        bergview
            .catalog("lake")
            .loadTable(TableIdentifier.of("shop", "orders"))
            .currentSnapshot()
            .snapshotId();
    assertThat(sent.get("inputs"))
        .extracting(
            input -> input.get("namespace").asText(),
            input -> input.get("name").asText(),
            input -> input.at("/facets/symlinks/identifiers/0/name").asText())
        .containsExactlyInAnyOrder(
            tuple("file", folder + "/warehouse/shop/orders", "shop.orders"),
            tuple("file", folder + "/warehouse/shop/customers", "shop.customers"));
    JsonNode orders =
        StreamSupport.stream(sent.get("inputs").spliterator(), false)
            .filter(input -> input.get("name").asText().endsWith("orders"))
            .findFirst()
            .orElseThrow();
    String version = orders.at("/facets/version/datasetVersion").asText();
    assertThat(version).matches("\\d+").isNotEqualTo(Long.toString(ordersNow));
    assertThat(orders.at("/facets/schema/fields"))
        .extracting(field -> field.get("name").asText())
        .contains("total", "status", "created_at");

    JsonNode output = sent.at("/outputs/0");
    assertThat(output.at("/facets/version/datasetVersion").asText())
        .isEqualTo(Long.toString(result.snapshotId()));
    assertThat(output.at("/outputFacets/outputStatistics/rowCount").asLong())
        .isEqualTo(result.rowsAdded());
    assertThat(output.at("/outputFacets/outputStatistics/size").asLong()).isPositive();
    assertThat(output.at("/facets/schema/fields"))
        .extracting(field -> field.get("name").asText())
        .containsExactly("status", "created_at_month", "orders", "revenue");
  }

  @Test
  void columnsAreFollowedToTheColumnsTheyComeFrom() throws IOException {
    JsonNode lineage = sent(started(1)).get(0).at("/outputs/0/facets/columnLineage");
    assertThat(lineage.at("/fields/status/inputFields/0/field").asText()).isEqualTo("status");
    assertThat(lineage.at("/fields/status/inputFields/0/transformations/0/subtype").asText())
        .isEqualTo("IDENTITY");
    assertThat(lineage.at("/fields/revenue/inputFields/0/field").asText()).isEqualTo("total");
    assertThat(lineage.at("/fields/revenue/inputFields/0/transformations/0/subtype").asText())
        .isEqualTo("AGGREGATION");
    assertThat(lineage.at("/fields/created_at_month/inputFields/0/transformations/0/type").asText())
        .isEqualTo("DIRECT");
    assertThat(lineage.get("fields").has("orders")).isFalse();
    List<String> rows = new ArrayList<>();
    lineage
        .get("dataset")
        .forEach(
            field ->
                field
                    .get("transformations")
                    .forEach(
                        how ->
                            rows.add(
                                field.get("field").asText() + " " + how.get("subtype").asText())));
    assertThat(rows)
        .containsExactlyInAnyOrder(
            "customer_id JOIN",
            "customer_id JOIN",
            "tier FILTER",
            "status GROUP_BY",
            "created_at GROUP_BY");
  }

  @Test
  void aReceiverGetsTheEventsOverHttp() throws IOException {
    List<String> bodies = new CopyOnWriteArrayList<>();
    List<String> keys = new CopyOnWriteArrayList<>();
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/api/v1/lineage",
        request -> {
          bodies.add(new String(request.getRequestBody().readAllBytes(), UTF_8));
          keys.add(request.getRequestHeaders().getFirst("Authorization"));
          request.sendResponseHeaders(201, -1);
          request.close();
        });
    receiver.start();
    try (LineageEvents sender =
        events(
            Map.of(
                "type",
                "http",
                "url",
                "http://127.0.0.1:" + receiver.getAddress().getPort(),
                "auth",
                Map.of("type", "api_key", "apiKey", "the-key")))) {
      sender.on(started(1));
    } finally {
      receiver.stop(1);
    }
    assertThat(bodies).singleElement().asString().contains("\"eventType\":\"START\"");
    assertThat(keys).containsExactly("Bearer the-key");
  }

  @Test
  void aReceiverThatIsNotThereIsCountedAndNothingElse() {
    try (LineageEvents sender = events(Map.of("type", "http", "url", "http://127.0.0.1:1"))) {
      sender.on(started(1));
    }
    assertThat(outcomes).containsExactly("failed");
  }

  @Test
  void aFileThatCannotBeWrittenIsCountedAndWorksAgainLater() throws IOException {
    Path file = folder.resolve("in/the/way");
    Files.createDirectories(file);
    try (LineageEvents events = events(Map.of("type", "file", "location", file.toString()))) {
      events.on(started(1));
      events.on(started(1));
      await(2);
      Files.delete(file);
      events.on(started(1));
    }
    assertThat(outcomes).containsExactly("failed", "failed", "sent");
    assertThat(lines(file)).hasSize(1);
  }

  private void await(int events) {
    while (outcomes.size() < events) {
      Thread.onSpinWait();
    }
  }

  @Test
  void droppedViewIsReportedWithoutItsTables() throws IOException {
    JsonNode sent = sent(new UpkeepEvent.Started("Gone", NOW, run, TICK, 1, Duration.ZERO)).get(0);
    assertThat(sent.at("/job/name").asText()).isEqualTo("Gone");
    assertThat(sent.get("inputs")).isEmpty();
    assertThat(sent.get("outputs")).isEmpty();
  }

  @Test
  void whatTheClientDoesNotTakeIsSaidAtTheStart() {
    assertThatThrownBy(
            () -> events(Map.of("type", "http", "url", "http://x", "timeoutInMillis", "a")))
        .isInstanceOfSatisfying(
            BergviewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROJECT_INVALID))
        .hasMessageContaining("serve.open-lineage.transport");
  }
}
