package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is stored of one view's definition has a form that nobody knows: every command says so of
 * that view, no other view suffers, applying the definition again mends it, and it can be dropped.
 */
@Tag("long")
class DamagedDefinitionsTest {
  private static final String DEFINITION = "bergview.definition";
  private static final String VERSION = "bergview.definition-version";
  private static final String REMOVED = "(removed)";

  @TempDir private static Path folder;
  private static Cli cli;
  private static String whole;

  @BeforeAll
  static void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.002");
    cli.done("apply");
    cli.done("refreshView", "--all");
    whole = stored().get(DEFINITION);
  }

  private static Map<String, String> stored() {
    try (Bergview bergview = Bergview.open(folder)) {
      return new TreeMap<>(load(bergview).properties());
    }
  }

  private static Table load(Bergview bergview) {
    return bergview.catalog("lake").loadTable(TableIdentifier.of("shop_views", "daily_revenue"));
  }

  private static void store(String property, String value) {
    String text = value.replace("HALF", whole.substring(0, 100)).replace("WHOLE", whole);
    try (Bergview bergview = Bergview.open(folder)) {
      UpdateProperties update = load(bergview).updateProperties();
      if (value.equals(REMOVED)) {
        update.remove(property);
      } else {
        update.set(property, text);
      }
      update.commit();
    }
  }

  /** Property, value, and what of it is said. */
  static Stream<Arguments> damages() {
    return Stream.of(
        Arguments.of(DEFINITION, "abc", "it is not JSON"),
        Arguments.of(DEFINITION, "", "the text is not a JSON object"),
        Arguments.of(DEFINITION, "null", "the text is not a JSON object"),
        Arguments.of(DEFINITION, "[]", "the text is not a JSON object"),
        Arguments.of(DEFINITION, "{}", "'format' is missing"),
        Arguments.of(DEFINITION, "HALF", "it is not JSON"),
        Arguments.of(DEFINITION, "WHOLE}", "it is not JSON"),
        Arguments.of(DEFINITION, "{\"format\": 2}", "newer Bergview: its definition has format 2"),
        Arguments.of(DEFINITION, "{\"format\": 99999999999}", "has format 99999999999"),
        Arguments.of(DEFINITION, "{\"format\": \"1\"}", "'format' is not a whole number"),
        Arguments.of(DEFINITION, "{\"format\": 0}", "there is no format 0"),
        Arguments.of(
            DEFINITION,
            "{\"format\": 1, \"view\": 3, \"types\": {}, \"sources\": {}}",
            "found the number 3"),
        Arguments.of(
            DEFINITION,
            "{\"format\": 1, \"view\": {}, \"types\": [], \"sources\": {}}",
            "'types' is not a JSON object"),
        Arguments.of(
            DEFINITION,
            "{\"format\": 1, \"view\": {\"$type\": \"Order\", \"$table\": \"a.b\"}, \"types\": {},"
                + " \"sources\": {}}",
            "Order is an entity type"),
        Arguments.of(
            DEFINITION,
            "{\"format\": 1, \"view\": {\"$type\": \"Other\", \"$from\": \"Order\"}, \"types\": {},"
                + " \"sources\": {}}",
            "it is that of view Other"),
        Arguments.of(
            DEFINITION,
            "{\"format\": 1, \"view\": {\"$type\": \"DailyRevenue\", \"$from\": \"Order\"},"
                + " \"types\": {}, \"sources\": {\"Order\": {\"table\": \"shop.orders\","
                + " \"schema\": {\"type\": \"struct\", \"fields\": [{\"id\": 1, \"name\": \"a\","
                + " \"required\": true, \"type\": \"int\"}, {\"id\": 2, \"name\": \"a\","
                + " \"required\": true, \"type\": \"int\"}]}}}}",
            "multiple fields for name a"),
        Arguments.of(DEFINITION, "[".repeat(100_000), "it is not JSON"),
        Arguments.of(DEFINITION, REMOVED, "has no property bergview.definition"),
        Arguments.of(VERSION, "abc", "bergview.definition-version is 'abc'"),
        Arguments.of(VERSION, "", "bergview.definition-version is ''"),
        Arguments.of(VERSION, "-1", "bergview.definition-version is '-1'"),
        Arguments.of(VERSION, "99999999999", "bergview.definition-version is '99999999999'"));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void everyCommandReportsTheDamagedDefinitionAndApplyRepairsIt(
      String property, String value, String message) {
    store(property, value);
    Map<String, String> damaged = stored();
    for (String verb :
        new String[] {"getViewState", "explainView", "find", "refreshView", "history"}) {
      assertDamaged(cli.run(verb, "DailyRevenue"), message);
    }
    assertDamaged(cli.run("verifyView", "DailyRevenue"), message);
    Cli.Result list = cli.run("listViews");
    assertDamaged(list, message);
    assertThat(list.out()).containsPattern("DailyRevenue +invalid").containsPattern("Sales +fresh");
    Cli.Result all = cli.run("refreshView", "--all");
    assertDamaged(all, message);
    assertThat(all.out()).contains("OrderDetails: ");
    assertThat(cli.done("find", "Order", "--limit", "1").out()).isNotEmpty();

    assertThat(cli.done("apply", "--plan").out())
        .contains("would alter DailyRevenue", "what is stored is replaced", message);
    assertThat(stored()).isEqualTo(damaged);
    assertThat(cli.done("apply").out())
        .contains("altered     DailyRevenue", "unchanged   OrderDetails");
    assertThat(stored()).containsEntry(DEFINITION, whole);
    assertThat(cli.done("getViewState", "DailyRevenue").out()).contains("is invalid");
    assertThat(cli.done("refreshView", "DailyRevenue").out()).contains("DailyRevenue: full");
    assertThat(cli.done("verifyView", "DailyRevenue").out()).contains("DailyRevenue");
    assertThat(cli.done("apply").out()).contains("unchanged   DailyRevenue");
  }

  private static void assertDamaged(Cli.Result result, String message) {
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err().lines())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("error FORMAT_UNSUPPORTED: ")
        .contains("DailyRevenue", message)
        .hasSizeLessThan(700);
  }

  @ParameterizedTest
  @MethodSource("damages")
  void aViewWithADamagedDefinitionCanBeDropped(String property, String value, String message) {
    store(property, value);
    assertThat(cli.done("dropView", "DailyRevenue", "--yes").out())
        .containsPattern("dropped DailyRevenue .*[0-9]+ files deleted");
    assertThat(cli.done("listViews").out()).doesNotContain("DailyRevenue");
    assertThat(folder.resolve("warehouse/shop/_views/DailyRevenue")).doesNotExist();
    cli.done("apply");
    cli.done("refreshView", "DailyRevenue");
  }

  @Test
  void aDamagedViewThatNoFileDefinesIsLeftAloneOrPruned() throws Exception {
    cli.write("views/Extra.yaml", "$type: Extra\n$from: Order\n$select: [order_id]\n");
    cli.done("apply");
    java.nio.file.Files.delete(folder.resolve("views/Extra.yaml"));
    try (Bergview bergview = Bergview.open(folder)) {
      bergview
          .catalog("lake")
          .loadTable(TableIdentifier.of("shop_views", "extra"))
          .updateProperties()
          .set(DEFINITION, "abc")
          .commit();
    }
    assertThat(cli.done("apply").out()).contains("left alone  Extra: no file in views/");
    assertThat(cli.done("apply", "--prune").out()).contains("dropped     Extra");
    assertThat(cli.done("listViews").out()).doesNotContain("Extra");
  }

  @Test
  void aDamagedViewIsStillKnownToReadWhatItLastRead() {
    cli.write("views/Over.yaml", "$type: Over\n$from: DailyRevenue\n");
    cli.done("apply");
    cli.done("refreshView", "Over");
    try (Bergview bergview = Bergview.open(folder)) {
      bergview
          .catalog("lake")
          .loadTable(TableIdentifier.of("shop_views", "over"))
          .updateProperties()
          .set(DEFINITION, "abc")
          .commit();
    }
    Cli.Result refused = cli.run("dropView", "DailyRevenue", "--yes");
    assertThat(refused.exitCode()).isEqualTo(5);
    assertThat(refused.err()).contains("VIEW_IN_USE", "is read by Over; drop those first");
    cli.done("dropView", "Over", "--yes");
    folder.resolve("views/Over.yaml").toFile().delete();
  }
}
