package io.bergview.catalog.pointers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.CatalogSettings;
import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.projection.definition.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table's pointer is another one after each commit by anybody, and only then. */
class TablePointersTest {
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

  @TempDir private Path folder;

  private Catalogs catalogs(String type) throws IOException {
    Files.writeString(
        folder.resolve(Project.FILE),
        "catalogs:\n  lake: {type: %s, warehouse: warehouse}\n".formatted(type));
    return new Catalogs(Project.open(folder));
  }

  private static TableName name(String table) {
    return new TableName(Optional.of("lake"), List.of("shop"), table);
  }

  private static Table create(Catalogs catalogs, String table) {
    Catalog catalog = catalogs.catalog("lake");
    SupportsNamespaces namespaces = (SupportsNamespaces) catalog;
    if (!namespaces.namespaceExists(Namespace.of("shop"))) {
      namespaces.createNamespace(Namespace.of("shop"));
    }
    return catalog.createTable(TableIdentifier.of("shop", table), SCHEMA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "hadoop"})
  void commitsOfOthersMoveThePointerOfTheirTableOnly(String type) throws IOException {
    try (Catalogs ours = catalogs(type);
        Catalogs theirs = catalogs(type);
        TablePointers pointers = new TablePointers(ours)) {
      Table orders = create(theirs, "orders");
      create(theirs, "items");
      Set<TableName> both = Set.of(name("orders"), name("items"), name("gone"));
      Map<TableName, String> first = pointers.read("lake", both);
      assertThat(first).containsOnlyKeys(name("orders"), name("items"));
      assertThat(pointers.read("lake", both)).isEqualTo(first);
      theirs.load(name("orders")).currentSnapshot();
      assertThat(pointers.read("lake", both)).isEqualTo(first);

      orders.newAppend().commit();
      Map<TableName, String> second = pointers.read("lake", both);
      assertThat(second.get(name("orders"))).isNotEqualTo(first.get(name("orders")));
      assertThat(second.get(name("items"))).isEqualTo(first.get(name("items")));

      theirs.catalog("lake").dropTable(TableIdentifier.of("shop", "items"));
      assertThat(pointers.read("lake", both)).containsOnlyKeys(name("orders"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "hadoop"})
  void ourOwnCommitsAreSeenToo(String type) throws IOException {
    try (Catalogs ours = catalogs(type);
        TablePointers pointers = new TablePointers(ours)) {
      Table orders = create(ours, "orders");
      Set<TableName> watched = Set.of(name("orders"));
      Map<TableName, String> first = pointers.read("lake", watched);
      orders.updateProperties().set("a", "b").commit();
      assertThat(pointers.read("lake", watched)).isNotEqualTo(first);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "hadoop"})
  void recreatedTableHasAnotherPointer(String type) throws IOException {
    try (Catalogs ours = catalogs(type);
        TablePointers pointers = new TablePointers(ours)) {
      create(ours, "orders");
      Set<TableName> watched = Set.of(name("orders"));
      Map<TableName, String> first = pointers.read("lake", watched);
      String uuid = ours.findToRead(name("orders")).orElseThrow().uuid().toString();
      ours.catalog("lake").dropTable(TableIdentifier.of("shop", "orders"));
      create(ours, "orders");
      assertThat(pointers.read("lake", watched)).isNotEqualTo(first);
      assertThat(ours.findToRead(name("orders")).orElseThrow().uuid())
          .isNotEqualTo(UUID.fromString(uuid));
    }
  }

  /** A connection that broke is recreated. */
  @Test
  void failedCatalogIsPolledAgain() throws Exception {
    Path elsewhere = folder.resolve("elsewhere");
    String uri = "jdbc:sqlite:" + elsewhere.resolve("catalog.db");
    Set<TableName> watched = Set.of(name("orders"));
    try (JdbcPointers pointers =
        new JdbcPointers(new CatalogSettings("lake", CatalogType.JDBC, Map.of("uri", uri)))) {
      assertThatThrownBy(() -> pointers.read(watched)).isInstanceOf(UncheckedSQLException.class);
      Files.createDirectories(elsewhere);
      try (Connection connection = DriverManager.getConnection(uri);
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE TABLE iceberg_tables (catalog_name, table_namespace, table_name,"
                + " metadata_location)");
        statement.execute("INSERT INTO iceberg_tables VALUES ('lake', 'shop', 'orders', 'here')");
      }
      assertThat(pointers.read(watched)).containsExactly(Map.entry(name("orders"), "here"));
    }
  }
}
