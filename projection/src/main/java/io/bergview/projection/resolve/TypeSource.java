package io.bergview.projection.resolve;

import io.bergview.projection.definition.EntityType;
import java.util.Collection;
import java.util.Optional;
import org.apache.iceberg.Schema;

/** What a definition is resolved against. */
public interface TypeSource {
  /** The names of all entity types and views that a definition may mention. */
  Collection<String> names();

  /** An entity type; a view appears as the type of its result. */
  Optional<EntityType> type(String name);

  /**
   * The schema of the type's table, with the table's field ids.
   *
   * @throws io.bergview.errors.NotFoundException where the table does not exist
   */
  Schema schema(EntityType type);
}
