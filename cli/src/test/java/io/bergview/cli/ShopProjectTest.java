package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.api.Bergview;
import io.bergview.fixtures.Tpch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts rely on, over a small shop. */
class ShopProjectTest {
  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.01");
  }

  @Test
  void applyPlansThenRegistersThenFindsNothingToDo() {
    JsonNode plan = cli.done("apply", "--plan", "--json").json();
    assertThat(plan.get("applied").asBoolean()).isFalse();
    assertThat(actions(plan)).containsOnly("create").hasSize(4);
    assertThat(cli.done("listViews", "--json").json()).isEmpty();

    assertThat(actions(cli.done("apply", "--json").json())).containsOnly("create").hasSize(4);
    assertThat(actions(cli.done("apply", "--json").json())).containsOnly("unchanged").hasSize(4);
    assertThat(cli.done("listViews", "--json").json()).hasSize(4);
  }

  @Test
  void applyShowsChangesAndDropsOnlyWithPrune() throws IOException {
    cli.done("apply");
    Path file = folder.resolve("views/DailyRevenue.yaml");
    Files.writeString(file, Files.readString(file).replace("  average: {$avg: total}\n", ""));
    Files.delete(folder.resolve("views/CategorySales.yaml"));

    JsonNode plan = cli.done("apply", "--plan", "--json").json();
    assertThat(plan.get("steps").get(0).get("action").asText()).isEqualTo("alter");
    assertThat(plan.get("steps").get(0).get("changes").toString()).contains("$compute");
    assertThat(plan.get("unlisted").get(0).asText()).isEqualTo("CategorySales");

    assertThat(cli.done("apply").out()).contains("left alone  CategorySales");
    assertThat(names(cli.done("listViews", "--json").json())).contains("CategorySales");
    assertThat(cli.done("apply", "--prune").out()).contains("dropped     CategorySales");
    assertThat(names(cli.done("listViews", "--json").json())).doesNotContain("CategorySales");
  }

  @Test
  void applySaysThatNewRefreshSettingsNeedNoRecompute() throws IOException {
    cli.done("apply");
    cli.done("refreshView", "DailyRevenue");
    Path file = folder.resolve("views/DailyRevenue.yaml");
    Files.writeString(
        file, Files.readString(file) + "$refresh: {gracePeriod: 15m, policy: strict}\n");

    assertThat(cli.done("apply", "--plan").out())
        .contains("would alter DailyRevenue")
        .contains("only refresh settings change: no recompute is needed")
        .doesNotContain("merge");
    Cli.Result applied = cli.done("apply");
    assertThat(applied.out()).contains("altered     DailyRevenue", "no recompute is needed");
    assertThat(applied.err()).doesNotContain("Next:");
    JsonNode state = cli.done("getViewState", "DailyRevenue", "--json").json();
    assertThat(state.get("state").asText()).isEqualTo("fresh");
    assertThat(actions(cli.done("apply", "--plan", "--json").json())).containsOnly("unchanged");

    Files.writeString(file, Files.readString(file).replace("strict", "auto"));
    assertThat(actions(cli.done("apply", "--json").json())).contains("alter_settings");
  }

  @Test
  void pruneDropsReadersBeforeWhatTheyRead() throws IOException {
    cli.write(
        "views/Total.yaml",
        "{$type: Total, $from: DailyRevenue, $groupBy: [], $compute: {n: {$sum: orders}}}\n");
    cli.done("apply");
    Files.delete(folder.resolve("views/Total.yaml"));
    Cli.Result inUse = cli.run("dropView", "DailyRevenue", "--yes");
    assertThat(inUse.exitCode()).isEqualTo(5);
    Files.delete(folder.resolve("views/DailyRevenue.yaml"));
    cli.done("apply", "--prune");
    assertThat(names(cli.done("listViews", "--json").json()))
        .doesNotContain("DailyRevenue", "Total")
        .hasSize(3);
  }

  @Test
  void aViewGoesFromInvalidToFreshToStaleToFresh() {
    cli.done("apply");
    JsonNode never = cli.done("getViewState", "DailyRevenue", "--json").json();
    assertThat(never.get("state").asText()).isEqualTo("invalid");
    assertThat(never.get("lastRefresh").isNull()).isTrue();

    JsonNode first = cli.done("refreshView", "DailyRevenue", "--json").json();
    assertThat(first).hasSize(1);
    assertThat(first.get(0).get("view").asText()).isEqualTo("DailyRevenue");
    assertThat(first.get(0).get("kind").asText()).isEqualTo("full");
    assertThat(first.get(0).get("reason").asText()).isEqualTo("FIRST_REFRESH");
    assertThat(first.get(0).get("message").asText()).isNotBlank();
    assertThat(first.get(0).get("rowsAdded").asLong()).isPositive();
    assertThat(first.get(0).get("rowsRemoved").asLong()).isZero();
    assertThat(first.get(0).get("durationMs").isIntegralNumber()).isTrue();

    JsonNode fresh = cli.done("getViewState", "DailyRevenue", "--json").json();
    assertThat(fresh.get("state").asText()).isEqualTo("fresh");
    assertThat(fresh.get("table").asText()).isEqualTo("shop_views.daily_revenue");
    assertThat(fresh.get("staleSince").isNull()).isTrue();
    assertThat(fresh.get("sources").get(0).get("snapshotsBehind").asInt()).isZero();

    cli.done("generate", "shop", "--changes", "1");
    JsonNode stale = cli.done("getViewState", "DailyRevenue", "--json").json();
    assertThat(stale.get("state").asText()).isEqualTo("stale");
    assertThat(stale.get("withinGrace").asBoolean()).isFalse();
    assertThat(stale.get("staleSince").asText()).endsWith("Z");
    JsonNode source = stale.get("sources").get(0);
    assertThat(source.get("table").asText()).isEqualTo("shop.orders");
    assertThat(source.get("snapshotsBehind").asInt()).isEqualTo(3);
    assertThat(source.get("lineageSnapshotId").asLong())
        .isEqualTo(fresh.get("sources").get(0).get("currentSnapshotId").asLong())
        .isNotEqualTo(source.get("currentSnapshotId").asLong());

    JsonNode dry = cli.done("refreshView", "DailyRevenue", "--dry-run", "--json").json();
    assertThat(dry.get(0).get("kind").asText()).isEqualTo("merge");
    assertThat(state("DailyRevenue")).isEqualTo("stale");

    cli.done("refreshView", "--all");
    assertThat(state("DailyRevenue")).isEqualTo("fresh");
    JsonNode again = cli.done("refreshView", "--all", "--json").json();
    assertThat(again)
        .hasSize(4)
        .allSatisfy(r -> assertThat(r.get("kind").asText()).isEqualTo("skip"));
  }

  @Test
  void listViewsIsGetViewStateOfAllWithoutTheSources() {
    cli.done("apply");
    cli.done("refreshView", "OrderDetails");
    for (JsonNode listed : cli.done("listViews", "--json").json()) {
      JsonNode one = cli.done("getViewState", listed.get("view").asText(), "--json").json();
      ((com.fasterxml.jackson.databind.node.ObjectNode) one).remove("sources");
      assertThat(listed).isEqualTo(one);
    }
    assertThat(cli.done("listViews").out()).contains("OrderDetails", "fresh", "invalid", "never");
  }

  @Test
  void theTextOfAStateNamesWhatIsBehind() {
    cli.done("apply");
    cli.done("refreshView", "DailyRevenue");
    cli.done("generate", "shop", "--changes", "1");
    assertThat(cli.done("getViewState", "DailyRevenue").out())
        .startsWith("DailyRevenue is stale: ")
        .contains("shop_views.daily_revenue", "stale since", "shop.orders", "3 snapshots");
  }

  @Test
  void explainViewSaysWhereEverythingComesFromAndWhatARefreshWouldDo() {
    cli.done("apply");
    assertThat(cli.done("explainView", "OrderDetails").out())
        .contains("buyer_name", "customer.name", "shop.customers", "Scan shop.orders", "SELECT")
        .contains("would be full now. FIRST_REFRESH");
    JsonNode json = cli.done("explainView", "OrderDetails", "--json").json();
    assertThat(json.get("refreshNow").get("kind").asText()).isEqualTo("full");
    assertThat(json.get("definition").get("$type").asText()).isEqualTo("OrderDetails");
    assertThat(json.get("sources")).hasSize(3);
    cli.done("refreshView", "OrderDetails");
    assertThat(cli.done("explainView", "OrderDetails").out()).contains("would be skip now");
  }

  @Test
  void aDroppedViewReleasesTheSnapshotsOfItsSources() {
    cli.write("views/Pinned.yaml", "{$type: Pinned, $from: Order, $refresh: {pin: true}}\n");
    cli.done("apply");
    cli.done("refreshView", "Pinned");
    assertThat(tagsOfOrders()).hasSize(1);
    cli.done("dropView", "Pinned", "--yes");
    assertThat(tagsOfOrders()).isEmpty();
  }

  private List<SnapshotRef> tagsOfOrders() {
    try (Bergview bergview = Bergview.open(folder)) {
      return bergview
          .catalog("lake")
          .loadTable(TableIdentifier.of("shop", "orders"))
          .refs()
          .values()
          .stream()
          .filter(SnapshotRef::isTag)
          .toList();
    }
  }

  @Test
  void dropViewAsksFirst() {
    cli.done("apply");
    Cli.Result unconfirmed = cli.run("dropView", "DailyRevenue");
    assertThat(unconfirmed.exitCode()).isEqualTo(5);
    assertThat(unconfirmed.err()).contains("error POLICY_REFUSED", "--yes");
    assertThat(cli.onTerminal("no\n").run("dropView", "DailyRevenue").exitCode()).isEqualTo(5);
    assertThat(names(cli.done("listViews", "--json").json())).contains("DailyRevenue");

    cli.onTerminal("y\n").done("dropView", "DailyRevenue");
    cli.done("dropView", "OrderDetails", "--yes");
    assertThat(names(cli.done("listViews", "--json").json()))
        .containsExactlyInAnyOrder("CategorySales", "OrderWithItems");
    assertThat(cli.run("dropView", "DailyRevenue", "--yes").exitCode()).isEqualTo(3);
  }

  @Test
  void nothingThatExistsIsOverwritten() throws IOException {
    Cli.Result tables = cli.run("generate", "shop");
    assertThat(tables.exitCode()).isEqualTo(4);
    assertThat(tables.err()).startsWith("error TABLE_EXISTS: Table shop.");
    assertThat(cli.run("init").exitCode()).isEqualTo(4);

    Path other = folder.resolve("other");
    cli.write("other/views/DailyRevenue.yaml", "mine");
    JsonNode made = cli.done("init", "other", "--json").json();
    assertThat(made.get("kept").get(0).asText()).isEqualTo("views/DailyRevenue.yaml");
    assertThat(Files.readString(other.resolve("views/DailyRevenue.yaml"))).isEqualTo("mine");

    cli.write("other/types/Order.yaml", "mine");
    Cli.Result generated = cli.run("--project", "other", "generate", "shop", "--scale", "0.001");
    assertThat(generated.exitCode()).isEqualTo(4);
    assertThat(generated.err()).startsWith("error FILE_EXISTS: types/Order.yaml");
    assertThat(Files.readString(other.resolve("types/Order.yaml"))).isEqualTo("mine");
  }

  @Test
  void theOtherSampleGoesIntoAProjectOfItsOwn() {
    Cli.Result refused = cli.run("generate", "tpch", "--scale", "0.001");
    assertThat(refused.exitCode()).isEqualTo(4);
    assertThat(refused.err())
        .startsWith("error FILE_EXISTS: types/Customer.yaml, types/Order.yaml define another type")
        .contains(
            "TPC-H goes into a project of its own: bergview init DIR --empty, then bergview"
                + " --project DIR generate tpch");

    cli.done("init", "beside", "--empty");
    cli.done("--project", "beside", "generate", "tpch", "--scale", "0.001");
    assertThat(folder.resolve("beside/types/Order.yaml")).exists();
  }

  @Test
  void anEmptyProjectHasNoExample() {
    cli.done("init", "empty", "--empty");
    assertThat(folder.resolve("empty/views")).isEmptyDirectory();
    assertThat(folder.resolve("empty/types")).isEmptyDirectory();
    assertThat(folder.resolve("empty/bergview.yaml")).exists();
    assertThat(cli.done("apply", "--project", "empty").out()).contains("no views");
    assertThat(cli.done("listViews", "--project", "empty/views").out()).contains("No views");
  }

  @Test
  void tpchTakesThePlaceOfTheUntouchedExample() {
    cli.done("init", "bench");
    JsonNode made =
        cli.done("--project", "bench", "generate", "tpch", "--scale", "0.001", "--json").json();
    assertThat(made.get("tables")).hasSize(8);
    assertThat(made.get("removed").toString()).contains("views/DailyRevenue.yaml");
    Tpch.views().forEach((name, text) -> cli.write("bench/views/" + name, text));
    cli.done("--project", "bench", "apply");
    JsonNode refreshed = cli.done("--project", "bench", "refreshView", "--all", "--json").json();
    assertThat(refreshed).hasSize(3);
    assertThat(cli.done("--project", "bench", "find", "PricingSummary", "--format", "ndjson").out())
        .hasLineCount(4);
  }

  private String state(String view) {
    return cli.done("getViewState", view, "--json").json().get("state").asText();
  }

  private static List<String> actions(JsonNode outcome) {
    List<String> actions = new ArrayList<>();
    outcome.get("steps").forEach(step -> actions.add(step.get("action").asText()));
    return actions;
  }

  private static List<String> names(JsonNode views) {
    List<String> names = new ArrayList<>();
    views.forEach(view -> names.add(view.get("view").asText()));
    return names;
  }

  @Test
  void listingSaysHowFarBehindAViewIsAndWhatItHolds() {
    cli.done("apply", "--quiet");
    cli.done("refreshView", "OrderDetails");
    cli.done("generate", "shop", "--changes", "1");
    JsonNode state = cli.done("getViewState", "OrderDetails", "--json").json();
    JsonNode listed = null;
    for (JsonNode view : cli.done("listViews", "--json").json()) {
      if (view.get("view").asText().equals("OrderDetails")) {
        listed = view;
      }
    }
    assertThat(listed).isNotNull();
    int furthest = 0;
    for (JsonNode source : state.get("sources")) {
      furthest = Math.max(furthest, source.get("snapshotsBehind").asInt());
    }
    assertThat(furthest).isPositive();
    assertThat(listed.get("snapshotsBehind").asInt()).isEqualTo(furthest);
    assertThat(listed.get("mode").asText()).isEqualTo("manual");
    assertThat(listed.get("rows").asLong())
        .isEqualTo(cli.done("find", "OrderDetails", "--stale-ok", "--json").json().size());
    assertThat(listed.get("rowsAreExact").asBoolean()).isTrue();
    assertThat(listed.get("bytes").asLong()).isPositive();
    assertThat(cli.done("listViews").out())
        .containsPattern(
            "OrderDetails +stale +.* ago +%d snapshots?, .* manual".formatted(furthest));
  }
}
