package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.view.NewView;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.types.Types;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metadata tables and Iceberg views, which catalogs hold and nothing can be derived from. */
class UnsupportedSourceTest {
  private static final String FILES =
      "$type: OrderFile\n$table: shop.orders.files\n$id: file_path\n";

  @TempDir Path folder;

  private static void assertUnsupported(ThrowingCallable call, String... message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNSUPPORTED))
        .hasMessageContainingAll(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {TestProject.SQLITE, TestProject.HADOOP})
  void everyMetadataTableIsRefusedAsASource(String settings) throws Exception {
    try (TestProject project = TestProject.create(folder, settings)) {
      SmallShop.filled(project);
      for (MetadataTableType kind : MetadataTableType.values()) {
        String name = kind.name().toLowerCase(java.util.Locale.ROOT);
        project.write("types/meta.yaml", "$type: Meta\n$table: shop.orders." + name + "\n");
        assertUnsupported(
            () -> project.define("V", "$from: Meta\n"),
            "shop.orders." + name + " is the metadata table '" + name + "' of table ",
            "orders");
      }
      project.write("types/meta.yaml", "$type: Meta\n$table: shop.orders.refs\n$id: name\n");
      project.write(
          "types/pointing.yaml",
          "$type: Pointing\n"
              + "$table: shop.orders\n"
              + "$id: order_id\n"
              + "ref: '-> Meta'\n"
              + "$keys: {ref: status}\n");
      assertUnsupported(() -> project.define("V", "$from: Pointing\n$expand: [ref]\n"), "refs");
      assertThat(project.registry().list()).isEmpty();
      try (Stream<Path> files = Files.walk(folder.resolve("warehouse"))) {
        assertThat(files.map(Path::toString)).noneMatch(file -> file.contains("_views"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {TestProject.SQLITE, TestProject.HADOOP})
  void tableThatIsCalledAsAMetadataTableIsATable(String settings) {
    try (TestProject project = TestProject.create(folder, settings)) {
      SmallShop.filled(project);
      Namespace nested = Namespace.of("shop", "sales");
      ((SupportsNamespaces) project.catalog()).createNamespace(nested);
      Schema schema = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
      project
          .catalog()
          .createTable(TableIdentifier.of(nested, "files"), schema, PartitionSpec.unpartitioned());
      project.write("types/files.yaml", "$type: File\n$table: shop.sales.files\n$id: id\n");
      project.define("Files", "$from: File\n");
      assertThat(project.refresh("Files").kind()).isEqualTo(RefreshKind.FULL);
      assertThat(project.contents("Files")).isEmpty();
    }
  }

  @Test
  void icebergViewIsCalledOne() {
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      SmallShop.filled(project);
      ((ViewCatalog) project.catalog())
          .buildView(TableIdentifier.of("shop", "recent"))
          .withSchema(SmallShop.ORDERS)
          .withDefaultNamespace(Namespace.of("shop"))
          .withQuery("spark", "SELECT * FROM shop.orders")
          .create();
      project.write("types/recent.yaml", "$type: Recent\n$table: shop.recent\n$id: order_id\n");
      assertUnsupported(
          () -> project.define("V", "$from: Recent\n"), "shop.recent is an Iceberg view", "tables");
      project.write("types/recent.yaml", "$type: Recent\n$table: shop.recnt\n$id: order_id\n");
      assertThatThrownBy(() -> project.define("V", "$from: Recent\n"))
          .isInstanceOfSatisfying(
              BergviewException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND));
    }
  }

  /** As earlier versions have registered it. */
  private static void registerOverMetadata(TestProject project) {
    DefinitionReader reader = new DefinitionReader(Set.of("lake"));
    EntityType type = (EntityType) reader.read("t.yaml", FILES).get(0);
    ViewDefinition view =
        (ViewDefinition)
            reader.read("v.yaml", "$type: Old\n$from: OrderFile\n$table: shop_views.old\n").get(0);
    Schema schema =
        new Schema(Types.NestedField.optional(100, "file_path", Types.StringType.get()));
    TableName source = type.table().orElseThrow();
    project
        .registry()
        .define(
            new NewView(
                "Old",
                new TableName(Optional.empty(), List.of("shop_views"), "old"),
                schema,
                PartitionSpec.unpartitioned(),
                SortOrder.unsorted(),
                Map.of(),
                new StoredDefinition(
                    view,
                    Map.of("OrderFile", type),
                    Map.of("OrderFile", new StoredDefinition.Source(source, schema)))));
  }

  @ParameterizedTest
  @ValueSource(strings = {TestProject.SQLITE, TestProject.HADOOP})
  void viewThatIsRegisteredOverAMetadataTableSaysSoAndIsDropped(String settings) {
    try (TestProject project = TestProject.create(folder, settings)) {
      SmallShop.filled(project);
      project.define("OrderView", SmallShop.ORDER_VIEW);
      registerOverMetadata(project);
      RefreshOutcome outcome = project.refresh(RefreshRequest.ofAll());
      assertThat(outcome.done()).extracting(RefreshResult::view).containsExactly("OrderView");
      assertThat(outcome.failures())
          .extracting(failure -> failure.error().code())
          .containsExactly(ErrorCode.SOURCE_UNSUPPORTED);
      assertUnsupported(() -> project.state("Old"), "shop.orders.files");
      assertThat(project.states().unreadable())
          .singleElement()
          .satisfies(u -> assertThat(u.error().code()).isEqualTo(ErrorCode.SOURCE_UNSUPPORTED));
      assertUnsupported(() -> project.explain("Old"), "shop.orders.files");
      assertThat(project.lineage().toString()).contains("metadata table");
      assertThat(project.registry().drop("Old").table().name()).isEqualTo("old");
      assertThat(project.refresh(RefreshRequest.ofAll()).failures()).isEmpty();
    }
  }
}
