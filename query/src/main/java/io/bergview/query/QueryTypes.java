package io.bergview.query;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.TableTypes;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.catalog.view.ViewTypes;
import io.bergview.projection.definition.AsOf;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.TypeSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;

/**
 * What a query is resolved against: the queried view or entity type, the project's entity types,
 * the types that a view has frozen, other views.
 */
final class QueryTypes implements TypeSource {
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Supplier<Map<String, EntityType>> entities;
  private final PinnedTables pinned;
  private final Optional<RegisteredView> root;
  private final Map<String, Optional<EntityType>> known = new HashMap<>();

  /**
   * @param entities the project's types, read when needed
   * @param root the queried view; empty for an entity type
   */
  QueryTypes(
      Catalogs catalogs,
      ViewRegistry registry,
      Supplier<Map<String, EntityType>> entities,
      PinnedTables pinned,
      Optional<RegisteredView> root) {
    this.catalogs = catalogs;
    this.registry = registry;
    this.entities = entities;
    this.pinned = pinned;
    this.root = root;
    root.ifPresent(view -> known.put(view.name(), Optional.of(ViewTypes.of(view))));
  }

  @Override
  public Collection<String> names() {
    Set<String> names = new LinkedHashSet<>(entities.get().keySet());
    names.addAll(registry.names());
    return names;
  }

  @Override
  public Optional<EntityType> type(String name) {
    Optional<EntityType> type = known.get(name);
    if (type == null) {
      type =
          Optional.ofNullable(entities.get().get(name))
              .or(() -> root.map(view -> view.definition().types().get(name)))
              .or(() -> registry.findToRead(name).map(ViewTypes::of));
      known.put(name, type);
    }
    return type;
  }

  @Override
  public Optional<EntityType> table(List<String> path) {
    return TableTypes.declared(entities.get().values(), path, catalogs)
        .or(() -> TableTypes.name(catalogs, path).flatMap(this::table))
        .or(() -> TableTypes.none(catalogs, path));
  }

  @Override
  public Optional<EntityType> tableAt(List<String> path, String ref) {
    return TableTypes.declaredAt(entities.get().values(), path, ref, catalogs)
        .or(() -> table(path).map(type -> TableTypes.at(type, ref, catalogs)));
  }

  private Optional<EntityType> table(TableName name) {
    List<String> path = name.in(catalogs.defaultName()).path();
    return TableTypes.declared(entities.get().values(), path, catalogs)
        .or(() -> catalogs.find(name).map(found -> type(name, found)));
  }

  private EntityType type(TableName name, Table table) {
    return registry
        .viewIn(catalogs.qualified(name), table)
        .map(ViewTypes::of)
        .orElseGet(() -> TableTypes.of(name, table));
  }

  @Override
  public Schema schema(EntityType type) {
    return pinned.schema(type.table().orElseThrow());
  }

  @Override
  public Optional<Schema> schemaAsOf(EntityType type, AsOf moment) {
    return type.table().map(table -> pinned.schema(table, moment));
  }
}
