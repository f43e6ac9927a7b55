package io.bergview.projection.definition;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;

/** What a definition is resolved against. */
public interface TypeSource {
  /** The names of all entity types and views that a definition may mention. */
  Collection<String> names();

  /** An entity type; a view appears as the type of its result. */
  Optional<EntityType> type(String name);

  /**
   * The type of a table: one that is declared for it, that of the view whose table it is, or else
   * one that has the table's name.
   *
   * @param path the parts of the table's name, perhaps with a catalog in front
   * @return empty where there is no such table
   */
  Optional<EntityType> table(List<String> path);

  /**
   * The type of a table at a branch or a tag: one that is declared for it, or else that of the
   * table with the name {@code namespace.table@ref}.
   *
   * @param path as {@link #table} takes it
   * @return empty where there is no such table, or refs are not known
   * @throws io.bergview.errors.NotFoundException {@code SOURCE_REF_NOT_FOUND} where the table has
   *     no such ref
   */
  default Optional<EntityType> tableAt(List<String> path, String ref) {
    return Optional.empty();
  }

  /** As {@link #tableAt}, of the table of a type. */
  default Optional<EntityType> at(EntityType type, String ref) {
    return type.table().map(TableName::path).flatMap(path -> tableAt(path, ref));
  }

  /**
   * What {@code $from} names: an entity type, a view, or a table by its own name, perhaps at a
   * branch or a tag.
   */
  default Optional<EntityType> from(String name) {
    return type(name).or(() -> tableOf(name).flatMap(this::tableOf));
  }

  private Optional<EntityType> tableOf(TableName.TextAtRef name) {
    List<String> path = name.table().segments();
    return name.ref().isPresent() ? tableAt(path, name.ref().get()) : table(path);
  }

  /** A table's name; empty where it has no namespace, or is no path. */
  private static Optional<TableName.TextAtRef> tableOf(String name) {
    try {
      TableName.TextAtRef table = TableName.TextAtRef.parse(name);
      return table.table().segments().size() > 1 ? Optional.of(table) : Optional.empty();
    } catch (IllegalArgumentException noPath) {
      return Optional.empty();
    }
  }

  /**
   * The schema of the type's table, with the table's field ids.
   *
   * @throws io.bergview.errors.NotFoundException where the table does not exist
   */
  Schema schema(EntityType type);

  /**
   * The schema that the type's table had at a moment. Only queries know the past: a definition
   * reads tables as they are.
   *
   * @return empty where the past is not known
   * @throws io.bergview.errors.BergviewException where the table has no such moment
   */
  default Optional<Schema> schemaAsOf(EntityType type, AsOf moment) {
    return Optional.empty();
  }
}
