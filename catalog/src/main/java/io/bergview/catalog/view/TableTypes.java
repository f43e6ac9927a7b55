package io.bergview.catalog.view;

import io.bergview.catalog.Catalogs;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Origin;
import io.bergview.projection.definition.TableName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;

/** Types of tables that SQL names by their own names. */
public final class TableTypes {
  private TableTypes() {}

  /** The type that is declared for a table; the first of several. */
  public static Optional<EntityType> declared(Collection<EntityType> types, List<String> path) {
    return types.stream()
        .filter(type -> type.table().filter(table -> table.isCalled(path)).isPresent())
        .findFirst();
  }

  /** The table of a name, if it is there. */
  public static Optional<Table> find(Catalogs catalogs, List<String> path) {
    return name(catalogs, path).flatMap(catalogs::find);
  }

  /** A name as that of a table; empty where it has no namespace. */
  public static Optional<TableName> name(Catalogs catalogs, List<String> path) {
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
