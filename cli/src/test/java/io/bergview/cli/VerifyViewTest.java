package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.api.Bergview;
import io.bergview.fixtures.Compaction;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verifyView}, over a small shop. */
class VerifyViewTest {
  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.01");
    cli.done("apply");
    cli.done("refreshView", "OrderDetails");
  }

  /** Other rows in the view's table, in a commit that claims to be a compaction. */
  private void falsify(UnaryOperator<List<Record>> change) {
    try (Bergview bergview = Bergview.open(folder)) {
      Compaction.falsify(
          bergview.catalog("lake").loadTable(TableIdentifier.of("shop_views", "order_details")),
          change);
    }
  }

  private static List<Record> oneOtherStatusOneGone(List<Record> rows) {
    return rows.stream()
        .filter(row -> (Long) row.getField("order_id") != 7)
        .map(
            row -> {
              Record copy = row.copy();
              if ((Long) row.getField("order_id") == 5) {
                copy.setField("status", "lost\u0007");
              }
              return copy;
            })
        .toList();
  }

  @Test
  void aViewThatIsRightIsSaidToBe() {
    assertThat(cli.done("verifyView", "OrderDetails").out())
        .isEqualTo("OrderDetails is what a recompute gives: 100 rows compared\n");
    assertThat(cli.done("verify-view", "OrderDetails", "--sample", "50").out())
        .endsWith(" rows compared, a sample of 50 %\n");
    JsonNode json =
        cli.done("verifyView", "OrderDetails", "--sample", "12.5", "--repair", "--json").json();
    assertThat(json.get("sampled").decimalValue()).isEqualByComparingTo("12.5");
    assertThat(json.get("examples")).isEmpty();
    assertThat(json.get("repaired").isNull()).isTrue();
  }

  @Test
  void aViewThatDiffersIsAFailureUntilItIsRepaired() {
    falsify(VerifyViewTest::oneOtherStatusOneGone);
    Cli.Result text = cli.run("verifyView", "OrderDetails");
    assertThat(text.exitCode()).isEqualTo(1);
    assertThat(text.err())
        .startsWith("error VIEW_DIFFERS: View OrderDetails differs from a recompute: 1 missing,")
        .contains("--repair");
    assertThat(text.out())
        .startsWith("OrderDetails differs from a recompute: 1 missing, 0 unexpected, 1 different;")
        .containsPattern("order_id=5 +different +status +lost\\\\u0007 +[a-z]+")
        .containsPattern("order_id=7 +missing");

    Cli.Result json = cli.run("verifyView", "OrderDetails", "--json");
    assertThat(json.exitCode()).isEqualTo(1);
    assertThat(json.error().get("code").asText()).isEqualTo("VIEW_DIFFERS");
    JsonNode found = json.json();
    assertThat(found.get("missing").asInt()).isEqualTo(1);
    assertThat(found.get("different").asInt()).isEqualTo(1);
    JsonNode different = found.get("examples").get(0);
    assertThat(different.get("kind").asText()).isEqualTo("different");
    assertThat(different.get("key").toString()).isEqualTo("{\"order_id\":5}");
    assertThat(different.get("view").get("status").asText()).isEqualTo("lost\u0007");
    assertThat(different.get("view")).hasSize(1);
    assertThat(different.get("recomputed")).hasSize(1);
    JsonNode missing = found.get("examples").get(1);
    assertThat(missing.get("view").isNull()).isTrue();
    assertThat(missing.get("recomputed").get("order_id").asLong()).isEqualTo(7);

    assertThat(cli.run("verifyView", "OrderDetails", "--limit", "1").out()).contains("and 1 more");
    assertThat(cli.done("verifyView", "OrderDetails", "--repair").out())
        .contains("repaired: merge, 2 rows added, 1 removed");
    cli.done("verifyView", "OrderDetails");
  }

  @Test
  void whatCannotBeVerifiedIsRefused() {
    Cli.Result never = cli.run("verifyView", "DailyRevenue");
    assertThat(never.exitCode()).isEqualTo(5);
    assertThat(never.err()).startsWith("error VIEW_INVALID: View DailyRevenue");
    assertThat(cli.run("verifyView", "Nope").exitCode()).isEqualTo(3);
    assertThat(cli.run("verifyView", "OrderDetails", "--sample", "0").exitCode()).isEqualTo(2);
    assertThat(cli.run("verifyView", "OrderDetails", "--sample", "half").exitCode()).isEqualTo(2);
  }
}
