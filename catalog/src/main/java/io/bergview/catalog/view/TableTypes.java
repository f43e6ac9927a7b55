package io.bergview.catalog.view;

import io.bergview.catalog.CatalogNamespaces;
import io.bergview.catalog.Catalogs;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Origin;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.definition.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/** Types of tables that SQL names by their own names. */
public final class TableTypes {
  private TableTypes() {}

  /**
   * The type that is declared for a table; the first of several.
   *
   * @param path the name of the table; without a catalog it means one of the default catalog
   */
  public static Optional<EntityType> declared(
      Collection<EntityType> types, List<String> path, Catalogs catalogs) {
    return declaredFor(types, path, Optional.empty(), catalogs);
  }

  /** As {@link #declared}, of a table at a branch or a tag. */
  public static Optional<EntityType> declaredAt(
      Collection<EntityType> types, List<String> path, String ref, Catalogs catalogs) {
    return declaredFor(types, path, Optional.of(ref), catalogs);
  }

  private static Optional<EntityType> declaredFor(
      Collection<EntityType> types, List<String> path, Optional<String> ref, Catalogs catalogs) {
    return types.stream()
        .filter(type -> type.table().filter(table -> table.ref().equals(ref)).isPresent())
        .filter(type -> isCalled(type.table().orElseThrow(), path, catalogs))
        .findFirst();
  }

  /** Whether a name without a catalog, or with one, is that of a table. */
  public static boolean isCalled(TableName table, List<String> path, Catalogs catalogs) {
    return table.isCalled(path, catalogs.defaultName());
  }

  /**
   * The type of a table among those of one definition, which names each of its tables: as {@link
   * #declared}, but which catalog is the default one is not known, so that a name which is written
   * as the type's is preferred.
   */
  static Optional<EntityType> among(
      Collection<EntityType> types, List<String> path, Optional<String> ref) {
    return types.stream()
        .filter(type -> type.table().filter(table -> table.ref().equals(ref)).isPresent())
        .filter(type -> type.table().orElseThrow().isCalled(path))
        .min(Comparator.comparing(type -> !isWritten(type.table().orElseThrow(), path)));
  }

  private static boolean isWritten(TableName table, List<String> path) {
    return table.path().size() == path.size() && table.endsWith(path);
  }

  private static boolean isAt(TableName table, String ref) {
    return table.ref().filter(ref::equals).isPresent();
  }

  /**
   * The type of a table at a branch or a tag for which none is declared: with the key and the
   * relations of the table's own type, but for those from other types, which lead to that one.
   *
   * @param type of the table in its current state
   * @throws io.bergview.errors.NotFoundException {@code SOURCE_REF_NOT_FOUND}
   * @throws SourceException {@code SOURCE_UNSUPPORTED} where it is the table of a view
   */
  public static EntityType at(EntityType type, String ref, Catalogs catalogs) {
    TableName name = type.table().orElseThrow().at(ref);
    refuseView(name, catalogs.loadToRead(name));
    Map<String, Relation> relations = new LinkedHashMap<>(type.relations());
    relations.values().removeIf(Relation.Backward.class::isInstance);
    return new EntityType(
        name.toString(), Optional.of(name), type.id(), relations, type.fields(), type.origin());
  }

  /**
   * @throws SourceException {@code SOURCE_UNSUPPORTED} where it is the table of a view at a branch
   *     or a tag
   */
  public static void refuseView(TableName name, Table table) {
    if (name.ref().isPresent() && table.properties().containsKey(ViewProperties.VIEW)) {
      throw new SourceException(
          ErrorCode.SOURCE_UNSUPPORTED,
          "%s is the table of view %s, whose refreshes go to its main branch only, so no view can follow it at '%s'; read the view itself"
              .formatted(
                  name.withoutRef(),
                  table.properties().get(ViewProperties.VIEW),
                  name.ref().get()));
    }
  }

  /**
   * The type of the table whose name ends so: of several, that of the default catalog's, as which a
   * name without a catalog was found.
   */
  static Optional<EntityType> ending(Collection<EntityType> types, List<String> path) {
    return types.stream()
        .filter(
            type ->
                type.table()
                    .filter(table -> table.ref().isEmpty() && table.endsWith(path))
                    .isPresent())
        .min(Comparator.comparing(type -> type.table().orElseThrow().catalog().isPresent()));
  }

  /** As {@link #ending(Collection, List)}, of a table at a branch or a tag. */
  static Optional<EntityType> endingAt(
      Collection<EntityType> types, List<String> path, String ref) {
    return types.stream()
        .filter(type -> type.table().filter(table -> isAt(table, ref)).isPresent())
        .filter(type -> type.table().orElseThrow().endsWith(path))
        .min(Comparator.comparing(type -> type.table().orElseThrow().catalog().isPresent()));
  }

  /** The table of a name, if it is there. */
  public static Optional<Table> find(Catalogs catalogs, List<String> path) {
    return name(catalogs, path).flatMap(catalogs::find);
  }

  /**
   * The table that a name means: the one that is called so, or else the only one of its catalog
   * whose name ends so, in any case.
   *
   * @param path the last parts of the table's name, perhaps with a catalog in front
   * @return empty where there is none, or where there are several
   */
  public static Optional<TableName> name(Catalogs catalogs, List<String> path) {
    Optional<TableName> exact = exact(catalogs, path);
    return exact.flatMap(catalogs::find).isPresent() ? exact : alike(catalogs, path);
  }

  /**
   * Nothing is found under a name.
   *
   * @throws SourceException {@code SOURCE_UNSUPPORTED} where that is since it is an Iceberg view
   */
  public static Optional<EntityType> none(Catalogs catalogs, List<String> path) {
    exact(catalogs, path).ifPresent(catalogs::refuseView);
    return Optional.empty();
  }

  private static Optional<TableName> alike(Catalogs catalogs, List<String> path) {
    boolean named = path.size() > 1 && catalogs.names().contains(path.get(0));
    String catalog = named ? path.get(0) : catalogs.defaultName();
    List<TableName> found = new ArrayList<>();
    try {
      for (TableIdentifier each : CatalogNamespaces.tables(catalogs, catalog)) {
        TableName name = catalogs.tableName(catalog, each);
        if (name.in(catalog).endsWith(path)) {
          found.add(name);
        }
      }
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "list the tables of catalog '" + catalog + "'", catalog);
    }
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  /** A name as that of a table; empty where it has no namespace. */
  private static Optional<TableName> exact(Catalogs catalogs, List<String> path) {
    try {
      return path.size() < 2
          ? Optional.empty()
          : Optional.of(TableName.of(new ColumnPath(path, ""), catalogs.names()));
    } catch (IllegalArgumentException noNamespace) {
      return Optional.empty();
    }
  }

  /**
   * The type that a table has by itself: it is called by the table's name, and has the table's
   * identifier fields as its key.
   */
  public static EntityType of(TableName name, Table table) {
    return new EntityType(
        name.toString(),
        Optional.of(name),
        table.schema().identifierFieldNames().stream().sorted().toList(),
        Map.of(),
        Map.of(),
        Origin.NONE);
  }
}
