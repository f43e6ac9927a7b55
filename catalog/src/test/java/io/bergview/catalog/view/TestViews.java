package io.bergview.catalog.view;

import io.bergview.catalog.TestProject;
import io.bergview.projection.definition.Definition;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;

/** Views over shop.orders. */
final class TestViews {
  static final TableName ORDERS = new TableName(Optional.empty(), List.of("shop"), "orders");
  private static final Set<String> CATALOGS = Set.of("lake");

  private TestViews() {}

  static <T extends Definition> T parse(Class<T> kind, String text) {
    return kind.cast(new DefinitionReader(CATALOGS).read("test.yaml", text).get(0));
  }

  static StoredDefinition definition(String view, String further) {
    return new StoredDefinition(
        parse(ViewDefinition.class, "{$type: '%s', $from: Order%s}".formatted(view, further)),
        Map.of(
            "Order", parse(EntityType.class, "{$type: Order, $table: shop.orders, $id: order_id}")),
        Map.of("Order", new StoredDefinition.Source(ORDERS, TestProject.ORDERS)));
  }

  static NewView view(ViewRegistry registry, String name, String further) {
    return view(registry, definition(name, further));
  }

  static NewView view(ViewRegistry registry, StoredDefinition definition) {
    return new NewView(
        definition.view().name(),
        registry.tableFor(definition.view(), ORDERS),
        TestProject.ORDERS,
        PartitionSpec.unpartitioned(),
        SortOrder.unsorted(),
        Map.of(),
        definition);
  }
}
