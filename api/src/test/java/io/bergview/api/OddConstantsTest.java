package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RowFiles;
import io.bergview.refresh.RefreshRequest;
import io.bergview.verify.VerifyOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Strings that SQL text cannot hold as they are, or that look like SQL, wherever a constant stands.
 */
@Tag("long")
class OddConstantsTest {
  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "name", Types.StringType.get()),
          NestedField.optional(3, "part", Types.StringType.get()));
  private static final List<String> NAMES =
      List.of("a\0b", "a", "a\0", "\0", "a\0c", "it's", "bv_hour_zz", "bv_average_99_1", "\\0");

  @TempDir private Path folder;
  private Bergview bergview;

  @BeforeEach
  void things() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("types/Thing.yaml", "$type: Thing\n$table: odd.things\n$id: id\n");
    bergview = Projects.create(folder, "settings: {memory-limit: 1GiB, threads: 2}\n", files);
    ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("odd"));
    Table table =
        bergview
            .catalog("lake")
            .createTable(
                TableIdentifier.of("odd", "things"),
                SCHEMA,
                PartitionSpec.builderFor(SCHEMA).identity("part").build());
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      Record row = GenericRecord.create(SCHEMA);
      row.setField("id", (long) i);
      row.setField("name", NAMES.get(i));
      row.setField("part", NAMES.get(i));
      rows.add(row);
    }
    RowFiles.append(table, rows);
    bergview.apply();
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private List<Object> ids(Find find) {
    return rows(find.select("id").sort("id")).stream().map(row -> row.get("id")).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{name: \"a\\u0000b\"}                             | 0",
        "{name: \"a\\u0000\"}                              | 2",
        "{name: \"a\"}                                     | 1",
        "{name: \"\\u0000\"}                               | 3",
        "{name: \"\\\\0\"}                                 | 8",
        "{name: {$in: [\"a\\u0000b\", \"it's\"]}}          | 0,5",
        "{name: {$nin: [\"a\\u0000b\", \"it's\"]}}         | 1,2,3,4,6,7,8",
        "{name: {$startsWith: \"a\\u0000\"}}               | 0,2,4",
        "{name: {$ne: \"a\\u0000b\"}}                      | 1,2,3,4,5,6,7,8",
        "{name: {$gt: \"a\\u0000b\", $lt: \"b\"}}          | 4",
        "{name: 'bv_hour_zz'}                              | 6",
        "{name: 'bv_average_99_1'}                         | 7",
        "{part: \"a\\u0000b\"}                             | 0",
        "{part: {$in: [\"a\\u0000\", \"a\"]}}              | 1,2",
      })
  void aFilterComparesEveryCharacter(String filter, String ids) {
    assertThat(ids(bergview.find("Thing").filter(filter)).toString())
        .isEqualTo(List.of(ids.split(",", -1)).toString());
  }

  @Test
  void aDefinitionHoldsThemInEveryPlaceOfAConstant() {
    Projects.write(
        folder.resolve("views/Odd.json"),
        """
        {"$type": "Odd", "$from": "Thing", "$filter": {"name": {"$ne": "\\u0000"}},
         "$groupBy": ["part"], "$partitionBy": ["part"],
         "$compute": {
           "first": {"$first": {"$literal": "x\\u0000y"}},
           "last": {"$last": {"$literal": "0x00ff"}},
           "most": {"$max": {"$cond": [{"name": {"$startsWith": "a\\u0000"}}, "n\\u0000", "o\\u0000"]}},
           "truth": {"$first": {"$literal": true}},
           "one": {"$last": {"$literal": 1}},
           "none": {"$last": {"$cond": [{"name": "nobody"}, {"$literal": "a"}, null]}},
           "kinds": {"$countDistinct": {"$literal": "\\u0000"}}}}
        """);
    bergview.apply();
    bergview.refreshView(RefreshRequest.of("Odd"));
    List<Map<String, Object>> found = rows(bergview.find("Odd").sort("part"));
    assertThat(found).hasSize(NAMES.size() - 1);
    assertThat(found)
        .filteredOn(row -> row.get("part").equals("a\0b"))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row).containsEntry("first", "x\0y").containsEntry("last", "0x00ff");
              assertThat(row).containsEntry("most", "n\0").containsEntry("kinds", 1L);
              assertThat(row).containsEntry("truth", true).containsEntry("one", 1);
              assertThat(row).containsEntry("none", null);
            });
    assertThat(found).filteredOn(row -> row.get("most").equals("n\0")).hasSize(3);
    assertThat(bergview.verifyView("Odd", VerifyOptions.defaults()).equal()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{$countDistinct: 99999999999999999999999999999999999999} | 1",
        "{$avg: 9223372036854775807}                              | 9.223372036854776E18",
        "{$max: 99999999999999999999999999999999999999}           |"
            + " 99999999999999999999999999999999999999",
      })
  void aConstantAtTheLimitOfItsTypeIsAggregated(String aggregate, String result) {
    assertThat(rows(bergview.find("Thing").groupBy().compute("{biggest: " + aggregate + "}")))
        .singleElement()
        .satisfies(row -> assertThat(row.get("biggest")).hasToString(result));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{$avg: 12345678901234567890123456789012345678}                 | about 1.11",
        "{$avg: -99999999999999999999999999999999999999}                | about -9.0E38",
        "{$avg: 0.12345678901234567890123456789012345678}               | about 1.11",
        "{$sum: 99999999999999999999999999999999999999}                 | about 9.0E38",
        "{$sum: {$multiply: [99999999999999999999999999999999999999, 2]}} | 38 digits",
        "{$max: {$add: [99999999999999999999999999999999999999, 1]}}    | 38 digits",
        "{$sum: 9223372036854775807}                                    | is 83010348331692982263",
        "{$sum: {$multiply: [id, 9223372036854775807]}}                 | multiplication of long",
      })
  void whatDoesNotFitIsAnOverflowOfTheUsersOwnName(String aggregate, String why) {
    Find find = bergview.find("Thing").groupBy().compute("{biggest: " + aggregate + "}");
    BergviewException failure = catchThrowableOfType(BergviewException.class, () -> rows(find));
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.OVERFLOW);
    assertThat(failure.getMessage())
        .startsWith("The query of Thing: ")
        .contains("'biggest'", why)
        .doesNotContain("SELECT", "java.", "Exception", "CAST(", "INT64", "source column");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"$sum: 9223372036854775807", "$avg: 9999999999999999999999999999999999999"})
  void aRefreshAndAQuerySayTheSameOfWhatOverflows(String aggregate) {
    Projects.write(
        folder.resolve("views/Big.yaml"),
        "$type: Big\n$from: Thing\n$groupBy: []\n$compute: {biggest: {" + aggregate + "}}\n");
    bergview.apply();
    BergviewException refresh =
        bergview.refreshView(RefreshRequest.of("Big")).failures().get(0).error();
    BergviewException query =
        catchThrowableOfType(BergviewException.class, () -> rows(bergview.find("Big")));
    assertThat(refresh.code()).isEqualTo(ErrorCode.OVERFLOW).isEqualTo(query.code());
    assertThat(refresh.getMessage()).contains("View Big: ", "'biggest'").endsWith("the rows");
    assertThat(query.getMessage()).contains("The query of Big: ", "'biggest'");
  }

  @Test
  void anIncrementalRefreshFindsTheGroupsOfSuchKeys() {
    Projects.write(
        folder.resolve("views/Counts.yaml"),
        "$type: Counts\n"
            + "$from: Thing\n"
            + "$groupBy: [part]\n"
            + "$partitionBy: [part]\n"
            + "$compute: {n: {$count: '*'}}\n");
    bergview.apply();
    bergview.refreshView(RefreshRequest.of("Counts"));
    Table table = bergview.catalog("lake").loadTable(TableIdentifier.of("odd", "things"));
    Record more = GenericRecord.create(SCHEMA);
    more.setField("id", 100L);
    more.setField("name", "again");
    more.setField("part", "a\0b");
    RowFiles.append(table, List.of(more));
    bergview.refreshView(RefreshRequest.of("Counts"));
    assertThat(rows(bergview.find("Counts").filter("{n: 2}")))
        .containsExactly(Map.of("part", "a\0b", "n", 2L));
    assertThat(rows(bergview.find("Counts"))).hasSize(NAMES.size());
  }
}
