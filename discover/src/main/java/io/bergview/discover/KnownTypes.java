package io.bergview.discover;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.ProjectDefinitions;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The entity types of a project's folder, by their tables. */
final class KnownTypes {
  private final Map<TableName, List<EntityType>> byTable = new LinkedHashMap<>();

  private KnownTypes() {}

  static KnownTypes of(ProjectDefinitions definitions, Catalogs catalogs) {
    KnownTypes known = new KnownTypes();
    for (EntityType type : definitions.types().values()) {
      type.table()
          .ifPresent(
              table ->
                  known
                      .byTable
                      .computeIfAbsent(catalogs.qualified(table), name -> new ArrayList<>())
                      .add(type));
    }
    return known;
  }

  static KnownTypes none() {
    return new KnownTypes();
  }

  /** The types of a table, in the order of their files. */
  List<EntityType> of(TableName qualified) {
    return byTable.getOrDefault(qualified, List.of());
  }

  List<String> names(TableName qualified) {
    return of(qualified).stream().map(EntityType::name).toList();
  }
}
