package io.bergview.refresh.define;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.ProjectDefinitions;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.catalog.view.ViewTypes;
import io.bergview.errors.DefinitionProblem.Kind;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.FieldType;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.TypeSource;
import io.bergview.projection.plan.ViewResolver;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * What definitions of a project are resolved against: its entity types, the registered views, and
 * views that are yet to be registered.
 */
public final class ProjectTypes implements TypeSource {
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final ProjectDefinitions definitions;
  private final Map<String, Optional<EntityType>> known = new HashMap<>();
  private final Map<String, Schema> schemas = new HashMap<>();
  private final Map<String, RegisteredView> registered = new LinkedHashMap<>();
  private final ViewReads reads;

  /**
   * @param reads knows what definitions read that were checked before
   */
  ProjectTypes(
      Catalogs catalogs, ViewRegistry registry, ProjectDefinitions definitions, ViewReads reads) {
    this.catalogs = catalogs;
    this.registry = registry;
    this.definitions = definitions;
    this.reads = reads;
    registry.list().forEach(this::add);
  }

  private void add(RegisteredView view) {
    registered.putIfAbsent(view.name(), view);
    reads.register(
        view.name(),
        catalogs.qualified(view.tableName()),
        view.definition().sources().values().stream()
            .map(source -> catalogs.qualified(source.table()))
            .collect(Collectors.toSet()));
  }

  ViewReads reads() {
    return reads;
  }

  /** Registered views as they were when this was made, by name. */
  public Map<String, RegisteredView> registered() {
    return registered;
  }

  @Override
  public Collection<String> names() {
    TreeSet<String> names = new TreeSet<>(definitions.types().keySet());
    names.addAll(definitions.views().keySet());
    names.addAll(registered.keySet());
    return names;
  }

  @Override
  public Optional<EntityType> type(String name) {
    Optional<EntityType> type = known.get(name);
    if (type == null) {
      type = find(name);
      known.put(name, type);
    }
    return type;
  }

  private Optional<EntityType> find(String name) {
    EntityType entity = definitions.types().get(name);
    if (entity != null) {
      return Optional.of(entity);
    }
    RegisteredView view = registered.get(name);
    if (view != null) {
      schemas.put(name, ViewTypes.visible(view.table().schema()));
      return Optional.of(ViewTypes.of(view));
    }
    ViewDefinition pending = definitions.views().get(name);
    if (pending == null) {
      return Optional.empty();
    }
    ResolvedView resolved = ViewResolver.resolve(pending, this);
    schemas.put(name, ViewTypes.visible(resolved.schema()));
    return Optional.of(ViewTypes.of(resolved, tableFor(pending)));
  }

  /** The table that a view has or gets. */
  public TableName tableFor(ViewDefinition view) {
    EntityType from =
        type(view.from())
            .orElseThrow(
                () ->
                    view.origin()
                        .failure(
                            Kind.UNKNOWN_TYPE,
                            "$from",
                            "$from names '"
                                + view.from()
                                + "', but there is no entity type or view of that name"));
    TableName source =
        from.table()
            .orElseThrow(
                () ->
                    view.origin()
                        .failure(
                            Kind.MISSING,
                            "$from",
                            "type " + from.name() + " has no $table to read"));
    return registry.tableFor(view, source);
  }

  @Override
  public Schema schema(EntityType type) {
    Schema schema = schemas.get(type.name());
    if (schema == null) {
      Table table = catalogs.load(type.table().orElseThrow());
      schema = table.schema();
      checkFields(type, schema);
      schemas.put(type.name(), schema);
    }
    return schema;
  }

  /** Declared scalar fields must be columns of that type. */
  private static void checkFields(EntityType type, Schema schema) {
    type.fields()
        .forEach(
            (name, declared) -> {
              Types.NestedField column = schema.asStruct().field(name);
              if (column == null) {
                throw type.origin()
                    .failure(
                        Kind.UNKNOWN_COLUMN,
                        name,
                        "type "
                            + type.name()
                            + " declares '"
                            + name
                            + "', which its table does not have"
                            + io.bergview.errors.Suggestions.didYouMean(
                                name,
                                schema.columns().stream().map(Types.NestedField::name).toList()));
              }
              if (!fits(declared, column.type())) {
                throw type.origin()
                    .failure(
                        Kind.WRONG_TYPE,
                        name,
                        "type "
                            + type.name()
                            + " declares '"
                            + name
                            + "' as "
                            + declared.text()
                            + ", but the column is "
                            + column.type());
              }
            });
  }

  private static boolean fits(FieldType declared, Type column) {
    if (declared.list()) {
      return column.isListType() && column.asListType().elementType().equals(declared.type());
    }
    return column.equals(declared.type());
  }
}
