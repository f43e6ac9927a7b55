package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bergview.api.Bergview;
import io.bergview.fixtures.Compaction;
import io.bergview.server.events.LineageEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** OpenLineage events of commands. */
@Tag("contract")
class PublishedRefreshEventsTest {
  /** What a command may take beyond its refresh: two seconds of patience, and closing. */
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(15);

  @TempDir private Path folder;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Cli cli;

  @BeforeEach
  void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.01");
    cli.done("apply", "--quiet");
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void detach() {
    logger().detachAppender(log);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(LineageEvents.class);
  }

  private void transport(String transport) {
    cli.write("bergview.yaml", "serve: {open-lineage: {transport: {%s}}}\n".formatted(transport));
  }

  private List<JsonNode> told() throws IOException {
    List<JsonNode> events = new ArrayList<>();
    Path file = folder.resolve("events.ndjson");
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        events.add(JsonMapper.builder().build().readTree(line));
      }
      Files.delete(file);
    }
    return events;
  }

  private static List<String> words(List<JsonNode> events) {
    return events.stream()
        .map(event -> event.get("eventType").asText() + " " + event.at("/job/name").asText())
        .toList();
  }

  @Test
  void refreshViewReportsTheSnapshotOfEachView() throws IOException {
    transport("type: file, location: events.ndjson");
    cli.done("refreshView", "--all", "--dry-run");
    assertThat(told()).as("of a dry run").isEmpty();

    JsonNode results = cli.done("refreshView", "DailyRevenue", "OrderDetails", "--json").json();

    List<JsonNode> events = told();
    assertThat(words(events))
        .containsExactly(
            "START DailyRevenue",
            "COMPLETE DailyRevenue",
            "START OrderDetails",
            "COMPLETE OrderDetails");
    JsonNode completed = events.get(1);
    assertThat(completed.at("/run/runId")).isEqualTo(events.get(0).at("/run/runId"));
    assertThat(completed.at("/outputs/0/facets/version/datasetVersion").asText())
        .isEqualTo(results.get(0).get("snapshotId").asText());
    assertThat(completed.at("/outputs/0/facets/columnLineage/fields").size()).isPositive();
    assertThat(completed.get("inputs")).isNotEmpty();
    assertThat(completed.at("/run/facets/bergview_refresh/occasion").asText()).isEqualTo("asked");

    cli.done("refreshView", "DailyRevenue");
    assertThat(told().get(1).at("/run/facets/bergview_refresh/skipped").asBoolean()).isTrue();
  }

  @Test
  void dueViewsAreReportedWithTheirTick() throws IOException {
    transport("type: file, location: events.ndjson");
    cli.write(
        "views/Hourly.yaml",
        """
        $type: Hourly
        $from: Order
        $groupBy: [status]
        $compute: {orders: {$count: '*'}}
        $refresh: {mode: scheduled, schedule: '@hourly'}
        """);
    cli.done("apply", "--quiet");

    cli.done("refreshView", "--due");

    List<JsonNode> ofView =
        told().stream().filter(event -> event.at("/job/name").asText().equals("Hourly")).toList();
    assertThat(words(ofView)).containsExactly("START Hourly", "COMPLETE Hourly");
    assertThat(ofView.get(1).at("/run/facets/nominalTime/nominalStartTime").asText())
        .matches(".*T\\d\\d:00:00.*");
  }

  @Test
  void failedRefreshIsPublishedAsFailed() throws IOException {
    transport("type: file, location: events.ndjson");
    cli.done("refreshView", "OrderDetails");
    cli.done("alterView", "OrderDetails", "--set", "refresh.policy=strict");
    cli.done("generate", "shop", "--changes", "1");
    try (Bergview bergview = Bergview.open(folder)) {
      Table orders = bergview.catalog("lake").loadTable(TableIdentifier.of("shop", "orders"));
      orders.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    }
    told();

    assertThat(cli.run("refreshView", "OrderDetails").exitCode()).isEqualTo(5);

    List<JsonNode> events = told();
    assertThat(words(events)).containsExactly("START OrderDetails", "FAIL OrderDetails");
    assertThat(events.get(1).at("/run/facets/errorMessage/message").asText())
        .startsWith("POLICY_REFUSED: ");
  }

  @Test
  void repairIsPublishedAndComparisonIsNot() throws IOException {
    cli.done("refreshView", "OrderDetails");
    transport("type: file, location: events.ndjson");
    try (Bergview bergview = Bergview.open(folder)) {
      Compaction.falsify(
          bergview.catalog("lake").loadTable(TableIdentifier.of("shop_views", "order_details")),
          rows -> rows.subList(1, rows.size()));
    }
    assertThat(cli.run("verifyView", "OrderDetails").exitCode()).isEqualTo(1);
    assertThat(told()).isEmpty();

    JsonNode repaired = cli.done("verifyView", "OrderDetails", "--repair", "--json").json();

    List<JsonNode> events = told();
    assertThat(words(events)).containsExactly("START OrderDetails", "COMPLETE OrderDetails");
    JsonNode output = events.get(1).at("/outputs/0");
    assertThat(output.at("/facets/version/datasetVersion").asText())
        .isEqualTo(repaired.at("/repaired/snapshotId").asText());
    assertThat(output.at("/outputFacets/outputStatistics/size").asLong()).isPositive();
    assertThat(events.get(1).at("/run/facets/bergview_refresh/reason").asText())
        .isEqualTo("REPAIRED");
  }

  @Test
  void aReceiverThatIsNotThereIsWarnedOfOnce() {
    transport("type: http, url: 'http://127.0.0.1:1'");

    cli.done("refreshView", "DailyRevenue", "OrderDetails");

    assertThat(warnings()).singleElement().asString().contains("was not sent");
  }

  @Test
  void anUnresponsiveReceiverDoesNotBlockRefreshes() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      transport(
          "type: http, timeoutInMillis: 600000, url: 'http://127.0.0.1:%d'"
              .formatted(silent.getLocalPort()));
      Instant began = Instant.now();

      cli.done("refreshView", "DailyRevenue", "OrderDetails");

      assertThat(Duration.between(began, Instant.now())).isLessThan(LONGEST_DELAY);
    }
    assertThat(warnings()).singleElement().asString().contains("4 were not sent in time");
  }

  private List<String> warnings() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
