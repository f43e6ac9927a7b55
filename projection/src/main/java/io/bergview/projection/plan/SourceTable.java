package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import org.apache.iceberg.Schema;

/**
 * A table that a plan reads.
 *
 * @param type the entity type that it holds
 * @param schema as frozen at definition: field ids are the table's, names are those of that time
 */
public record SourceTable(String type, TableName table, Schema schema) {
  public SourceTable {
    requireNonNull(type, "type is null");
    requireNonNull(table, "table is null");
    requireNonNull(schema, "schema is null");
  }
}
