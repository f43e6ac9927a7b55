package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vacuumView} and {@code compactView}, over a small shop. */
class MaintenanceTest {
  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.01");
    cli.done("apply");
  }

  @Test
  void vacuumSaysWhatItFreesAndWhatItWouldFree() {
    for (int i = 0; i < 4; i++) {
      cli.done("refreshView", "OrderDetails", "--full");
    }
    String[] now = {"vacuumView", "OrderDetails", "--retention-days", "0", "--json"};
    JsonNode forecast = cli.done(and(now, "--dry-run")).json().get(0);
    JsonNode done = cli.done(now).json().get(0);
    assertThat(forecast.get("dryRun").asBoolean()).isTrue();
    assertThat(done.get("dryRun").asBoolean()).isFalse();
    assertThat(done.get("snapshotsKept").asInt()).isEqualTo(2);
    assertThat(done.get("retention").asText()).isEqualTo("PT0S");
    assertThat(done.get("freed")).isEqualTo(forecast.get("freed"));
    assertThat(done.get("freed").get("snapshots").asInt()).isEqualTo(2);
    assertThat(done.get("freed").get("dataFiles").asInt()).isEqualTo(2);
    assertThat(done.get("freed").get("bytes").asLong()).isPositive();
    assertThat(cli.done("vacuum-view", "OrderDetails").out())
        .containsPattern("VIEW +SNAPSHOTS +DATA +DELETES")
        .containsPattern("OrderDetails +0 +0 +0 +0 +0 +0 +0 +0 B +2");
    assertThat(cli.done("verifyView", "OrderDetails").out()).contains("is what a recompute gives");
  }

  private static String[] and(String[] args, String more) {
    String[] all = java.util.Arrays.copyOf(args, args.length + 1);
    all[args.length] = more;
    return all;
  }

  @Test
  void compactionSaysWhatItDidAndHistoryShowsIt() {
    cli.done("alterView", "OrderDetails", "--set", "projection=oltp");
    cli.done("refreshView", "OrderDetails");
    for (int i = 0; i < 5; i++) {
      cli.done("generate", "shop", "--changes", "1");
      cli.done("refreshView", "OrderDetails");
    }
    assertThat(cli.done("compact-view", "OrderDetails", "--dry-run").out())
        .matches("(?s)OrderDetails: \\d files? \\(.*\\) would be rewritten.*");
    assertThat(cli.done("compactView", "OrderDetails").out())
        .matches(
            "(?s)OrderDetails: \\d files? \\(.*\\) rewritten as 1 \\(.*delete files? folded in\n");
    JsonNode again = cli.done("compactView", "OrderDetails", "--json").json().get(0);
    assertThat(again.get("filesRewritten").asInt()).isZero();
    assertThat(cli.done("history", "OrderDetails").out()).containsPattern("maintenance +replace");
    assertThat(cli.done("getViewState", "OrderDetails").out()).contains("OrderDetails is fresh");
    assertThat(cli.done("refreshView", "OrderDetails").out()).contains("skip");
  }

  @Test
  void whatWasLeftUndoneIsSaidOnStandardError() {
    Cli.Result result = cli.done("compactView", "--all");
    assertThat(result.out()).contains("OrderDetails: nothing to do\n");
    assertThat(result.err()).contains("OrderDetails: it has not been refreshed yet\n");
    assertThat(cli.done("compactView", "--all", "--quiet").err()).isEmpty();
  }

  @Test
  void badInputIsRefused() {
    Cli.Result nothing = cli.run("vacuumView");
    assertThat(nothing.exitCode()).isEqualTo(2);
    assertThat(nothing.err()).contains("Name the views, or use --all, but not both");
    assertThat(cli.run("compactView", "OrderDetails", "--all").exitCode()).isEqualTo(2);
    Cli.Result negative = cli.run("vacuumView", "--all", "--retention-days", "-1");
    assertThat(negative.exitCode()).isEqualTo(2);
    assertThat(negative.err()).contains("--retention-days must be 0 or more, not -1");
    assertThat(cli.run("vacuumView", "--all", "--retention-days", "soon").exitCode()).isEqualTo(2);
    Cli.Result unknown = cli.run("compactView", "OrderDetail");
    assertThat(unknown.exitCode()).isEqualTo(3);
    assertThat(unknown.err()).contains("did you mean 'OrderDetails'?");
  }
}
