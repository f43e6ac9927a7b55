package io.bergview.discover;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.TableTypes;
import io.bergview.catalog.view.ViewTypes;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.TypeSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;

/** Entity types and registered views, with the columns that their tables have now. */
final class ProjectTypeSource implements TypeSource {
  private final Catalogs catalogs;
  private final Map<String, EntityType> types;
  private final Map<String, RegisteredView> views;
  private final Map<String, Schema> schemas = new HashMap<>();

  ProjectTypeSource(
      Catalogs catalogs, Map<String, EntityType> types, Map<String, RegisteredView> views) {
    this.catalogs = catalogs;
    this.types = types;
    this.views = views;
  }

  @Override
  public Collection<String> names() {
    TreeSet<String> names = new TreeSet<>(types.keySet());
    names.addAll(views.keySet());
    return names;
  }

  @Override
  public Optional<EntityType> type(String name) {
    return Optional.ofNullable(types.get(name))
        .or(() -> Optional.ofNullable(views.get(name)).map(ViewTypes::of));
  }

  @Override
  public Optional<EntityType> table(List<String> path) {
    return known(path)
        .or(
            () ->
                TableTypes.name(catalogs, path)
                    .flatMap(
                        name -> known(name.in(catalogs.defaultName()).path()).or(() -> own(name))));
  }

  @Override
  public Optional<EntityType> tableAt(List<String> path, String ref) {
    return TableTypes.declaredAt(types.values(), path, ref, catalogs)
        .or(() -> table(path).map(type -> TableTypes.at(type, ref, catalogs)));
  }

  private Optional<EntityType> known(List<String> path) {
    return TableTypes.declared(types.values(), path, catalogs)
        .or(
            () ->
                views.values().stream()
                    .filter(view -> TableTypes.isCalled(view.tableName(), path, catalogs))
                    .findFirst()
                    .map(ViewTypes::of));
  }

  private Optional<EntityType> own(TableName name) {
    return catalogs.find(name).map(table -> TableTypes.of(name, table));
  }

  @Override
  public Schema schema(EntityType type) {
    return schemas.computeIfAbsent(
        type.name(),
        name -> {
          Table table = catalogs.loadToRead(type.table().orElseThrow());
          return ViewTypes.visible(table, table.schema());
        });
  }
}
