package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bergview.api.Bergview;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code refreshView --due} over views in mode manual, and what is said of those. */
class DueCascadesTest {
  private static final String TOTALS =
      """
      $type: Totals
      $from: Order
      $groupBy: [status]
      $compute: {orders: {$count: '*'}}
      """;
  private static final String ALONE = "$refresh: {cascade: false}\n";
  private static final String STALLED =
      "View Large is streaming and reads view Totals, which nothing refreshes ($refresh.cascade is"
          + " false): it gets nothing new until somebody refreshes ";

  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void shop() {
    cli = Cli.in(folder);
    cli.done("init", "--empty");
    cli.done("generate", "shop", "--scale", "0.005");
    cli.write("views/Totals.yaml", TOTALS);
    cli.write("views/Large.yaml", "$type: Large\n$from: Totals\n$refresh: streaming\n");
  }

  private void change() {
    cli.done("generate", "shop", "--changes", "1", "--kind", "insert");
  }

  private List<JsonNode> told() throws IOException {
    List<JsonNode> told = new ArrayList<>();
    Path file = folder.resolve("told");
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        told.add(JsonMapper.builder().build().readTree(line));
      }
    }
    return told;
  }

  @Test
  void theUpstreamComesAlongAndNothingIsSaidAgainstIt() {
    assertThat(cli.done("apply").out()).doesNotContain("warning");
    assertThat(cli.done("refreshView", "--due", "--fail-on", "stale").out())
        .contains("Totals: full", "Large: full");
    change();
    assertThat(cli.done("refreshView", "--due", "--fail-on", "stale").out())
        .contains("Totals: merge", "Large: merge");
    assertThat(cli.done("refreshView", "--due").out()).isEqualTo("Nothing is due.\n");
  }

  @Test
  void whereNothingRefreshesTheUpstreamEveryWayOfDefiningWarns() {
    cli.write("views/Totals.yaml", TOTALS + ALONE);

    for (String[] apply : new String[][] {{"apply", "--plan"}, {"apply"}, {"apply"}}) {
      assertThat(cli.done(apply).out())
          .contains("warning: " + STALLED + "that one", "warning: " + STALLED + "this one");
    }
    JsonNode steps = cli.done("apply", "--plan", "--json").json().get("steps");
    assertThat(steps).allSatisfy(step -> assertThat(step.get("warnings")).hasSize(1));
    assertThat(cli.done("defineView", "-f", folder.resolve("views/Large.yaml").toString()).out())
        .contains("warning: " + STALLED + "that one");
    String[] alter = {"alterView", "Totals", "--set", "refresh.retries=2"};
    assertThat(cli.done(alter).out()).contains("warning: " + STALLED + "this one");
    assertThat(cli.done("alterView", "Totals", "--unset", "refresh.cascade").out())
        .contains("(free)")
        .doesNotContain("warning");
    JsonNode large = cli.done("alterView", "Large", "--set", "refresh.retries=2", "--json").json();
    assertThat(large.get("warnings")).isEmpty();
  }

  @Test
  void viewThatStaysStaleFailsWithFailOnStaleAndUpstreamRepairsIt() {
    cli.write("views/Totals.yaml", TOTALS + ALONE);
    cli.done("apply");
    cli.done("refreshView", "--all");
    change();

    assertThat(cli.done("refreshView", "--due").out()).startsWith("Large: skip. UPSTREAM_STALE");
    assertThat(cli.run("refreshView", "--due", "--fail-on", "stale").exitCode()).isEqualTo(1);
    assertThat(cli.run("refreshView", "Large", "--fail-on", "stale").exitCode()).isEqualTo(1);
    assertThat(cli.run("refreshView", "Large", "--fail-on", "stal").exitCode()).isEqualTo(2);
    assertThat(cli.done("refreshView", "--due", "--upstream", "--fail-on", "stale").out())
        .contains("Totals: merge", "Large: merge");
  }

  @Test
  void hooksRunOnceForConcurrentDueCalls() throws IOException {
    cli.write(
        "bergview.yaml",
        """
        serve:
          attempts: 1
          hooks:
            - {on: [upstream-stale, failure, recovered], command: [sh, -c, 'cat >> told']}
        """);
    cli.write("views/Totals.yaml", TOTALS + ALONE);
    cli.done("apply");
    cli.done("refreshView", "--all");
    change();

    cli.done("refreshView", "--due");
    cli.done("refreshView", "--due");
    assertThat(told()).hasSize(1);
    assertThat(told().get(0).get("event").asText()).isEqualTo("upstream-stale");
    assertThat(told().get(0).get("view").asText()).isEqualTo("Large");
    assertThat(told().get(0).get("occasion").asText()).isEqualTo("change");
    assertThat(folder.resolve(".bergview/hooks.json")).exists();
    cli.done("refreshView", "--due", "--upstream");
    assertThat(told()).hasSize(2);
    assertThat(told().get(1).get("event").asText()).isEqualTo("recovered");
    assertThat(told().get(1).get("from").asText()).isEqualTo("upstream-stale");
    assertThat(folder.resolve(".bergview/hooks.json")).doesNotExist();
  }

  @Test
  void failureIsReportedAfterItsLastAttempt() throws IOException {
    cli.write(
        "bergview.yaml",
        """
        serve:
          attempts: 2
          backoff: 1ms
          hooks:
            - {on: failure, views: Large, command: [sh, -c, 'cat >> told']}
        """);
    cli.done("apply");
    cli.done("refreshView", "--due");
    try (Bergview bergview = Bergview.open(folder)) {
      bergview.catalog("lake").dropTable(TableIdentifier.of("shop", "orders"), false);
    }

    assertThat(cli.run("refreshView", "--due").exitCode()).as("the first").isNotZero();
    assertThat(told()).isEmpty();
    assertThat(cli.run("refreshView", "--due").exitCode()).as("the second").isNotZero();
    assertThat(told()).hasSize(1);
    assertThat(told().get(0).get("event").asText()).isEqualTo("failure");
    assertThat(told().get(0).get("attempts").asInt()).isEqualTo(2);
    assertThat(told().get(0).get("message").asText())
        .contains("since it reads Totals, whose refresh failed with SOURCE_NOT_FOUND: ");
    cli.run("refreshView", "--due");
    assertThat(told()).hasSize(1);
  }
}
