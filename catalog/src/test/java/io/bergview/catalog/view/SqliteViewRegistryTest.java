package io.bergview.catalog.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.TestProject;
import io.bergview.errors.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;

class SqliteViewRegistryTest extends ViewRegistryContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }

  @Override
  String expectedTable() {
    return "shop_views.order_view";
  }

  @Test
  void theNamespaceIsMarkedAndTheFolderIsNextToTheSources() {
    Table table = define("OrderView", "").view().table();
    assertThat(table.location()).isEqualTo("file://" + dir + "/warehouse/shop/_views/OrderView");
    SupportsNamespaces namespaces = (SupportsNamespaces) catalogs.catalog("lake");
    assertThat(namespaces.loadNamespaceMetadata(Namespace.of("shop_views")))
        .containsEntry("bergview.views", "true");
    assertThat(namespaces.loadNamespaceMetadata(Namespace.of("shop")))
        .doesNotContainKey("bergview.views");
  }

  @Test
  void aCatalogThatCannotBeReachedHidesNoOther() {
    define("OrderView", "");
    try (Catalogs both =
        TestProject.open(
            dir,
            "catalogs: {lake: {type: sqlite, warehouse: warehouse},"
                + " away: {type: rest, uri: 'http://127.0.0.1:1/x'}}")) {
      ViewRegistry registry = new ViewRegistry(both, Clock.systemUTC(), Duration.ZERO);
      ViewListing listing = registry.listing();
      assertThat(listing.views()).extracting(RegisteredView::name).containsExactly("OrderView");
      assertThat(listing.unreadable()).hasSize(1);
      assertThat(listing.unreadable().get(0).name()).isEqualTo("away");
      assertThat(listing.unreadable().get(0).error().code())
          .isEqualTo(ErrorCode.CATALOG_UNREACHABLE);
      assertThat(registry.find("OrderView").name()).isEqualTo("OrderView");
      fails(ErrorCode.CATALOG_UNREACHABLE, () -> registry.find("Another"), "'away'");
      fails(
          ErrorCode.CATALOG_UNREACHABLE,
          () -> registry.define(TestViews.view(registry, "Another", "")),
          "'away'");
    }
  }

  @Test
  void aTableThatCannotBeLoadedHidesNoOther() throws IOException {
    define("Good", "");
    Table broken = define("Broken", "").view().table();
    String metadata = ((HasTableOperations) broken).operations().current().metadataFileLocation();
    Files.delete(Path.of(metadata.replaceFirst("^file:/*", "/")));
    ViewListing listing = registry.listing();
    assertThat(listing.views()).extracting(RegisteredView::name).containsExactly("Good");
    assertThat(listing.unreadable())
        .extracting(ViewListing.Unreadable::name)
        .containsExactly("shop_views.broken");
    fails(ErrorCode.STORAGE_FAILED, () -> registry.find("Broken"), "shop_views.broken");
  }

  @Test
  void aChosenTableIsFoundAgain() {
    define("OrderView", ", $table: shop.my_orders");
    assertThat(registry.find("OrderView").identifier())
        .isEqualTo(TableIdentifier.of("shop", "my_orders"));
    assertThat(registry.list()).hasSize(1);
  }

  @Test
  void oldOrphansGoWithTheViewYoungOnesStay() throws IOException {
    Table table = define("OrderView", "").view().table();
    Path data = Files.createDirectories(dir.resolve("warehouse/shop/_views/OrderView/data"));
    Path old = Files.writeString(data.resolve("old.parquet"), "x");
    Path young = Files.writeString(data.resolve("young.parquet"), "x");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    refresh(table, 1);
    registry.drop("OrderView");
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(dir.resolve("warehouse/shop/_views/OrderView/metadata")).doesNotExist();
  }

  @Test
  void withoutGarbageCollectionTheFilesStay() {
    Table table = define("OrderView", "").view().table();
    refresh(table, 1);
    table.updateProperties().set("gc.enabled", "false").commit();
    assertThat(registry.drop("OrderView").filesDeleted()).isZero();
    assertThat(dir.resolve("warehouse/shop/_views/OrderView/data")).isNotEmptyDirectory();
    assertThat(registry.list()).isEmpty();
  }

  @Test
  void aFolderSharedWithAnotherTableIsNotDropped() {
    Table table = define("OrderView", "").view().table();
    refresh(table, 1);
    for (String location : new String[] {table.location() + "/", table.location() + "/sub"}) {
      TableIdentifier inside = TableIdentifier.of("shop", "inside");
      catalogs
          .catalog("lake")
          .createTable(
              inside, TestProject.ORDERS, PartitionSpec.unpartitioned(), location, Map.of());
      fails(
          ErrorCode.POLICY_REFUSED,
          () -> registry.drop("OrderView"),
          "also that of table shop.inside");
      assertThat(registry.find("OrderView").table().currentSnapshot()).isNotNull();
      catalogs.catalog("lake").dropTable(inside, false);
    }
    registry.drop("OrderView");
  }

  @Test
  void aLinkInTheFolderIsNotFollowed() throws IOException {
    define("OrderView", "");
    Path outside = Files.createDirectories(dir.resolve("outside"));
    Path kept = Files.writeString(outside.resolve("kept"), "x");
    Files.setLastModifiedTime(kept, FileTime.from(Instant.EPOCH));
    Files.createSymbolicLink(dir.resolve("warehouse/shop/_views/OrderView/link"), outside);
    registry.drop("OrderView");
    assertThat(kept).exists();
  }
}
