package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A table that is marked as a view, whether or not its stored definition can be read: enough to
 * drop it.
 *
 * @param view the name of the view
 * @param catalog the name of the catalog that the table is in
 * @param tableName the identifier as definitions write it
 */
public record ViewTable(
    String view, String catalog, TableIdentifier identifier, TableName tableName, Table table) {
  public ViewTable {
    requireNonNull(view, "view is null");
    requireNonNull(catalog, "catalog is null");
    requireNonNull(identifier, "identifier is null");
    requireNonNull(tableName, "tableName is null");
    requireNonNull(table, "table is null");
  }
}
