package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.definition.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a REST catalog has under a name and nothing can be derived from. */
class RestSourcesTest {
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

  @TempDir Path folder;

  @Test
  void metadataTablesAndViewsAreRefusedButNotTablesNamedLikeThem() throws Exception {
    Files.writeString(folder.resolve(Project.FILE), CatalogServer.REST.catalogOf(folder));
    try (Catalogs catalogs = new Catalogs(Project.open(folder))) {
      Catalog catalog = catalogs.catalog("lake");
      Namespace nested = Namespace.of("shop", "sales");
      ((SupportsNamespaces) catalog).createNamespace(Namespace.of("shop"));
      ((SupportsNamespaces) catalog).createNamespace(nested);
      catalog.createTable(
          TableIdentifier.of("shop", "sales"), SCHEMA, PartitionSpec.unpartitioned());
      ((ViewCatalog) catalog)
          .buildView(TableIdentifier.of("shop", "recent"))
          .withSchema(SCHEMA)
          .withDefaultNamespace(Namespace.of("shop"))
          .withQuery("spark", "SELECT * FROM shop.sales")
          .create();
      assertUnsupported(
          catalogs, "is the metadata table 'files' of table", "shop", "sales", "files");
      assertUnsupported(catalogs, "is an Iceberg view", "shop", "recent");
      catalog.createTable(
          TableIdentifier.of(nested, "files"), SCHEMA, PartitionSpec.unpartitioned());
      TableName files = name("shop", "sales", "files");
      assertThat(catalogs.load(files).schema().columns()).hasSize(1);
      assertThat(catalogs.loadToRead(files).schema().columns()).hasSize(1);
    }
  }

  private static void assertUnsupported(Catalogs catalogs, String message, String... name) {
    TableName table = name(name);
    for (Runnable load :
        List.<Runnable>of(() -> catalogs.load(table), () -> catalogs.loadToRead(table))) {
      assertThatThrownBy(load::run)
          .isInstanceOfSatisfying(
              BergviewException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNSUPPORTED))
          .hasMessageContaining(message);
    }
  }

  private static TableName name(String... parts) {
    List<String> all = List.of(parts);
    return new TableName(Optional.empty(), all.subList(0, all.size() - 1), all.get(all.size() - 1));
  }
}
