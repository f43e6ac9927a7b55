package io.bergview.projection.resolve;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.PlanSources;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The types that the paths of a view lead to, and what of them and their tables is mentioned. */
final class MentionedTypes {
  private final ViewDefinition view;
  private final TypeSource source;
  private final Map<String, SourceTable> tables;
  private final Map<String, Type> rowTypes;
  private final Map<String, EntityType> types = new LinkedHashMap<>();
  private final Map<String, Set<Integer>> named = new LinkedHashMap<>();
  private final Map<String, Set<String>> followed = new LinkedHashMap<>();

  MentionedTypes(ViewDefinition view, TypeSource source) {
    this(view, source, new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  private MentionedTypes(
      ViewDefinition view,
      TypeSource source,
      Map<String, SourceTable> tables,
      Map<String, Type> rowTypes) {
    this.view = requireNonNull(view, "view is null");
    this.source = requireNonNull(source, "source is null");
    this.tables = tables;
    this.rowTypes = rowTypes;
  }

  /** What mentions nothing yet, over the same tables. */
  MentionedTypes beside() {
    return new MentionedTypes(view, source, tables, rowTypes);
  }

  TypeSource source() {
    return source;
  }

  /** The types met so far, by name. */
  Map<String, EntityType> all() {
    return types;
  }

  /**
   * @param what names it, for the message
   */
  EntityType named(String name, String at, String what) {
    return known(name, source.type(name), at, what, "type or view");
  }

  /** What a {@code $from} names. */
  EntityType from(String name, String at, String what) {
    return known(name, source.from(name), at, what, "type, view or table");
  }

  private EntityType known(
      String name, Optional<EntityType> found, String at, String what, String kinds) {
    EntityType type =
        found.orElseThrow(
            () ->
                view.origin()
                    .failure(
                        ProblemKind.UNKNOWN_TYPE,
                        at,
                        what
                            + " '"
                            + name
                            + "', but there is no entity "
                            + kinds
                            + " of that name"
                            + Suggestions.didYouMean(name, source.names())));
    types.put(type.name(), type);
    return type;
  }

  SourceTable tableOf(EntityType type, String at) {
    SourceTable known = tables.get(type.name());
    if (known != null) {
      return known;
    }
    if (type.table().isEmpty()) {
      throw view.origin()
          .failure(
              ProblemKind.MISSING,
              at,
              "type "
                  + type.name()
                  + " has no $table, so it can only be embedded in columns of other types");
    }
    Schema schema = source.schema(type);
    SourceTable table =
        new SourceTable(type.name(), type.table().get(), TypeShapes.readable(schema));
    tables.put(type.name(), table);
    rowTypes.put(type.name(), schema.asStruct());
    return table;
  }

  /**
   * The row type of a table that has been loaded, including parts of columns that cannot be read.
   */
  Type rowType(EntityType type) {
    return requireNonNull(rowTypes.get(type.name()), "the table was not looked at");
  }

  /** Remembers that a path follows a relation. */
  void follow(String type, String relation) {
    followed.computeIfAbsent(type, name -> new LinkedHashSet<>()).add(relation);
  }

  /** The types met so far, each with no more relations than paths have followed. */
  Map<String, EntityType> followed() {
    Map<String, EntityType> reduced = new LinkedHashMap<>();
    types.forEach(
        (name, type) -> {
          Map<String, Relation> relations = new LinkedHashMap<>(type.relations());
          relations.keySet().retainAll(followed.getOrDefault(name, Set.of()));
          reduced.put(
              name,
              new EntityType(
                  name, type.table(), type.id(), relations, type.fields(), type.origin()));
        });
    return reduced;
  }

  /** Remembers that the definition names a column, whether or not its value is read. */
  void name(PathNode node, Types.NestedField field) {
    PathNode holder = node;
    Types.NestedField column = field;
    while (!holder.isTable()) {
      column = holder.above().field(holder.name()).orElseThrow();
      holder = holder.above();
    }
    named
        .computeIfAbsent(holder.table().type(), type -> new LinkedHashSet<>())
        .add(column.fieldId());
  }

  /** The tables that the definition mentions, cut down to the columns that it names. */
  List<SourceTable> tables() {
    List<SourceTable> mentioned = new ArrayList<>();
    tables.forEach(
        (type, table) -> mentioned.add(PlanSources.cut(table, named.getOrDefault(type, Set.of()))));
    return mentioned;
  }
}
