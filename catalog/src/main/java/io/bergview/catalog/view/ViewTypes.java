package io.bergview.catalog.view;

import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Origin;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.ResolvedView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/** A view as other views see it: an entity type over its table, without the hidden column. */
public final class ViewTypes {
  private ViewTypes() {}

  /**
   * Its key is the view's own, as far as visible columns hold it; its relations are those whose
   * keys it shows.
   */
  public static EntityType of(ResolvedView view, TableName table) {
    Set<String> visible =
        view.columns().stream().map(OutputColumn::name).collect(Collectors.toSet());
    List<String> id = visible.containsAll(view.key()) ? view.tableKey() : List.of();
    Map<String, Relation> relations = new LinkedHashMap<>(view.relations());
    return new EntityType(
        view.definition().name(), Optional.of(table), id, relations, Map.of(), Origin.NONE);
  }

  public static EntityType of(RegisteredView view) {
    return of(FrozenTypes.resolve(view.definition(), Map.of()), view.tableName());
  }

  /**
   * The columns of a table; for a view's table only the visible ones.
   *
   * @param schema of the table at some snapshot
   */
  public static Schema visible(Table table, Schema schema) {
    return table.properties().containsKey(ViewProperties.VIEW) ? visible(schema) : schema;
  }

  /** The visible columns of a view's table. */
  public static Schema visible(Schema schema) {
    List<Types.NestedField> fields =
        schema.columns().stream()
            .filter(field -> !field.name().equals(ResolvedView.STATE))
            .toList();
    return new Schema(fields);
  }
}
