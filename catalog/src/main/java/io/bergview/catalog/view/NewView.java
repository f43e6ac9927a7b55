package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;

/**
 * A view to be defined.
 *
 * @param name of the view, not of its table
 * @param table the view's table: {@link ViewRegistry#tableFor}
 * @param schema of the table, including {@code _state}
 * @param spec bound to the schema
 * @param sortOrder bound to the schema
 * @param properties of the table beyond Bergview's own; they override Bergview's defaults such as
 *     {@code format-version}
 */
public record NewView(
    String name,
    TableName table,
    Schema schema,
    PartitionSpec spec,
    SortOrder sortOrder,
    Map<String, String> properties,
    StoredDefinition definition) {
  public NewView {
    requireNonNull(name, "name is null");
    requireNonNull(table, "table is null");
    requireNonNull(schema, "schema is null");
    requireNonNull(spec, "spec is null");
    requireNonNull(sortOrder, "sortOrder is null");
    properties = Map.copyOf(new TreeMap<>(properties));
    requireNonNull(definition, "definition is null");
    for (String key : properties.keySet()) {
      if (key.startsWith("bergview.")) {
        throw new IllegalArgumentException("the property " + key + " is the registry's to set");
      }
    }
  }
}
