package io.bergview.catalog.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.TestProject;
import io.bergview.errors.ErrorCode;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
class HadoopViewRegistryTest extends ViewRegistryContract {
  @Override
  String projectText() {
    return TestProject.HADOOP;
  }

  @Override
  String expectedTable() {
    return "shop._views.OrderView";
  }

  @Test
  void theFolderIsTheNameWithNumberedMetadataAndAHint() {
    define("OrderView", "");
    assertThat(dir.resolve("warehouse/shop/_views/OrderView/metadata/v1.metadata.json")).exists();
    assertThat(dir.resolve("warehouse/shop/_views/OrderView/metadata/version-hint.text")).exists();
  }

  @Test
  void aTableWhereListingWouldNotFindItIsRefused() {
    fails(
        ErrorCode.DEFINITION_INVALID,
        () -> define("OrderView", ", $table: shop.my_orders"),
        "test.yaml:1:",
        "write shop._views.my_orders");
    define("OrderView", ", $table: shop._views.my_orders");
    assertThat(registry.find("OrderView").identifier().name()).isEqualTo("my_orders");
  }

  @Test
  void withoutGarbageCollectionNothingIsDropped() {
    Table table = define("OrderView", "").view().table();
    table.updateProperties().set("gc.enabled", "false").commit();
    fails(ErrorCode.POLICY_REFUSED, () -> registry.drop("OrderView"), "gc.enabled=false");
    assertThat(registry.find("OrderView").table().uuid()).isEqualTo(table.uuid());
  }
}
