package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.lineage.LineageLookup;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The current columns of a source.
 *
 * @param identity how a column is matched with the one that a definition was made on
 */
public record SourceColumns(Schema schema, Identity identity) {
  /** What a column is known by. */
  public enum Identity {
    /** Its field id, which no rename changes. */
    FIELD_ID,
    /**
     * Its name: in the table of an upstream view, which gives a column another field id where its
     * type changes, but for promotions.
     */
    NAME,
    /** Both: in a table that was dropped and made again, ids alone mean nothing. */
    FIELD_ID_AND_NAME
  }

  public SourceColumns {
    requireNonNull(schema, "schema is null");
    requireNonNull(identity, "identity is null");
  }

  /** The columns of a table. */
  public static SourceColumns of(Table table) {
    return of(table, table.schema());
  }

  /** The columns that a table had or will have. */
  public static SourceColumns of(Table table, Schema schema) {
    boolean view = table.properties().containsKey(ViewProperties.VIEW);
    return new SourceColumns(schema, view ? Identity.NAME : Identity.FIELD_ID);
  }

  /**
   * The columns of a source table: the view's lineage shows whether it is still the table that the
   * view has read.
   */
  public static SourceColumns of(
      Table table, StoredDefinition.Source source, RegisteredView refreshed) {
    SourceColumns columns = of(table);
    boolean another =
        LineageLookup.of(refreshed.table()) instanceof LineageLookup.RecordedLineage found
            && found.lineage().sources().stream()
                .filter(seen -> seen.direct() && seen.table().equals(source.table()))
                .anyMatch(seen -> !seen.uuid().equals(table.uuid().toString()));
    return another && columns.identity() == Identity.FIELD_ID
        ? new SourceColumns(columns.schema(), Identity.FIELD_ID_AND_NAME)
        : columns;
  }

  /** Whether the column that a definition was made on exists, with any type. */
  public boolean has(Types.NestedField frozen) {
    return find(frozen, schema.columns()) != null;
  }

  /** The field of some that is the one a definition was made on; null where it is not there. */
  Types.@Nullable NestedField find(Types.NestedField frozen, List<Types.NestedField> among) {
    return among.stream()
        .filter(field -> identity == Identity.NAME || field.fieldId() == frozen.fieldId())
        .filter(field -> identity == Identity.FIELD_ID || field.name().equals(frozen.name()))
        .findFirst()
        .orElse(null);
  }
}
