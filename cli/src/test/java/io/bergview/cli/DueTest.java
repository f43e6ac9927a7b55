package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code refreshView --due}, and what other commands report schedules. */
class DueTest {
  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void shop() throws IOException {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.005");
    Files.writeString(
        folder.resolve("views/Nightly.yaml"),
        """
        $type: Nightly
        $from: Order
        $groupBy: [status]
        $compute: {orders: {$count: '*'}}
        $refresh: {mode: scheduled, schedule: '0 0 29 2 *'}
        """);
    cli.done("apply");
  }

  @Test
  void whatIsDueIsShownThenDoneAndThenNoMore() {
    assertThat(cli.done("refreshView", "--due", "--dry-run").out())
        .contains("Nightly  yes  ", "has not been refreshed yet")
        .doesNotContain("OrderDetails");
    JsonNode due = cli.done("refreshView", "--due", "--dry-run", "--json").json();
    assertThat(due).hasSize(1);
    assertThat(due.get(0).get("view").asText()).isEqualTo("Nightly");
    assertThat(due.get(0).get("mode").asText()).isEqualTo("scheduled");
    assertThat(due.get(0).get("verdict").asText()).isEqualTo("due");
    assertThat(Instant.parse(due.get(0).get("tick").asText())).isBefore(Instant.now());
    assertThat(Instant.parse(due.get(0).get("nextTick").asText())).isAfter(Instant.now());

    assertThat(cli.done("refreshView", "--due").out()).startsWith("Nightly: full, ");
    assertThat(cli.done("refreshView", "--due").out()).isEqualTo("Nothing is due.\n");
    assertThat(cli.done("refreshView", "--due", "--json").json()).isEmpty();
    assertThat(cli.done("refreshView", "--due", "--dry-run", "--json").json().get(0).get("verdict"))
        .hasToString("\"not-due\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--all", "--full", "Nightly"})
  void nothingElseGoesWithIt(String other) {
    Cli.Result result = cli.run("refreshView", "--due", other);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("USAGE", "only with --upstream, --fail-on and --dry-run");
  }

  @Test
  void nextTickIsShownWithTheState() {
    String next = cli.done("getViewState", "Nightly", "--json").json().get("nextTick").asText();
    assertThat(next).contains("-02-29T00:00:00Z");
    assertThat(cli.done("getViewState", "Nightly").out())
        .contains("next tick     " + next + ", in ");
    assertThat(cli.done("explainView", "Nightly").out()).contains("next tick " + next);
    assertThat(cli.done("listViews").out()).contains("NEXT", "scheduled  in ");
    for (JsonNode view : cli.done("listViews", "--json").json()) {
      boolean scheduled = view.get("view").asText().equals("Nightly");
      assertThat(view.get("nextTick").isNull()).isEqualTo(!scheduled);
    }
  }

  @Test
  void aProjectWithoutSchedulesSaysSo() throws IOException {
    cli.done("dropView", "Nightly", "--yes");

    assertThat(cli.done("refreshView", "--due", "--dry-run").out())
        .isEqualTo("No view has a schedule or follows its tables; all are refreshed by hand.\n");
    assertThat(cli.done("refreshView", "--due").out()).isEqualTo("Nothing is due.\n");
  }
}
