package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.AsOf;
import io.bergview.projection.definition.TableName;
import java.util.Optional;
import org.apache.iceberg.Schema;

/**
 * A table that a plan reads.
 *
 * @param type the entity type that it holds; of a table as it was, that name with the moment after
 *     it, so that each moment of a table is a source of its own
 * @param schema as frozen at definition: field ids are the table's, names are those of that time
 * @param asOf the moment at which it is read, if the query names one; never in definitions
 */
public record SourceTable(String type, TableName table, Schema schema, Optional<AsOf> asOf) {
  public SourceTable {
    requireNonNull(type, "type is null");
    requireNonNull(table, "table is null");
    requireNonNull(schema, "schema is null");
    requireNonNull(asOf, "asOf is null");
  }

  /** A table as it is. */
  public SourceTable(String type, TableName table, Schema schema) {
    this(type, table, schema, Optional.empty());
  }

  /** A table as it was. No name of a type has a slash, unless it is in quotes. */
  public static SourceTable past(String type, TableName table, Schema schema, AsOf moment) {
    return new SourceTable(type + "/" + moment.text(), table, schema, Optional.of(moment));
  }

  /** With other columns of the table. */
  public SourceTable with(Schema columns) {
    return new SourceTable(type, table, columns, asOf);
  }

  /** For display. */
  public String shown() {
    return asOf.map(moment -> table + " as of " + moment.text()).orElseGet(table::toString);
  }
}
