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

  /** What {@code $from} names: an entity type, a view, or a table by its own name. */
  default Optional<EntityType> from(String name) {
    return type(name).or(() -> tableOf(name).flatMap(this::table));
  }

  /** The parts of a table's name; empty where it has no namespace, or is no path. */
  private static Optional<List<String>> tableOf(String name) {
    try {
      List<String> path = ColumnPath.parse(name, "").segments();
      return path.size() > 1 ? Optional.of(path) : Optional.empty();
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
