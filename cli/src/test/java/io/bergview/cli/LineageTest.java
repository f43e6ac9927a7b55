package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.api.Bergview;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.graph.Direction;
import io.bergview.staleness.graph.LineageGraph;
import io.bergview.staleness.graph.LineageNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code lineage} and {@code refreshView --upstream}, over a small shop; tests that change it have
 * their own.
 */
class LineageTest {
  @TempDir private static Path shared;
  private static Cli cli;

  @BeforeAll
  static void project() {
    cli = shop(shared);
  }

  /** A project of four views, three of them refreshed. */
  private static Cli shop(Path folder) {
    Cli cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.005");
    cli.write(
        "views/BestDays.yaml", "$type: BestDays\n$from: DailyRevenue\n$filter: {status: paid}\n");
    cli.write(
        "views/Summary.yaml",
        "$type: Summary\n$from: BestDays\n$groupBy: []\n$compute: {days: {$count: '*'}}\n");
    cli.done("apply");
    cli.done("refreshView", "Summary", "--upstream");
    return cli;
  }

  @Test
  void upstreamRefreshesTheChainAndNothingElse(@TempDir Path folder) {
    Cli cli = shop(folder);
    cli.done("generate", "shop", "--changes", "1");
    JsonNode done = cli.done("refreshView", "Summary", "--upstream", "--json").json();
    assertThat(done)
        .extracting(result -> result.get("view").asText())
        .containsExactly("DailyRevenue", "BestDays", "Summary");
    assertThat(cli.done("listViews").out())
        .containsPattern("Summary +fresh ")
        .containsPattern("OrderDetails +invalid ");
    assertThat(cli.done("refreshView", "--all", "--upstream").out())
        .contains("Summary: skip", "OrderDetails: full");
  }

  @Test
  void viewIsDrawnWithItsUpstreamAndDownstream(@TempDir Path folder) {
    Cli cli = shop(folder);
    cli.done("generate", "shop", "--changes", "1");
    String out = cli.done("lineage", "BestDays").out();
    assertThat(out)
        .startsWith("BestDays  stale: UPSTREAM_STALE\nSource shop_views.daily_revenue is stale")
        .contains(
            "\nderived from\n└─ DailyRevenue  stale: SOURCE_CHANGED\n   └─ shop.orders  read ")
        .containsPattern("read \\d+, now \\d+, \\d snapshots behind\n")
        .endsWith("\nread by\n└─ Summary  stale: UPSTREAM_STALE\n");
    assertThat(cli.done("lineage", "BestDays", "--up").out()).doesNotContain("read by");
    assertThat(cli.done("lineage", "BestDays", "--down").out()).doesNotContain("derived from");
    assertThat(cli.done("lineage", "BestDays", "--up", "--down").out()).isEqualTo(out);
    assertThat(cli.done("lineage", "shop.orders", "--down").out())
        .contains("DailyRevenue", "Summary", "OrderDetails  invalid: NEVER_REFRESHED");
  }

  @Test
  void wholeProjectIsDrawnWithoutAName() {
    assertThat(cli.done("lineage").out())
        .contains("Summary  fresh\n└─ BestDays  fresh\n   └─ DailyRevenue  fresh\n")
        .contains("OrderDetails  invalid: NEVER_REFRESHED\n")
        .contains("not read yet");
  }

  @Test
  void jsonHasNodesAndEdges() {
    JsonNode json = cli.done("lineage", "BestDays", "--json").json();
    assertThat(json.get("focus").asText()).isEqualTo("shop_views.best_days");
    assertThat(json.get("nodes"))
        .extracting(node -> node.get("name").asText())
        .containsExactly("shop.orders", "DailyRevenue", "BestDays", "Summary");
    assertThat(json.get("edges"))
        .hasSize(3)
        .allMatch(edge -> edge.get("snapshotsBehind").asInt() == 0);
    assertThat(cli.done("lineage", "BestDays", "--format", "json").json()).isEqualTo(json);
    assertThat(cli.done("lineage", "--json").json().get("focus").isNull()).isTrue();
    assertThat(cli.done("lineage", "BestDays", "--format", "mermaid", "--json").out())
        .startsWith("flowchart LR");
  }

  @Test
  void pictureGoesToAFile() throws Exception {
    Cli.Result result = cli.done("lineage", "--format", "svg", "-o", "lineage.svg");
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("written to lineage.svg");
    assertThat(Files.readString(shared.resolve("lineage.svg")))
        .startsWith("<svg ")
        .endsWith("</svg>\n");
    assertThat(cli.done("lineage", "--format", "svg").out()).startsWith("<svg ");
    assertThat(cli.run("lineage", "--format", "svg", "-o", "nope/lineage.svg").exitCode())
        .isEqualTo(1);
  }

  @Test
  void wrongQueriesAreRefused() {
    assertThat(cli.run("lineage", "BestDay").exitCode()).isEqualTo(3);
    assertThat(cli.run("lineage", "BestDay").err())
        .startsWith("error VIEW_NOT_FOUND: ")
        .contains("did you mean 'BestDays'");
    assertThat(cli.run("lineage", "--up").exitCode()).isEqualTo(2);
    assertThat(cli.run("lineage", "--format", "svgg").err())
        .startsWith("error USAGE: ")
        .contains("did you mean 'svg'");
  }

  @Test
  void whatCannotBeReadIsSaidAndHidesNothing(@TempDir Path folder) {
    Cli cli = shop(folder);
    try (Bergview bergview = Bergview.open(folder)) {
      Table view =
          bergview.catalog("lake").loadTable(TableIdentifier.of("shop_views", "best_days"));
      view.updateProperties().set("bergview.definition", "{").commit();
      bergview.catalog("lake").dropTable(TableIdentifier.of("shop", "products"), false);
    }
    Cli.Result result = cli.run("lineage");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("error FORMAT_UNSUPPORTED: ");
    assertThat(result.out())
        .contains("BestDays  invalid: UNREADABLE")
        .contains("shop.orders  read ")
        .contains("shop.products  missing, not read yet");
  }

  @Test
  void facadeHasTheSameGraph() {
    try (Bergview bergview = Bergview.open(shared)) {
      LineageGraph graph = bergview.lineage("Summary", Direction.UP);
      assertThat(graph.nodes())
          .extracting(LineageNode::name)
          .isEqualTo(List.of("shop.orders", "DailyRevenue", "BestDays", "Summary"));
      assertThat(graph.nodes())
          .filteredOn(LineageNode.View.class::isInstance)
          .allMatch(node -> ((LineageNode.View) node).state().state() == Freshness.FRESH);
      assertThat(graph.edges()).allMatch(edge -> edge.readSnapshotId() == edge.currentSnapshotId());
    }
  }
}
