package io.bergview.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.definition.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogsTest {
  @TempDir Path dir;

  private static TableName table(String namespace, String name) {
    return new TableName(Optional.empty(), List.of(namespace), name);
  }

  private static void fails(ErrorCode code, ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(BergviewException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(parts);
  }

  @Test
  void tablesOfTheDefaultCatalogNeedNoCatalogInTheirName() {
    try (Catalogs catalogs = TestProject.open(dir, TestProject.SQLITE)) {
      TestProject.createTable(catalogs, "shop", "orders");
      TableName plain = table("shop", "orders");
      assertThat(catalogs.load(plain).schema().columns()).hasSize(3);
      assertThat(catalogs.qualified(plain).toString()).isEqualTo("lake.shop.orders");
      assertThat(catalogs.load(catalogs.qualified(plain)).uuid())
          .isEqualTo(catalogs.load(plain).uuid());
      assertThat(catalogs.tableName("lake", catalogs.identifier(plain))).isEqualTo(plain);
    }
    assertThat(dir.resolve("warehouse/catalog.db")).exists();
  }

  @Test
  void aCatalogWhoseJarsAreMissingSaysWhichAndWhere() {
    String hive = "catalogs: {lake: {type: hive, uri: 'thrift://127.0.0.1:1', warehouse: w}}";
    try (Catalogs catalogs = TestProject.open(dir, hive)) {
      fails(
          ErrorCode.CATALOG_MODULE_MISSING,
          () -> catalogs.load(table("shop", "orders")),
          "type hive",
          "iceberg-hive-metastore-*.jar",
          "BERGVIEW_CLASSPATH");
    }
  }

  @Test
  void aMissingTableComesWithANearName() {
    for (String kind : List.of(TestProject.SQLITE, TestProject.HADOOP)) {
      try (Catalogs catalogs = TestProject.open(dir, kind)) {
        TestProject.createTable(catalogs, "shop", "orders");
        fails(
            ErrorCode.SOURCE_NOT_FOUND,
            () -> catalogs.load(table("shop", "ordres")),
            "shop.ordres",
            "did you mean 'orders'");
        fails(
            ErrorCode.SOURCE_NOT_FOUND,
            () -> catalogs.load(table("shoq", "orders")),
            "there is no namespace shoq");
        assertThat(catalogs.find(table("shop", "ordres"))).isEmpty();
      }
    }
  }

  @Test
  void aMissingCatalogComesWithANearName() {
    try (Catalogs catalogs = TestProject.open(dir, TestProject.SQLITE)) {
      fails(ErrorCode.CATALOG_NOT_FOUND, () -> catalogs.catalog("lak"), "did you mean 'lake'");
    }
  }

  @Test
  void anUnreachableCatalogIsNamedWithoutItsSecret() {
    String text =
        """
        catalogs:
          lake:
            type: rest
            uri: http://bob:hunter22@127.0.0.1:1/x
            token: hunter33
        """;
    try (Catalogs catalogs = TestProject.open(dir, text)) {
      assertThatThrownBy(() -> catalogs.load(table("shop", "orders")))
          .isInstanceOfSatisfying(
              BergviewException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_UNREACHABLE))
          .hasMessageContainingAll("catalog 'lake'", "http://***@127.0.0.1:1/x")
          .hasStackTraceContaining("RESTException")
          .satisfies(
              e -> {
                java.io.StringWriter trace = new java.io.StringWriter();
                e.printStackTrace(new java.io.PrintWriter(trace));
                assertThat(trace.toString()).doesNotContain("hunter");
              });
    }
  }

  @Test
  void aBrokenSqliteFileIsUnreachable() throws Exception {
    Files.createDirectories(dir.resolve("warehouse"));
    Files.writeString(dir.resolve("warehouse/catalog.db"), "this is not a database at all, no");
    try (Catalogs catalogs = TestProject.open(dir, TestProject.SQLITE)) {
      fails(
          ErrorCode.CATALOG_UNREACHABLE,
          () -> catalogs.load(table("shop", "orders")),
          "warehouse/catalog.db");
    }
  }

  @Test
  void aMissingMetadataFileIsAStorageFailure() throws Exception {
    try (Catalogs catalogs = TestProject.open(dir, TestProject.SQLITE)) {
      TestProject.createTable(catalogs, "shop", "orders");
      try (var files = Files.list(dir.resolve("warehouse/shop/orders/metadata"))) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      fails(
          ErrorCode.STORAGE_FAILED,
          () -> catalogs.load(table("shop", "orders")),
          "Cannot read table shop.orders");
    }
  }

  @Test
  void namesThatLeadOutOfAHadoopWarehouseAreRefused() {
    try (Catalogs catalogs = TestProject.open(dir, TestProject.HADOOP)) {
      for (String name : List.of("..", "a/b", "a\\b", ".")) {
        fails(ErrorCode.USAGE, () -> catalogs.find(table("shop", name)), "name of a folder");
        fails(ErrorCode.USAGE, () -> catalogs.find(table(name, "orders")), "name of a folder");
      }
    }
  }
}
