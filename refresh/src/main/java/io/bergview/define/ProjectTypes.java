package io.bergview.define;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.ProjectDefinitions;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.view.ColumnEvolution;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.SourceColumns;
import io.bergview.catalog.view.TableTypes;
import io.bergview.catalog.view.ViewGraph;
import io.bergview.catalog.view.ViewListing;
import io.bergview.catalog.view.ViewListing.Unreadable;
import io.bergview.catalog.view.ViewProperties;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.catalog.view.ViewTypes;
import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.SourceException;
import io.bergview.errors.Suggestions;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.FieldType;
import io.bergview.projection.definition.SqlText;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.query.TableResolver;
import io.bergview.projection.resolve.ViewResolver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The types that definitions of a project are resolved against: its entity types, and views with
 * the columns that their tables will have after a refresh. A view that is being defined counts with
 * its new definition, whether or not that is registered yet; any other as registered, or as defined
 * in the project's folder.
 */
public final class ProjectTypes implements TypeSource {
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final ProjectDefinitions definitions;
  private final Map<String, Optional<EntityType>> known = new HashMap<>();
  private final Map<String, Schema> schemas = new HashMap<>();
  private final Map<String, RegisteredView> registered = new LinkedHashMap<>();
  private final Map<String, Unreadable> damaged = new LinkedHashMap<>();
  private final ViewGraph<String> checked;
  private final ViewGraph<String> graph = new ViewGraph<>();
  private final Set<String> defining;
  private final Set<String> resolving = new LinkedHashSet<>();

  /**
   * @param defining the views of {@code definitions} that are being defined
   * @param checked the views whose definitions were checked before, with what those read
   */
  ProjectTypes(
      ProjectContext context,
      ProjectDefinitions definitions,
      Set<String> defining,
      ViewGraph<String> checked) {
    this.defining = Set.copyOf(defining);
    this.catalogs = context.catalogs();
    this.registry = context.registry();
    this.definitions = definitions;
    this.checked = checked;
    ViewListing listing = context.registry().listing();
    listing.views().forEach(this::add);
    graph.putAll(checked);
    for (Unreadable broken : listing.unreadable()) {
      damaged.put(broken.view().orElseThrow(broken::error), broken);
    }
  }

  /**
   * As the project is now.
   *
   * @throws DefinitionException with the problems of the project's files
   */
  public static ProjectTypes of(ProjectContext context) {
    return new ProjectTypes(
        context, ProjectDefinitions.read(context.project()), Set.of(), new ViewGraph<>());
  }

  private void add(RegisteredView view) {
    registered.putIfAbsent(view.name(), view);
    graph.put(view.qualifiedName(), view.name(), view.reads().values());
  }

  /**
   * The names of all views, and what they read: as their registered definitions say, or those in
   * their place that were checked since. So definitions that are applied together are checked
   * against each other.
   */
  ViewGraph<String> graph() {
    return graph;
  }

  /** A definition has been checked, and counts in place of what is registered. */
  void checked(String view, TableName table, Collection<TableName> reads) {
    checked.put(table, view, reads);
    graph.put(table, view, reads);
  }

  /** Registered views as they were when this was made, by name. */
  public Map<String, RegisteredView> registered() {
    return registered;
  }

  /** Why registered views cannot be read, by name. */
  Map<String, BergviewException> damaged() {
    Map<String, BergviewException> errors = new LinkedHashMap<>();
    damaged.forEach((name, broken) -> errors.put(name, broken.error()));
    return errors;
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

  @Override
  public Optional<EntityType> table(List<String> path) {
    return known(path)
        .or(() -> TableTypes.name(catalogs, path).flatMap(name -> known(name).or(() -> own(name))))
        .or(() -> TableTypes.none(catalogs, path));
  }

  @Override
  public Optional<EntityType> tableAt(List<String> path, String ref) {
    return TableTypes.declaredAt(definitions.types().values(), path, ref, catalogs)
        .or(() -> table(path).flatMap(type -> at(type, ref)));
  }

  @Override
  public Optional<EntityType> at(EntityType type, String ref) {
    return type.table()
        .map(
            table ->
                TableTypes.declaredAt(definitions.types().values(), table.path(), ref, catalogs)
                    .orElseGet(() -> TableTypes.at(type, ref, catalogs)));
  }

  private Optional<EntityType> known(TableName name) {
    return known(name.in(catalogs.defaultName()).path());
  }

  /** The type that is declared for a table, or the view whose table it is. */
  private Optional<EntityType> known(List<String> path) {
    return TableTypes.declared(definitions.types().values(), path, catalogs)
        .or(
            () ->
                registered.values().stream()
                    .filter(view -> TableTypes.isCalled(view.tableName(), path, catalogs))
                    .findFirst()
                    .flatMap(view -> type(view.name())));
  }

  private Optional<EntityType> own(TableName name) {
    return catalogs.find(name).map(table -> TableTypes.of(name, table));
  }

  private Optional<EntityType> find(String name) {
    EntityType entity = definitions.types().get(name);
    if (entity != null) {
      return Optional.of(entity);
    }
    RegisteredView view = registered.get(name);
    ViewDefinition pending = definitions.views().get(name);
    if (pending != null && (view == null || defining.contains(name))) {
      try {
        return Optional.of(pending(pending, view));
      } catch (DefinitionException e) {
        if (view == null) {
          throw e;
        }
      }
    }
    if (view == null && damaged.containsKey(name)) {
      throw damaged.get(name).error();
    }
    return view == null ? Optional.empty() : Optional.of(registered(view));
  }

  /** A view by a definition that it is given, or would be. */
  private EntityType pending(ViewDefinition view, @Nullable RegisteredView before) {
    if (!resolving.add(view.name())) {
      throw circle(view);
    }
    try {
      ResolvedView resolved = ViewResolver.resolve(view, this);
      TableName table = tableFor(view);
      schemas.put(view.name(), ViewTypes.visible(afterRefresh(view, before, table, resolved)));
      return ViewTypes.of(resolved, table);
    } finally {
      resolving.remove(view.name());
    }
  }

  private DefinitionException circle(ViewDefinition view) {
    List<String> circle = new ArrayList<>(resolving);
    circle = circle.subList(circle.indexOf(view.name()), circle.size());
    return view.origin()
        .failure(
            ProblemKind.CYCLE,
            "$from",
            "views cannot read themselves: %s -> %s"
                .formatted(String.join(" -> ", circle), view.name()));
  }

  /** A damaged view keeps its table, and so the ids of the columns. */
  private Schema afterRefresh(
      ViewDefinition view,
      @Nullable RegisteredView before,
      TableName table,
      ResolvedView resolved) {
    Optional<Table> stored =
        before != null
            ? Optional.of(before.table())
            : damaged.containsKey(view.name()) ? catalogs.find(table) : Optional.empty();
    return stored
        .map(found -> ColumnEvolution.evolved(found, resolved.schema()))
        .orElseGet(resolved::schema);
  }

  private EntityType registered(RegisteredView view) {
    schemas.put(view.name(), ViewTypes.visible(afterRefresh(view)));
    return ViewTypes.of(view);
  }

  /** The columns of a registered view after its next refresh, as far as they can be determined. */
  private Schema afterRefresh(RegisteredView view) {
    boolean refreshed =
        LineageLookup.of(view.table()) instanceof LineageLookup.RecordedLineage found
            && found.lineage().definitionVersion() == view.definitionVersion();
    if (refreshed || !resolving.add(view.name())) {
      return view.table().schema();
    }
    try {
      ResolvedView resolved = FrozenTypes.resolve(view.definition(), sourcesOf(view));
      return ColumnEvolution.evolved(view.table(), resolved.schema());
    } catch (SourceException refreshFails) {
      return view.table().schema();
    } finally {
      resolving.remove(view.name());
    }
  }

  /**
   * What the sources of a registered view are.
   *
   * @param view by whose definition they are known
   */
  Map<String, SourceColumns> sourcesOf(RegisteredView view) {
    Map<String, SourceColumns> columns = new LinkedHashMap<>();
    view.definition()
        .sources()
        .forEach(
            (type, source) ->
                catalogs
                    .find(source.table())
                    .ifPresent(table -> columns.put(type, columns(type, table))));
    return columns;
  }

  /** The columns of a table; of a view's, those that it has once that view is refreshed. */
  private SourceColumns columns(String type, Table table) {
    String view = table.properties().get(ViewProperties.VIEW);
    boolean known = type.equals(view) && registered.containsKey(type) && type(type).isPresent();
    Schema schema = known ? schemas.get(type) : null;
    return SourceColumns.of(table, schema == null ? table.schema() : schema);
  }

  /** The table that a view has or gets. */
  public TableName tableFor(ViewDefinition view) {
    if (view.query().isPresent()) {
      return registry.tableFor(view, firstTable(view, view.query().get()));
    }
    EntityType from =
        from(view.from())
            .orElseThrow(
                () ->
                    view.origin()
                        .failure(
                            ProblemKind.UNKNOWN_TYPE,
                            "$from",
                            "$from names '"
                                + view.from()
                                + "', but there is no entity type, view or table of that name"));
    TableName source =
        from.table()
            .orElseThrow(
                () ->
                    view.origin()
                        .failure(
                            ProblemKind.MISSING,
                            "$from",
                            "type " + from.name() + " has no $table to read"));
    return registry.tableFor(view, source);
  }

  @Override
  public Schema schema(EntityType type) {
    Schema schema = schemas.get(type.name());
    if (schema == null) {
      Table table = catalogs.load(type.table().orElseThrow());
      TableTypes.refuseView(type.table().get(), table);
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
                        ProblemKind.UNKNOWN_COLUMN,
                        name,
                        "type "
                            + type.name()
                            + " declares '"
                            + name
                            + "', which its table does not have"
                            + Suggestions.didYouMean(
                                name,
                                schema.columns().stream().map(Types.NestedField::name).toList()));
              }
              if (!fits(declared, column.type())) {
                throw type.origin()
                    .failure(
                        ProblemKind.WRONG_TYPE,
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

  /** The table that a query names first. */
  private TableName firstTable(ViewDefinition view, SqlText query) {
    TableResolver names = new TableResolver(this);
    return query.tables(view.origin()).stream()
        .flatMap(path -> names.find(path).flatMap(EntityType::table).stream())
        .findFirst()
        .orElseThrow(
            () ->
                view.origin()
                    .failure(
                        ProblemKind.MISSING, "$sql", "the query reads no table; a view needs one"));
  }
}
