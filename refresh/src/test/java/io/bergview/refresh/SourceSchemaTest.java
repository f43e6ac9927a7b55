package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.SchemaChanges;
import io.bergview.staleness.Reason;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns of the sources that change after the view was defined. */
class SourceSchemaTest {
  private static final String VIEW = "OrderView";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;
  private List<Map<String, @Nullable Object>> before = List.of();

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    project.define(VIEW, SmallShop.ORDER_VIEW);
    project.refresh(VIEW);
    before = project.contents(VIEW);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void assertFullyRefreshedTheSame() {
    assertThat(project.refreshFully(VIEW).kind()).isEqualTo(RefreshKind.FULL);
    assertThat(project.contents(VIEW)).containsExactlyInAnyOrderElementsOf(before);
  }

  private void assertRefusedWithNothingLost(String column) {
    assertThat(project.state(VIEW).reason()).isEqualTo(Reason.SOURCE_SCHEMA_CHANGED);
    long snapshot = project.tableOf(VIEW).currentSnapshot().snapshotId();
    for (RefreshRequest request :
        List.of(RefreshRequest.of(VIEW), RefreshRequest.of(VIEW).fully())) {
      BergviewException failure = project.failure(request, RefreshProgress.SILENT);
      assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED);
      assertThat(failure).hasMessageContaining(VIEW).hasMessageContaining("'" + column + "'");
    }
    assertThat(project.tableOf(VIEW).currentSnapshot().snapshotId()).isEqualTo(snapshot);
    assertThat(project.contents(VIEW)).isEqualTo(before);
    assertThat(project.dataFiles(VIEW)).hasSize(1);
  }

  @Test
  void renamedColumnKeepsItsNameInTheView() {
    SchemaChanges.rename(shop.orders(), "status", "state");
    SchemaChanges.rename(shop.orders(), "customer_id", "buyer_id");
    SchemaChanges.rename(shop.customers(), "name", "full name");
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.SKIP);
    assertFullyRefreshedTheSame();
  }

  @Test
  void renamedPartOfAStructKeepsItsNameInTheView() {
    SchemaChanges.rename(shop.customers(), "address.zip", "postcode");
    SchemaChanges.rename(shop.customers(), "address", "home");
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.SKIP);
    assertFullyRefreshedTheSame();
  }

  @Test
  void namesOfTwoColumnsSwappedSwapNothingInTheView() {
    SchemaChanges.rename(shop.customers(), "address.city", "was_city");
    SchemaChanges.rename(shop.orders(), "total", "was_total");
    SchemaChanges.rename(shop.orders(), "quantity", "total");
    SchemaChanges.rename(shop.orders(), "was_total", "quantity");
    assertFullyRefreshedTheSame();
  }

  @Test
  void reorderedColumnsStayWhereTheyAreInTheView() {
    SchemaChanges.moveFirst(shop.orders(), "quantity");
    SchemaChanges.moveAfter(shop.customers(), "address.city", "address.zip");
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.SKIP);
    assertFullyRefreshedTheSame();
    assertThat(project.tableOf(VIEW).schema().columns().get(0).name()).isEqualTo("order_id");
  }

  @Test
  void addedColumnsAreNotSilentlyAdded() {
    SchemaChanges.add(shop.orders(), "note", Types.StringType.get());
    SchemaChanges.addInside(shop.customers(), "address", "street", Types.StringType.get());
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.SKIP);
    assertFullyRefreshedTheSame();
    project.define(VIEW, SmallShop.ORDER_VIEW);
    project.refresh(VIEW);
    assertThat(project.tableOf(VIEW).schema().findField("note")).isNotNull();
    assertThat(project.tableOf(VIEW).schema().findField("customer_address.street")).isNotNull();
  }

  @Test
  void promotedColumnIsPromotedInTheViewAndKeepsItsId() {
    int id = Objects.requireNonNull(project.tableOf(VIEW).schema().findField("quantity")).fieldId();
    SchemaChanges.promote(shop.orders(), "quantity", Types.LongType.get());
    SchemaChanges.promote(shop.orders(), "total", Types.DecimalType.of(20, 2));
    Record big = GenericRecord.create(shop.orders().schema());
    big.setField("order_id", 20L);
    big.setField("quantity", 1L << 40);
    big.setField("total", new BigDecimal("123456789012345678.99"));
    RowFiles.append(shop.orders(), List.of(big));
    RefreshResult result = project.refresh(VIEW);
    assertThat(result.reason()).isEqualTo("SOURCE_SCHEMA_CHANGED");
    Types.NestedField now = project.tableOf(VIEW).schema().findField("quantity");
    assertThat(Objects.requireNonNull(now).fieldId()).isEqualTo(id);
    assertThat(now.type()).isEqualTo(Types.LongType.get());
    shop.assertOrderViewIsRight();
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.SKIP);
  }

  @Test
  void promotedPartOfAStructIsPromotedInTheView() {
    SchemaChanges.promote(shop.customers(), "address.zip", Types.LongType.get());
    assertThat(project.refresh(VIEW).reason()).isEqualTo("SOURCE_SCHEMA_CHANGED");
    assertThat(project.tableOf(VIEW).schema().findType("customer_address.zip"))
        .isEqualTo(Types.LongType.get());
    shop.assertOrderViewIsRight();
  }

  @Test
  void promotedColumnThatPartitionsKeepsItsPartitions() {
    project.define("ByQuantity", "$from: Order\n$partitionBy: [quantity]\n$sortBy: [quantity]\n");
    project.refresh("ByQuantity");
    SchemaChanges.promote(shop.orders(), "quantity", Types.LongType.get());
    project.refresh("ByQuantity");
    assertThat(project.tableOf("ByQuantity").spec().fields())
        .hasSize(1)
        .allMatch(field -> field.transform().isIdentity());
    assertThat(project.rows("ByQuantity")).hasSize(5);
  }

  @Test
  void droppedColumnIsRefusedAndNothingIsLost() {
    SchemaChanges.drop(shop.orders(), "status");
    assertRefusedWithNothingLost("status");
  }

  @Test
  void droppedPartOfAStructIsRefusedAndNothingIsLost() {
    SchemaChanges.drop(shop.customers(), "address.zip");
    assertRefusedWithNothingLost("customer_address.zip");
  }

  @Test
  void droppedPartOfAStructThatTheViewNamesIsRefusedToo() {
    project.define(VIEW, "$from: Order\n$flatten: {zip: customer.address.zip}\n");
    project.refresh(VIEW);
    SchemaChanges.drop(shop.customers(), "address.zip");
    assertThat(project.failure(VIEW).code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED);
    assertThat(project.rows(VIEW)).hasSize(5).anyMatch(row -> row.getField("zip") != null);
  }

  @Test
  void droppedPartOfAStructDoesNotMatterToAViewThatShowsAnother() {
    project.define(VIEW, "$from: Order\n$flatten: {city: customer.address.city}\n");
    project.refresh(VIEW);
    SchemaChanges.drop(shop.customers(), "address.zip");
    assertThat(project.refreshFully(VIEW).rowsAdded()).isEqualTo(5);
  }

  @Test
  void droppedColumnThatTheViewDoesNotUseChangesNothing() {
    project.define("Few", "$from: Order\n$select: [order_id, status]\n");
    project.refresh("Few");
    SchemaChanges.drop(shop.orders(), "total");
    assertThat(project.refresh("Few").kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(project.refreshFully("Few").rowsAdded()).isEqualTo(5);
  }

  @Test
  void columnDroppedAndAddedAgainIsAnotherColumn() {
    SchemaChanges.drop(shop.orders(), "status");
    SchemaChanges.add(shop.orders(), "status", Types.StringType.get());
    assertRefusedWithNothingLost("status");
    project.define(VIEW, SmallShop.ORDER_VIEW);
    assertThat(project.refresh(VIEW).reason()).isEqualTo("DEFINITION_CHANGED");
    assertThat(project.rows(VIEW)).hasSize(5).allMatch(row -> row.getField("status") == null);
  }
}
