package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A view as it was registered when this was read.
 *
 * @param catalog the name of the catalog that its table is in
 * @param identifier of its table in that catalog
 * @param tableName the same as definitions write it
 * @param reads the tables that the definition names, with their catalogs, by type
 * @param definitionVersion from 1, up by one with every change of {@link
 *     StoredDefinition#contentHash}
 * @param table as loaded; {@code refresh()} it to see later commits
 */
public record RegisteredView(
    String name,
    String catalog,
    TableIdentifier identifier,
    TableName tableName,
    StoredDefinition definition,
    Map<String, TableName> reads,
    int definitionVersion,
    Table table) {
  public RegisteredView {
    requireNonNull(name, "name is null");
    requireNonNull(catalog, "catalog is null");
    requireNonNull(identifier, "identifier is null");
    requireNonNull(tableName, "tableName is null");
    requireNonNull(definition, "definition is null");
    reads = Collections.unmodifiableMap(new LinkedHashMap<>(reads));
    requireNonNull(table, "table is null");
  }

  /** The name of its table with the catalog, independent of the spelling in definitions. */
  public TableName qualifiedName() {
    return tableName.in(catalog);
  }
}
