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
   * The type of a table for which none is declared, called by the table's name.
   *
   * @param path the parts of the table's name
   * @return empty where there is no such table
   */
  default Optional<EntityType> table(List<String> path) {
    return Optional.empty();
  }

  /**
   * The schema of the type's table, with the table's field ids.
   *
   * @throws io.bergview.errors.NotFoundException where the table does not exist
   */
  Schema schema(EntityType type);
}
