package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code alterView}, over a small shop. */
class AlterViewTest {
  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.005");
    cli.done("apply");
    cli.done("refreshView", "OrderDetails");
  }

  private String state() {
    return cli.done("getViewState", "OrderDetails", "--json").json().get("state").asText();
  }

  @Test
  void changesAreReportedWithTheirCostAndTheDifferingFile() {
    String[] change = {
      "alterView",
      "OrderDetails",
      "--set",
      "refresh.policy=strict",
      "--set",
      "sortBy=[order_id]",
      "--unset",
      "refresh.maxDelta"
    };
    String planned = cli.done(plus(change, "--plan")).out();
    assertThat(planned)
        .startsWith("would alter OrderDetails (table shop_views.order_details)\n")
        .contains("$refresh.policy: ", "\"strict\"  (free)\n")
        .contains("$sortBy: [\"order_id\"]  (files written from now on)\n")
        .contains("next refresh: skip. UP_TO_DATE: ")
        .contains("refreshView --full rewrites them")
        .contains(
            "views/OrderDetails.yaml defines the view differently: the next apply changes it");
    assertThat(cli.done(change).out()).isEqualTo(planned.replace("would alter ", "altered     "));
    assertThat(state()).isEqualTo("fresh");
    assertThat(cli.done(change).out()).startsWith("unchanged   OrderDetails");
  }

  private static String[] plus(String[] args, String more) {
    String[] all = java.util.Arrays.copyOf(args, args.length + 1);
    all[args.length] = more;
    return all;
  }

  @Test
  void machinesGetTheSame() {
    JsonNode json =
        cli.done("alterView", "OrderDetails", "--set", "refresh.gracePeriod=15m", "--json").json();
    assertThat(json.get("action").asText()).isEqualTo("alter_settings");
    assertThat(json.get("applied").asBoolean()).isTrue();
    JsonNode change = json.get("changes").get(0);
    assertThat(change.get("setting").asText()).isEqualTo("$refresh.gracePeriod");
    assertThat(change.get("cost").asText()).isEqualTo("free");
    assertThat(json.get("nextRefresh").get("kind").asText()).isEqualTo("skip");
    assertThat(json.get("reads")).isEmpty();
    assertThat(json.get("definedOtherwiseIn").asText()).isEqualTo("views/OrderDetails.yaml");
  }

  @Test
  void filesAreBroughtIntoTheNewLayoutAtOnce() {
    String[] change = {"alterView", "OrderDetails", "--set", "shards=3", "--rewrite"};
    assertThat(cli.done(plus(change, "--plan")).out())
        .containsPattern("  would rewrite 1 file \\(.*\\) into the new layout\n");
    String done = cli.done(change).out();
    assertThat(done)
        .startsWith("altered     OrderDetails")
        .containsPattern("  rewriting 1 file \\(.*\\) into the new layout\n")
        .containsPattern("\nOrderDetails: 1 file \\(.*\\) rewritten as 3 \\(.*\\)\n$");
    assertThat(filesOfOtherLayouts()).isEqualTo(0);
    assertThat(state()).isEqualTo("fresh");
    assertThat(cli.done(change).out())
        .startsWith("unchanged   OrderDetails")
        .doesNotContain("rewr");
  }

  /** As where the command was stopped after it had altered the view. */
  @Test
  void aRewriteGoesOn() {
    cli.done("alterView", "OrderDetails", "--set", "shards=3");
    assertThat(filesOfOtherLayouts()).isEqualTo(1);
    assertThat(cli.done("alterView", "OrderDetails", "--set", "shards=3", "--plan").out())
        .startsWith("unchanged   OrderDetails")
        .contains("compactView OrderDetails rewrites 1 file");
    JsonNode json =
        cli.done("alterView", "OrderDetails", "--set", "shards=3", "--rewrite", "--json").json();
    assertThat(json.get("action").asText()).isEqualTo("unchanged");
    assertThat(json.get("rewritten").get("filesRewritten").asInt()).isEqualTo(1);
    assertThat(json.get("rewritten").get("filesWritten").asInt()).isEqualTo(3);
    assertThat(filesOfOtherLayouts()).isEqualTo(0);
  }

  private int filesOfOtherLayouts() {
    return cli.done("explainView", "OrderDetails", "--json")
        .json()
        .get("shards")
        .get("filesOfOtherLayouts")
        .asInt();
  }

  @Test
  void wholeDefinitionIsReportedWithItsSources() {
    cli.write("new.yaml", "$type: OrderDetails\n$from: Order\n$select: [order_id, total]\n");
    String planned = cli.done("alterView", "OrderDetails", "-f", "new.yaml", "--plan").out();
    assertThat(planned)
        .contains("(needs a recompute)")
        .contains("next refresh: full. DEFINITION_CHANGED: ")
        .containsPattern("it reads shop\\.orders \\(50 rows, .*B\\)");
    assertThat(state()).isEqualTo("fresh");
    cli.done("alter-view", "OrderDetails", "-f", "new.yaml");
    assertThat(state()).isEqualTo("invalid");
  }

  @Test
  void badInputIsRefused() {
    Cli.Result unknown = cli.run("alterView", "OrderDetails", "--set", "refresh.polcy=strict");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("did you mean 'refresh.policy'?");
    assertThat(cli.run("alterView", "OrderDetails", "--set", "sortBy").exitCode()).isEqualTo(2);
    assertThat(cli.run("alterView", "OrderDetails").err()).contains("--set SETTING=VALUE");
    assertThat(cli.run("alterView", "Nope", "--unset", "sortBy").exitCode()).isEqualTo(3);
    assertThat(cli.run("alterView", "OrderDetails", "-f", "nope.yaml").exitCode()).isEqualTo(3);
    Cli.Result value = cli.run("alterView", "OrderDetails", "--set", "refresh.policy=lax");
    assertThat(value.exitCode()).isEqualTo(1);
    assertThat(value.err())
        .startsWith("error DEFINITION_INVALID: alterView OrderDetails: $refresh");
    assertThat(state()).isEqualTo("fresh");
  }
}
