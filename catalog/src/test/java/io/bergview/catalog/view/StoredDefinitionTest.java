package io.bergview.catalog.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.definition.TableName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class StoredDefinitionTest {
  private static final Set<String> CATALOGS = Set.of("lake");
  private static final StoredDefinition DEFINITION =
      TestViews.definition(
          "OrderView",
          ", $filter: {total: {$gt: 12.50}, status: {$ne: draft}},"
              + " $refresh: {mode: scheduled, schedule: '0 2 * * *'}");

  private static String golden() throws IOException {
    return golden("definition-format-1.json");
  }

  private static String golden(String file) throws IOException {
    try (InputStream in = StoredDefinitionTest.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  private static StoredDefinition read(String json) {
    return StoredDefinition.fromJson("OrderView", json, CATALOGS);
  }

  private static void unsupported(String json, String... parts) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FORMAT_UNSUPPORTED))
        .hasMessageContaining("view OrderView".substring(1))
        .hasMessageContainingAll(parts);
  }

  @Test
  void theTextIsAsItWasAndReadsBackExactly() throws IOException {
    assertThat(DEFINITION.toJson()).isEqualTo(golden());
    StoredDefinition read = read(golden());
    assertThat(read.toJson()).isEqualTo(golden());
    assertThat(read.hash()).isEqualTo(DEFINITION.hash()).hasSize(64);
    assertThat(read.view().filter()).isEqualTo(DEFINITION.view().filter());
    assertThat(read.types().get("Order").id()).containsExactly("order_id");
    assertThat(read.sources().get("Order").table()).isEqualTo(TestViews.ORDERS);
    assertThat(
            read.sources()
                .get("Order")
                .schema()
                .sameSchema(DEFINITION.sources().get("Order").schema()))
        .isTrue();
  }

  @Test
  void theHashSeesTheViewTheTypesAndTheFrozenColumns() {
    Schema fewer = new Schema(Types.NestedField.required(1, "order_id", Types.LongType.get()));
    StoredDefinition otherColumns =
        new StoredDefinition(
            DEFINITION.view(),
            DEFINITION.types(),
            Map.of("Order", new StoredDefinition.Source(TestViews.ORDERS, fewer)));
    StoredDefinition otherTypes =
        new StoredDefinition(DEFINITION.view(), Map.of(), DEFINITION.sources());
    assertThat(
            List.of(
                DEFINITION.hash(),
                otherColumns.hash(),
                otherTypes.hash(),
                TestViews.definition("OrderView", "").hash()))
        .doesNotHaveDuplicates();
  }

  @Test
  void theContentHashSeesAllButSettingsOfTheRefreshAndTheLayout() {
    StoredDefinition plain = TestViews.definition("OrderView", "");
    StoredDefinition scheduled =
        TestViews.definition(
            "OrderView", ", $refresh: {mode: scheduled, schedule: '0 2 * * *', pin: true}");
    assertThat(scheduled.hash()).isNotEqualTo(plain.hash());
    assertThat(scheduled.contentHash()).isEqualTo(plain.contentHash());
    for (String layout :
        List.of(
            "$projection: oltp",
            "$sortBy: [order_id]",
            "$partitionBy: [status]",
            "$shards: 4",
            "$shards: 4, $shardKey: status",
            "$replication: 2",
            "$lookup: [order_id]")) {
      StoredDefinition laidOut = TestViews.definition("OrderView", ", " + layout);
      assertThat(laidOut.hash()).as(layout).isNotEqualTo(plain.hash());
      assertThat(laidOut.contentHash()).as(layout).isEqualTo(plain.contentHash());
    }
    assertThat(
            List.of(
                plain.contentHash(),
                TestViews.definition("OrderView", ", $filter: {status: paid}").contentHash(),
                TestViews.definition(
                        "OrderView",
                        ", $refresh: {mode: scheduled, schedule: '0 2 * * *', strategy: append}")
                    .contentHash()))
        .doesNotHaveDuplicates();
  }

  @Test
  void aSchemaIdIsNoDifference() {
    Schema renumbered =
        new Schema(7, DEFINITION.sources().get("Order").schema().columns(), Set.of());
    assertThat(
            new StoredDefinition(
                    DEFINITION.view(),
                    DEFINITION.types(),
                    Map.of("Order", new StoredDefinition.Source(TestViews.ORDERS, renumbered)))
                .hash())
        .isEqualTo(DEFINITION.hash());
  }

  @Test
  void aNewerFormatIsRefused() throws IOException {
    unsupported(
        golden().replace("\"format\":1", "\"format\":4"),
        "written by a newer Bergview",
        "its definition has format 4, this one reads 3");
  }

  @Test
  void aPublishedViewHasAFormatOfItsOwnAndDecidesNoRow() throws IOException {
    String text = golden("definition-format-3.json");
    StoredDefinition read = read(text);
    assertThat(read.view().publish())
        .contains(new TableName(Optional.empty(), List.of("marts", "Odd.Space"), "orders@home"));
    assertThat(read.toJson()).isEqualTo(text);
    StoredDefinition without = read(golden("definition-format-2.json"));
    assertThat(read.hash()).isNotEqualTo(without.hash());
    assertThat(read.contentHash()).isEqualTo(without.contentHash());
  }

  @Test
  void aTableAtABranchHasAFormatOfItsOwn() throws IOException {
    String text = golden("definition-format-2.json");
    StoredDefinition read = read(text);
    assertThat(read.sources().get("Order").table()).isEqualTo(TestViews.ORDERS.at("audit"));
    assertThat(read.types().get("Order").table()).contains(TestViews.ORDERS.at("audit"));
    assertThat(read.toJson()).isEqualTo(text);
  }

  @Test
  void anAtSignInTheNameOfATableWasALetterBeforeThereWereRefs() throws IOException {
    StoredDefinition read = read(golden().replace("shop.orders", "shop.orders@audit"));
    TableName name = new TableName(Optional.empty(), List.of("shop"), "orders@audit");
    assertThat(read.sources().get("Order").table()).isEqualTo(name);
    assertThat(read.types().get("Order").table()).contains(name);
    assertThat(read.toJson()).startsWith("{\"format\":1,").contains("shop.`orders@audit`");
    assertThat(read(read.toJson()).sources().get("Order").table()).isEqualTo(name);
  }

  @Test
  void unknownFieldsAreIgnored() throws IOException {
    assertThat(
            read(golden()
                    .replace("\"format\":1", "\"format\":1,\"later\":{\"x\":[1]}")
                    .replace("\"table\":", "\"later\":null,\"table\":"))
                .hash())
        .isEqualTo(DEFINITION.hash());
  }

  @Test
  void brokenTextIsAnErrorThatNamesTheView() throws IOException {
    unsupported("{", "it is not JSON");
    unsupported("{}", "'format' is missing");
    unsupported("{\"format\":1}", "'types' is missing");
    unsupported(golden().replace("$from", "$form"), "$form");
  }
}
