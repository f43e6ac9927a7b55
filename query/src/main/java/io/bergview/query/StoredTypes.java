package io.bergview.query;

import io.bergview.catalog.view.StoredDefinition;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.plan.TypeSource;
import java.util.Collection;
import java.util.Optional;
import org.apache.iceberg.Schema;

/** The types and columns that were frozen when a view was defined. */
record StoredTypes(StoredDefinition definition) implements TypeSource {
  @Override
  public Collection<String> names() {
    return definition.types().keySet();
  }

  @Override
  public Optional<EntityType> type(String name) {
    return Optional.ofNullable(definition.types().get(name));
  }

  @Override
  public Schema schema(EntityType type) {
    StoredDefinition.Source source = definition.sources().get(type.name());
    if (source == null) {
      throw new IllegalStateException(
          "the stored definition of view %s reads %s, whose columns it does not have"
              .formatted(definition.view().name(), type.name()));
    }
    return source.schema();
  }
}
