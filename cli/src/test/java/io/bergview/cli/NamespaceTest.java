package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code listNamespaces} and the commands that change one, over a small shop. */
class NamespaceTest {
  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.01");
    cli.done("apply");
  }

  private void importRows(String table) throws IOException {
    Files.writeString(folder.resolve("rows.csv"), "id,name\n1,a\n2,b\n");
    cli.done("importTable", "rows.csv", "--table", table);
  }

  private JsonNode listed(String namespace) {
    for (JsonNode one : cli.done("listNamespaces", "--json").json()) {
      if (one.get("namespace").asText().equals(namespace)) {
        return one;
      }
    }
    throw new AssertionError("no namespace " + namespace);
  }

  private static void assertRefused(Cli.Result result, String code) {
    assertThat(result.exitCode()).isEqualTo(5);
    assertThat(result.err()).startsWith("error " + code + ": ");
  }

  @Test
  void tablesAndViewsAreCounted() {
    assertThat(listed("shop").get("tables").asInt()).isPositive();
    assertThat(listed("shop").get("views").asInt()).isZero();
    assertThat(listed("shop_views").get("tables").asInt()).isZero();
    assertThat(listed("shop_views").get("views").asInt()).isPositive();
    assertThat(cli.done("list-namespaces").out())
        .containsPattern("NAMESPACE +TABLES +VIEWS +PROTECTED");
    assertThat(cli.run("listNamespaces", "prod").exitCode()).isEqualTo(3);
  }

  @Test
  void aNamespaceIsMadeWithThoseAboveItAndDropped() {
    assertThat(cli.done("createNamespace", "a.b", "--plan").out())
        .isEqualTo("would create namespace a\nwould create namespace a.b\n");
    assertThat(cli.done("createNamespace", "a.b", "--json").json().get("created"))
        .extracting(JsonNode::asText)
        .containsExactly("a", "a.b");
    Cli.Result again = cli.run("createNamespace", "a.b");
    assertThat(again.exitCode()).isEqualTo(4);
    assertThat(again.err()).startsWith("error NAMESPACE_EXISTS: ");
    assertRefused(cli.run("dropNamespace", "a"), "NAMESPACE_NOT_EMPTY");
    cli.done("dropNamespace", "a.b");
    cli.done("dropNamespace", "a");
    Cli.Result missing = cli.run("dropNamespace", "shpo");
    assertThat(missing.exitCode()).isEqualTo(3);
    assertThat(missing.err()).contains("NAMESPACE_NOT_FOUND", "did you mean 'shop'");
  }

  @Test
  void whatIsInItGoesOnlyWhenAsked() throws IOException {
    importRows("landing.rows");
    assertThat(cli.run("dropNamespace", "landing").err()).contains("table landing.rows");
    Cli.Result unconfirmed = cli.run("dropNamespace", "landing", "--cascade");
    assertThat(unconfirmed.exitCode()).isEqualTo(5);
    assertThat(unconfirmed.err()).contains("error POLICY_REFUSED: ", "confirm with --yes");
    assertThat(cli.onTerminal("n\n").run("dropNamespace", "landing", "--cascade").err())
        .contains("would drop table landing.rows, its files stay");
    assertThat(listed("landing").get("tables").asInt()).isEqualTo(1);
    JsonNode plan = cli.done("dropNamespace", "landing", "--plan", "--json").json();
    assertThat(plan.get("tables").get(0).asText()).isEqualTo("landing.rows");
    assertThat(cli.done("dropNamespace", "landing", "--cascade", "--yes").out())
        .isEqualTo("dropped table landing.rows, its files stay\ndropped namespace landing\n");
    assertThat(cli.run("describeTable", "landing.rows").exitCode()).isEqualTo(3);
    try (var files = Files.walk(folder.resolve("warehouse/landing"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).isNotEmpty();
    }
  }

  @Test
  void tablesThatViewsReadAreKeptAndViewsGoWithTheirFiles() {
    assertRefused(cli.run("dropNamespace", "shop", "--cascade", "--yes"), "VIEW_IN_USE");
    cli.done("refreshView", "DailyRevenue");
    assertThat(cli.done("dropNamespace", "shop_views", "--cascade", "--yes").out())
        .contains("dropped view DailyRevenue and its files", "dropped namespace shop_views");
    assertThat(folder.resolve("warehouse/shop/_views/DailyRevenue")).doesNotExist();
    assertThat(cli.done("listViews", "--json").json()).isEmpty();
    assertThat(listed("shop").get("tables").asInt()).isPositive();
  }

  @Test
  void nothingInAProtectedNamespaceIsDroppedOrReplaced() throws IOException {
    importRows("landing.rows");
    cli.done("createNamespace", "landing.below");
    assertThat(cli.done("protectNamespace", "landing").out())
        .isEqualTo("namespace landing is protected\n");
    assertThat(listed("landing").get("protected").asBoolean()).isTrue();
    assertRefused(cli.run("dropNamespace", "landing", "--cascade", "--yes"), "NAMESPACE_PROTECTED");
    assertRefused(cli.run("dropNamespace", "landing.below"), "NAMESPACE_PROTECTED");
    assertRefused(cli.run("renameNamespace", "landing", "other"), "NAMESPACE_PROTECTED");
    Files.writeString(folder.resolve("rows.csv"), "id,name\n3,c\n");
    assertRefused(
        cli.run("importTable", "rows.csv", "--table", "landing.rows", "--mode", "replace"),
        "NAMESPACE_PROTECTED");
    cli.done("importTable", "rows.csv", "--table", "landing.rows", "--again");
    cli.done("protectNamespace", "shop_views");
    assertRefused(cli.run("dropView", "DailyRevenue", "--yes"), "NAMESPACE_PROTECTED");
    cli.done("refreshView", "DailyRevenue");
    cli.done("protectNamespace", "shop_views", "--off");
    cli.done("dropView", "DailyRevenue", "--yes");
    assertThat(cli.done("protect-namespace", "shop_views", "--unprotect").out())
        .isEqualTo("namespace shop_views is as before not protected\n");
  }

  @Test
  void tablesMoveToTheNewNameUnlessViewsReadThem() throws IOException {
    importRows("landing.rows");
    assertThat(cli.done("renameNamespace", "landing", "raw", "--plan").out())
        .isEqualTo("would move table landing.rows to raw\nwould rename namespace landing to raw\n");
    assertThat(listed("landing").get("tables").asInt()).isEqualTo(1);
    cli.done("renameNamespace", "landing", "raw");
    assertThat(listed("raw").get("tables").asInt()).isEqualTo(1);
    assertThat(cli.run("dropNamespace", "landing").exitCode()).isEqualTo(3);
    assertThat(cli.done("sql", "-e", "SELECT count(*) AS n FROM raw.rows").out()).contains("2");
    importRows("landing.rows");
    Cli.Result there = cli.run("renameNamespace", "landing", "raw");
    assertThat(there.exitCode()).isEqualTo(4);
    assertThat(there.err()).startsWith("error TABLE_EXISTS: ");
    assertRefused(cli.run("renameNamespace", "shop", "store"), "VIEW_IN_USE");
    assertRefused(cli.run("renameNamespace", "shop_views", "store"), "VIEW_IN_USE");
  }

  @Test
  void aHadoopCatalogSaysWhatItCannotDo() throws IOException {
    Files.writeString(
        folder.resolve("bergview.yaml"),
        "catalogs: {lake: {type: sqlite, warehouse: warehouse}, flat: {type: hadoop, warehouse:"
            + " w}}\n"
            + "default-catalog: lake\n");
    importRows("flat.landing.rows");
    for (String line :
        new String[] {"protectNamespace flat.landing", "renameNamespace flat.landing flat.b"}) {
      Cli.Result result = cli.run(line.split(" "));
      assertThat(result.exitCode()).isEqualTo(2);
      assertThat(result.err()).contains("Hadoop catalog");
    }
    assertThat(cli.done("dropNamespace", "flat.landing", "--cascade", "--yes").out())
        .contains("dropped table flat.landing.rows, with its folder");
    assertThat(folder.resolve("w/landing")).doesNotExist();
  }
}
