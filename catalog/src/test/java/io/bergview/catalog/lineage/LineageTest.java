package io.bergview.catalog.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.projection.definition.TableName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class LineageTest {
  private static final Lineage LINEAGE =
      new Lineage(
          3,
          Instant.parse("2026-01-01T00:00:00.123Z"),
          List.of(
              new SourceSnapshot(
                  new TableName(Optional.of("lake"), List.of("shop"), "orders"),
                  "9c12d441-03fe-4693-9a96-a0705ddf69c1",
                  3051729675574597004L,
                  true,
                  Map.of(
                      "order_id", new UsedColumn(1, "long"),
                      "total", new UsedColumn(3, "decimal(12, 2)"))),
              new SourceSnapshot(
                  new TableName(Optional.empty(), List.of("odd.space", "x"), "a`b"),
                  "uuid-2",
                  SourceSnapshot.NONE,
                  false,
                  Map.of())));

  /** Of a view over tables of the default catalog, of its own and of a third. */
  private static final Lineage ACROSS =
      new Lineage(
          1,
          Instant.EPOCH,
          List.of(
              source(Optional.empty(), Optional.empty(), 5),
              source(Optional.empty(), Optional.of("audit"), 6),
              source(Optional.of("archive"), Optional.empty(), 7),
              source(Optional.of("other"), Optional.of("audit"), 8)));

  private static final RefreshRecord RECORD =
      new RefreshRecord(
          "r-1", "merge", "SOURCE_CHANGED", "2 of 4 rows", 3, 2, 1, 4096, Duration.ofMillis(15));

  private static SourceSnapshot source(
      Optional<String> catalog, Optional<String> ref, long snapshotId) {
    return new SourceSnapshot(
        new TableName(catalog, List.of("shop"), "orders", ref),
        "u",
        snapshotId,
        true,
        Map.of("id", new UsedColumn((int) snapshotId, "int")));
  }

  private static String text(Map<String, String> summary) {
    return new TreeMap<>(summary)
        .entrySet().stream()
            .map(entry -> entry.getKey() + " = " + entry.getValue() + "\n")
            .collect(Collectors.joining());
  }

  private static String golden(String name) throws IOException {
    try (InputStream in = LineageTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theTextIsAsItWasAndReadsBack() throws IOException {
    Map<String, String> summary = new TreeMap<>(LINEAGE.toSummary("lake", "lake"));
    summary.putAll(RECORD.toSummary());
    assertThat(text(summary)).isEqualTo(golden("summary-format-1.txt"));
    assertThat(Lineage.carriedBy(summary)).contains(LINEAGE);
    assertThat(RefreshRecord.of(summary)).contains(RECORD);
  }

  @Test
  void theRefIsAFieldOfItsOwnAndATableMayOccurAtSeveral() throws IOException {
    TableName orders = new TableName(Optional.empty(), List.of("shop"), "orders");
    Lineage lineage =
        new Lineage(
            1,
            Instant.EPOCH,
            List.of(
                new SourceSnapshot(
                    orders, "u", 5, true, Map.of("order_id", new UsedColumn(1, "long"))),
                new SourceSnapshot(
                    orders.at("audit"), "u", 7, true, Map.of("total", new UsedColumn(3, "int"))),
                new SourceSnapshot(orders.at("odd `ref`"), "u", 8, false, Map.of())));
    assertThat(text(lineage.toSummary("lake", "lake"))).isEqualTo(golden("summary-with-refs.txt"));
    assertThat(Lineage.carriedBy(lineage.toSummary("lake", "lake"))).contains(lineage);
  }

  @Test
  void aViewInAnotherCatalogNamesTheCatalogOfEverySource() throws IOException {
    assertThat(text(ACROSS.toSummary("archive", "lake"))).isEqualTo(golden("summary-across.txt"));
    assertThat(Lineage.carriedBy(ACROSS.toSummary("archive", "lake"))).contains(ACROSS);
  }

  @Test
  void inTheDefaultCatalogOnlySourcesOfOthersHaveOne() throws IOException {
    assertThat(text(ACROSS.toSummary("lake", "lake"))).isEqualTo(golden("summary-default.txt"));
    assertThat(Lineage.carriedBy(ACROSS.toSummary("lake", "lake"))).contains(ACROSS);
  }

  @Test
  void ofBeforeCatalogsWereNamedItIsReadAsItWas() {
    Map<String, String> unnamed = ACROSS.toSummary("lake", "lake");
    Map<String, String> named = ACROSS.toSummary("archive", "lake");
    assertThat(unnamed.get("bergview.sources")).isEqualTo(named.get("bergview.sources"));
    assertThat(unnamed.get("refresh-state"))
        .isEqualTo(named.get("refresh-state").replace("\"catalog\":\"lake\",", ""));
    assertThat(Lineage.carriedBy(unnamed)).isEqualTo(Lineage.carriedBy(named));
  }

  @Test
  void anAtSignInTheNameOfATableWasALetterBeforeThereWereRefs() {
    Map<String, String> summary =
        Map.of(
            "refresh-state",
            """
            {"view-version-id":1,"source-states":[{"type":"table","name":"t@x","namespace":["a"],"uuid":"u","snapshot-id":5}],"refresh-start-timestamp-ms":0}\
            """,
            "bergview.sources",
            """
            [{"table":"a.t@x","direct":false,"columns":{}}]\
            """);
    assertThat(Lineage.carriedBy(summary).orElseThrow().sources())
        .containsExactly(
            new SourceSnapshot(
                new TableName(Optional.empty(), List.of("a"), "t@x"), "u", 5, false, Map.of()));
  }

  @Test
  void fieldsOfLaterVersionsAreIgnored() throws IOException {
    Map<String, String> summary = new HashMap<>();
    for (String line : golden("summary-with-unknown-fields.txt").split("\n")) {
      summary.put(line.substring(0, line.indexOf(" = ")), line.substring(line.indexOf(" = ") + 3));
    }
    assertThat(Lineage.carriedBy(summary)).contains(LINEAGE);
  }

  @Test
  void aStateWithoutOurDetailsIsReadAsTheDraftHasIt() {
    String state =
        """
        {"view-version-id":1,"source-states":[{"type":"table","name":"t","namespace":["a"],"uuid":"u","snapshot-id":5,"ref":"main"}],"refresh-start-timestamp-ms":0}\
        """;
    assertThat(Lineage.carriedBy(Map.of("refresh-state", state)))
        .contains(
            new Lineage(
                1,
                Instant.EPOCH,
                List.of(
                    new SourceSnapshot(
                        new TableName(Optional.empty(), List.of("a"), "t"),
                        "u",
                        5,
                        true,
                        Map.of()))));
  }

  @Test
  void aSourceOfUnknownTypeMakesItUnreadable() {
    String state =
        """
        {"view-version-id":1,"source-states":[{"type":"view","name":"t","namespace":["a"],"uuid":"u","version-id":5}],"refresh-start-timestamp-ms":0}\
        """;
    assertThatThrownBy(() -> Lineage.carriedBy(Map.of("refresh-state", state)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown type 'view'");
  }

  @Test
  void brokenTextIsNoLineage() {
    for (String state : List.of("{", "{}", "{\"view-version-id\":\"x\"}")) {
      assertThatThrownBy(() -> Lineage.carriedBy(Map.of("refresh-state", state)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Lineage.carriedBy(Map.of())).isEmpty();
  }

  @Test
  void sourcesOfAnotherFormAreNoLineage() {
    String source =
        """
        {"type":"table","name":"t","namespace":["a"],"uuid":"u","snapshot-id":5}\
        """;
    assertThat(Lineage.carriedBy(state("[" + source + "]"))).isPresent();
    for (String sources :
        List.of(
            "[]",
            "{}",
            "{\"t\": " + source + "}",
            "\"shop.orders\"",
            "null",
            "7",
            "[" + source + "," + source + "]",
            "[7]",
            "[[]]",
            "[" + source.replace("\"table\"", "7") + "]",
            "[" + source.replace("\"table\"", "\"topic\"") + "]",
            "[" + source.replace("\"t\"", "{}") + "]",
            "[" + source.replace("[\"a\"]", "\"a\"") + "]",
            "[" + source.replace("[\"a\"]", "[]") + "]",
            "[" + source.replace("[\"a\"]", "[1]") + "]",
            "[" + source.replace("\"u\"", "1") + "]",
            "[" + source.replace("5", "\"5\"") + "]",
            "[" + source.replace("\"uuid\"", "\"catalog\":7,\"uuid\"") + "]")) {
      assertThatThrownBy(() -> Lineage.carriedBy(state(sources)))
          .as(sources)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching("(its|a) .*");
    }
  }

  @Test
  void detailsOfAnotherFormAreNoLineage() {
    String source =
        """
        {"type":"table","name":"t","namespace":["a"],"uuid":"u","snapshot-id":5}\
        """;
    String details =
        """
        {"table":"a.t","direct":true,"columns":{"c":{"id":1,"type":"long"}}}\
        """;
    Map<String, String> summary = new HashMap<>(state("[" + source + "]"));
    summary.put("bergview.sources", "[" + details + "]");
    assertThat(Lineage.carriedBy(summary)).isPresent();
    for (String sources :
        List.of(
            "7",
            "{}",
            "\"a.t\"",
            "[7]",
            "[" + details.replace("true", "\"yes\"") + "]",
            "[" + details.replace("\"a.t\"", "1") + "]",
            "[" + details.replace("{\"c\":{\"id\":1,\"type\":\"long\"}}", "[]") + "]",
            "[" + details.replace("\"id\":1", "\"id\":99999999999") + "]",
            "[" + details.replace("\"long\"", "3") + "]")) {
      summary.put("bergview.sources", sources);
      assertThatThrownBy(() -> Lineage.carriedBy(summary))
          .as(sources)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Map<String, String> state(String sources) {
    return Map.of(
        "refresh-state",
        "{\"view-version-id\":1,\"source-states\":"
            + sources
            + ",\"refresh-start-timestamp-ms\":0}");
  }

  @Test
  void usedColumnsHaveAllTheirPartsAndFollowRenames() {
    Schema schema =
        new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(
                2,
                "lines",
                Types.ListType.ofOptional(
                    3,
                    Types.StructType.of(
                        Types.NestedField.optional(4, "sku", Types.StringType.get()),
                        Types.NestedField.optional(5, "n", Types.IntegerType.get())))));
    Map<String, UsedColumn> used = UsedColumn.of(schema, List.of(2));
    assertThat(used)
        .containsOnly(
            Map.entry("lines", new UsedColumn(2, "list")),
            Map.entry("lines.element", new UsedColumn(3, "struct")),
            Map.entry("lines.element.sku", new UsedColumn(4, "string")),
            Map.entry("lines.element.n", new UsedColumn(5, "int")));
    Schema evolved =
        new Schema(
            Types.NestedField.optional(
                2,
                "items",
                Types.ListType.ofOptional(
                    3,
                    Types.StructType.of(
                        Types.NestedField.optional(5, "n", Types.LongType.get()),
                        Types.NestedField.optional(9, "new", Types.LongType.get()),
                        Types.NestedField.optional(4, "code", Types.StringType.get())))));
    assertThat(used.get("lines").isIn(evolved)).isTrue();
    assertThat(used.get("lines.element").isIn(evolved)).isTrue();
    assertThat(used.get("lines.element.sku").isIn(evolved)).isTrue();
    assertThat(used.get("lines.element.n").isIn(evolved)).isFalse();
    assertThat(new UsedColumn(1, "long").isIn(evolved)).isFalse();
  }
}
