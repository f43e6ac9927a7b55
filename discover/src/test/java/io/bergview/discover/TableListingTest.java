package io.bergview.discover;

import static io.bergview.discover.Lake.columns;
import static io.bergview.discover.Lake.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables listed and described from their metadata. */
class TableListingTest {
  @TempDir private Path folder;
  private Lake lake;

  @BeforeEach
  void open() {
    lake = new Lake(folder);
    lake.table("shop.orders", columns("order_id", Types.LongType.get()), row(1L), row(2L));
    lake.table("shop.empty", columns("id", Types.LongType.get()));
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private TableListing list(String... patterns) {
    return TableListing.of(lake.context().catalogs(), List.of(patterns));
  }

  @Test
  void everyTableIsListedWithWhatItsSnapshotSaysAndItsTypes() {
    lake.type("Order.yaml", "$type: Order\n$table: lake.shop.orders\n$id: order_id\n");
    TableListing listed = list();
    assertThat(listed.tables())
        .extracting(table -> table.table().toString())
        .containsExactly("shop.empty", "shop.orders");
    ListedTable orders = listed.tables().get(1);
    assertThat(orders.types()).containsExactly("Order");
    assertThat(orders.rows().count()).isEqualTo(2);
    assertThat(orders.files()).isEqualTo(1);
    assertThat(orders.bytes()).isPositive();
    assertThat(orders.lastChange()).isPresent();
    assertThat(listed.tables().get(0).lastChange()).isEmpty();
    assertThat(listed.tables().get(0).rows().count()).isZero();
    assertThat(listed.withoutType()).isEqualTo(1);
    assertThat(list("*orders").tables()).hasSize(1);
  }

  @Test
  void aTableWhoseMetadataAreLostHidesNoOther() throws Exception {
    Files.walk(folder.resolve("warehouse/shop/empty/metadata"))
        .filter(Files::isRegularFile)
        .forEach(file -> file.toFile().delete());
    TableListing listed = list();
    assertThat(listed.tables()).hasSize(1);
    assertThat(listed.unreadable()).extracting(UnreadableTable::name).containsExactly("shop.empty");
  }

  @Test
  void wrongDefinitionsHideTypesAndNoTable() {
    lake.type("Bad.yaml", "$type: [\n");
    TableListing listed = list();
    assertThat(listed.tables()).hasSize(2);
    assertThat(listed.unreadable().get(0).error().code()).isEqualTo(ErrorCode.DEFINITION_INVALID);
  }

  @Test
  void aTableIsDescribedWithItsColumnsLayoutAndReaders() {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get(), "the number"),
            NestedField.optional(
                2,
                "address",
                Types.StructType.of(NestedField.optional(3, "city", Types.StringType.get()))),
            NestedField.optional(
                4,
                "lines",
                Types.ListType.ofOptional(
                    5,
                    Types.StructType.of(NestedField.optional(6, "sku", Types.StringType.get())))),
            NestedField.optional(7, "at", Types.TimestampType.withZone()));
    Table table =
        lake.catalog()
            .buildTable(TableIdentifier.of("shop", "sales"), schema)
            .withPartitionSpec(PartitionSpec.builderFor(schema).day("at").bucket("id", 8).build())
            .withProperty("owner", "us")
            .withProperty("bergview.hidden", "x")
            .create();
    table.replaceSortOrder().desc("id").commit();
    lake.type("Sale.yaml", "$type: Sale\n$table: shop.sales\n$id: id\n");
    TableDescription described = new TableDescriber(lake.context()).describe("shop.sales");
    assertThat(described.columns())
        .extracting(TableDescription.Column::path)
        .containsExactly(
            "id", "address", "address.city", "lines", "lines.element", "lines.element.sku", "at");
    assertThat(described.columns().get(0).doc()).contains("the number");
    assertThat(described.columns().get(0).required()).isTrue();
    assertThat(described.partitioning()).containsExactly("day(at)", "bucket(8, id)");
    assertThat(described.sortOrder()).containsExactly("id desc nulls last");
    assertThat(described.properties()).containsEntry("owner", "us");
    assertThat(described.properties()).doesNotContainKey("bergview.hidden");
    assertThat(described.types()).extracting(type -> type.name()).containsExactly("Sale");
    assertThat(described.views()).isEmpty();
    assertThat(described.toJson().get("columns").get(2).get("id").asInt())
        .isEqualTo(table.schema().findField("address.city").fieldId());
  }

  @Test
  void whatIsNotThereIsNotDescribed() {
    TableDescriber describer = new TableDescriber(lake.context());
    assertThatThrownBy(() -> describer.describe("shop.order"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("did you mean 'orders'?");
    assertThatThrownBy(() -> describer.describe("orders")).isInstanceOf(UsageException.class);
  }

  @Test
  void aCatalogThatCannotBeReachedHidesNoOther() {
    try (Lake two =
        new Lake(
            folder.resolve("two"),
            "catalogs:\n"
                + "  lake: {type: sqlite, warehouse: warehouse}\n"
                + "  far: {type: rest, uri: 'http://127.0.0.1:1'}\n")) {
      two.table("shop.orders", columns("order_id", Types.LongType.get()), row(1L));
      TableListing listed = TableListing.of(two.context().catalogs(), List.of());
      assertThat(listed.tables()).hasSize(1);
      assertThat(listed.unreadable()).extracting(UnreadableTable::name).containsExactly("far");
      assertThat(two.discover().types()).hasSize(1);
    }
  }
}
