package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An entity type: its table, its key, and its relations to other types.
 *
 * @param table empty for a type that only occurs embedded in columns of others
 * @param id the key columns; empty where rows have no key (an embedded type)
 * @param relations by name, in the order declared
 * @param fields declared scalar columns by name, each checked against the table's schema
 * @param origin where it was read from
 */
public record EntityType(
    String name,
    Optional<TableName> table,
    List<String> id,
    Map<String, Relation> relations,
    Map<String, FieldType> fields,
    Origin origin)
    implements Definition {
  public EntityType {
    requireNonNull(name, "name is null");
    requireNonNull(table, "table is null");
    id = List.copyOf(id);
    relations = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(relations));
    fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    requireNonNull(origin, "origin is null");
  }

  /** Begins a type that no file holds. */
  public static EntityTypeBuilder named(String name) {
    return new EntityTypeBuilder(name);
  }
}
