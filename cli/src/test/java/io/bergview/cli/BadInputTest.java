package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.catalog.Project;
import io.bergview.fixtures.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people get wrong: each is told in one message with its place, and changes nothing. */
class BadInputTest {
  @TempDir private static Path folder;
  private static Cli cli;

  @BeforeAll
  static void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.005");
    cli.done("apply");
    cli.done("refreshView", "DailyRevenue");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "$form: Order | $form | did you mean '$from'?",
        "$from: Ordr | $from | did you mean 'Order'?",
        "$from: Order, $expand: [custmer] | $expand | did you mean 'customer'?",
        "$from: Order, $filter: {totl: 1} | $filter | did you mean 'total'?",
        "$from: Order, $filter: {total: {$gtt: 1}} | $filter | did you mean '$gt",
        "$from: Order, $groupBy: [status], $compute: {n: {$cuont: '*'}} | $compute | did you mean"
            + " '$count'?",
        "$from: Order, $groupBy: [{dya: created_at}] | $groupBy | did you mean 'day'?",
        "$from: Order, $filter: {total: 'much'} | $filter | total",
        "$from: Order, $expand: [customer.orders.customer] | $expand | circle",
        "$from: Bad | $from | Bad -> Bad",
        "$from: Order, $refresh: {mode: scheduled, schedule: '0 0 31 2 *'} | $refresh | schedule",
        "$from: Order, $refresh: {mode: scheduled, schedule: '0 0 * * MON-FUN'} | $refresh | day of"
            + " week field 'MON-FUN'",
        "$from: Order, $compute: {} | $compute | there is no aggregate here; write one such as",
        "$from: Order, $refresh: {mode: scheduled, schedule: '0 0 * * *', timezone: Mars} |"
            + " $refresh | Mars",
        "$from: Order, $refresh: {mode: scheduled, schedule: '0 0 * * *', timezone: Berlin} |"
            + " $refresh | did you mean 'Europe/Berlin'?"
      })
  void aBadDefinitionIsRefusedWithItsPlace(String keys, String at, String message) {
    cli.write("bad.yaml", "{$type: Bad, " + keys + "}\n");
    Cli.Result text = cli.run("defineView", "-f", "bad.yaml");
    assertThat(text.exitCode()).as(text.err()).isEqualTo(1);
    assertThat(text.err()).startsWith("error DEFINITION_INVALID: ").contains(message);
    assertThat(text.err()).doesNotContain("\tat ", "Exception");

    JsonNode problems = cli.run("defineView", "-f", "bad.yaml", "--json").error().get("problems");
    assertThat(problems).isNotEmpty();
    assertThat(problems.get(0).get("file").asText()).endsWith("bad.yaml");
    assertThat(problems.get(0).get("line").asInt()).isEqualTo(1);
    assertThat(problems.toString()).contains(at);
    assertThat(cli.done("listViews").out()).doesNotContain("Bad");
  }

  @Test
  void allProblemsOfAProjectAreReportedAndNothingIsApplied() throws IOException {
    Path copy = copyOfProject("problems");
    Cli there = Cli.in(copy);
    there.done("generate", "shop", "--scale", "0.005");
    there.write("views/A.yaml", "{$type: A, $from: Nowhere}\n");
    there.write("views/B.yaml", "{$type: B, $from: Order, $expand: [custmer]}\n");
    Cli.Result result = there.run("apply");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("error DEFINITION_INVALID: 2 problems\n")
        .contains("views/A.yaml:1:", "Nowhere", "views/B.yaml:1:", "custmer");
    assertThat(there.done("listViews").out()).contains("No views");
  }

  @Test
  void missingFilesAndFilesWithoutDefinitionsAreReported() {
    assertThat(cli.run("defineView", "-f", "nowhere.yaml").exitCode()).isEqualTo(3);
    cli.write("types-only.yaml", "{$type: T, $table: shop.orders}\n");
    assertThat(cli.run("defineView", "-f", "types-only.yaml").err())
        .contains("this file defines no view, only the entity type T;")
        .contains(" put entity types into types/ and name a file with a view");
    cli.write("broken.yaml", "$type: [\n");
    assertThat(cli.run("defineView", "-f", "broken.yaml").err())
        .startsWith("error DEFINITION_INVALID: ")
        .contains("broken.yaml:");
  }

  @Test
  void aMissingSourceTableFailsTheCommandAndNamesTheTable() {
    cli.write("types/Ghost.yaml", "{$type: Ghost, $table: shop.ghosts, $id: id}\n");
    cli.write("ghost.yaml", "{$type: GhostView, $from: Ghost}\n");
    Cli.Result result = cli.run("defineView", "-f", "ghost.yaml");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).startsWith("error SOURCE_NOT_FOUND: ").contains("shop.ghosts");
  }

  @Test
  void oneViewThatDoesNotExistRefreshesNone() {
    Cli.Result result = cli.run("refreshView", "OrderDetails", "DailyRevenu", "--json");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.error().get("code").asText()).isEqualTo("VIEW_NOT_FOUND");
    assertThat(result.error().get("message").asText()).contains("did you mean 'DailyRevenue'?");
    assertThat(cli.done("getViewState", "OrderDetails", "--json").json().get("state").asText())
        .isEqualTo("invalid");
  }

  @Test
  void aViewThatOthersReadIsNotDropped() {
    cli.write(
        "views/Total.yaml",
        "{$type: Total, $from: DailyRevenue, $groupBy: [], $compute: {n: {$sum: orders}}}\n");
    cli.done("defineView", "-f", "views/Total.yaml");
    Cli.Result result = cli.run("dropView", "DailyRevenue", "--yes");
    assertThat(result.exitCode()).isEqualTo(5);
    assertThat(result.err()).startsWith("error VIEW_IN_USE: ").contains("Total");
    cli.done("dropView", "Total", "--yes");
  }

  @Test
  void whereOneOfSeveralViewsFailsTheOthersGoOn() throws IOException {
    Path copy = copyOfProject("failing");
    Cli there = Cli.in(copy);
    there.done("generate", "shop", "--scale", "0.005");
    Shop.views().forEach((name, text) -> there.write("views/" + name, text));
    there.write(
        "views/TooBig.yaml",
        "{$type: TooBig, $from: Order, $groupBy: [], $compute:"
            + " {n: {$sum: {$multiply: [order_id, 9223372036854775807]}}}}\n");
    there.done("apply");
    Cli.Result result = there.run("refreshView", "--all", "--json");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.json()).hasSize(4);
    assertThat(result.error().get("view").asText()).isEqualTo("TooBig");
    assertThat(result.error().get("code").asText()).isEqualTo("OVERFLOW");
  }

  @Test
  void invalidProjectFileIsReportedWithoutItsSecrets() throws IOException {
    Path copy = Files.createTempDirectory(folder.getParent(), "secret");
    Files.writeString(
        copy.resolve(Project.FILE),
        """
        catalogs:
          lake:
            type: jdbc
            uri: jdbc:postgresql://ann:hunter22@127.0.0.1:1/db?password=hunter22
            warehouse: warehouse
            jdbc.password: hunter22
        """);
    Cli.Result result = Cli.in(copy).run("listViews", "--verbose");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).startsWith("error ").contains("\tat ").doesNotContain("hunter22");
    Files.writeString(copy.resolve(Project.FILE), "catalgs: {}\n");
    Cli.Result unknown = Cli.in(copy).run("listViews");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err())
        .startsWith("error PROJECT_INVALID: ")
        .contains("did you mean 'catalogs'?");
  }

  private static Path copyOfProject(String name) throws IOException {
    Path copy = Files.createTempDirectory(folder.getParent(), name);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path relative = folder.relativize(file);
        if (relative.startsWith("types") || relative.toString().equals(Project.FILE)) {
          if (!relative.endsWith("Ghost.yaml")) {
            Files.createDirectories(copy.resolve(relative).getParent());
            Files.copy(file, copy.resolve(relative));
          }
        }
      }
    }
    return copy;
  }
}
