package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One view, or one catalog, that cannot be read keeps nothing from the others. */
@Tag("contract")
class UnreadableViewsTest {
  private static final String AWAY =
      "catalogs:\n  lake: {type: sqlite, warehouse: warehouse}\n"
          + "  away: {type: rest, uri: 'http://127.0.0.1:1/x'}\n";

  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.005");
    cli.done("apply");
    cli.done("refreshView", "--all");
  }

  private void breakDefinitionOf(String table) {
    try (Bergview bergview = Bergview.open(folder)) {
      Table view = bergview.catalog("lake").loadTable(TableIdentifier.of("shop_views", table));
      view.updateProperties().set("bergview.definition", "{").commit();
    }
  }

  @Test
  void aBrokenDefinitionIsListedAsInvalidWithItsErrorAndExitCodeOne() {
    breakDefinitionOf("daily_revenue");
    Cli.Result text = cli.run("listViews");
    assertThat(text.exitCode()).isEqualTo(1);
    assertThat(text.out()).containsPattern("DailyRevenue +invalid +unknown ");
    assertThat(text.out()).containsPattern("OrderDetails +fresh ");
    assertThat(text.err()).startsWith("error FORMAT_UNSUPPORTED: ").contains("view DailyRevenue");
    Cli.Result json = cli.run("listViews", "--json");
    assertThat(json.exitCode()).isEqualTo(1);
    assertThat(json.json()).hasSize(4);
    for (JsonNode view : json.json()) {
      boolean broken = view.get("view").asText().equals("DailyRevenue");
      assertThat(view.get("state").asText()).isEqualTo(broken ? "invalid" : "fresh");
      assertThat(view.get("reason").asText()).isEqualTo(broken ? "UNREADABLE" : "UP_TO_DATE");
    }
    assertThat(json.error().get("view").asText()).isEqualTo("DailyRevenue");
    assertThat(json.error().get("code").asText()).isEqualTo("FORMAT_UNSUPPORTED");
  }

  @Test
  void aBrokenDefinitionKeepsNoOtherViewFromBeingRefreshed() {
    breakDefinitionOf("daily_revenue");
    cli.done("generate", "shop", "--changes", "1");
    Cli.Result result = cli.run("refreshView", "--all");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).contains("OrderDetails: merge", "CategorySales: ");
    assertThat(result.err()).startsWith("error FORMAT_UNSUPPORTED: ");
    cli.done("getViewState", "OrderDetails");
    assertThat(cli.run("getViewState", "DailyRevenue").err()).contains("FORMAT_UNSUPPORTED");
  }

  @Test
  void aCatalogThatCannotBeReachedIsSaidAndTheOthersAreListed() throws IOException {
    Files.writeString(folder.resolve(Project.FILE), AWAY);
    Cli.Result result = cli.run("listViews");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).containsPattern("DailyRevenue +fresh ");
    assertThat(result.err()).startsWith("error CATALOG_UNREACHABLE: ").contains("'away'");
    assertThat(cli.run("listViews", "--json").error().get("view").asText()).isEqualTo("away");
    assertThat(cli.done("getViewState", "DailyRevenue").out()).contains("is fresh");
    assertThat(cli.run("refreshView", "--all").out()).contains("DailyRevenue: skip");
  }

  @Test
  void whereNoCatalogCanBeReachedThereIsOnlyTheError() throws IOException {
    Files.writeString(
        folder.resolve(Project.FILE), "catalogs: {lake: {type: rest, uri: 'http://127.0.0.1:1/'}}");
    Cli.Result result = cli.run("listViews", "--json");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.error().get("code").asText()).isEqualTo("CATALOG_UNREACHABLE");
  }
}
