package io.bergview.define;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.catalog.view.ViewGraph;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.SourceTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** What another definition of a view means for the views that read it. */
public final class DownstreamViews {
  private final Catalogs catalogs;
  private final Collection<RegisteredView> registered;

  /**
   * @param registered all views but those that are defined anew, too
   */
  public DownstreamViews(Catalogs catalogs, Collection<RegisteredView> registered) {
    this.catalogs = catalogs;
    this.registered = List.copyOf(registered);
  }

  /**
   * The plan of changing a view, which names the views that read it if their rows, or the columns
   * that they read, change by it.
   *
   * @param definition that the view is to have
   */
  public DefinePlan named(DefinePlan plan, Supplier<StoredDefinition> definition) {
    if (plan.action() != DefinePlan.Action.ALTER) {
      return plan;
    }
    TableName changed = catalogs.qualified(plan.table());
    ViewGraph<RegisteredView> graph = ViewGraph.of(registered);
    Set<String> readers = new TreeSet<>();
    List<String> warnings = new ArrayList<>(plan.warnings());
    Schema columns = FrozenTypes.resolve(definition.get(), Map.of()).schema();
    for (RegisteredView view : registered) {
      if (graph.reachable(view.qualifiedName(), through -> true).contains(changed)) {
        readers.add(view.name());
        List<String> lost = lost(view, changed, columns);
        if (!lost.isEmpty()) {
          warnings.add(
              "View %s reads %s of view %s, which it will not have, or with another type: %1$s cannot be refreshed until it is defined anew"
                  .formatted(view.name(), String.join(", ", lost), plan.view()));
        }
      }
    }
    List<String> notes = new ArrayList<>(plan.notes());
    if (!readers.isEmpty()) {
      notes.add(
          "views that read it, directly or through others, are stale until it is refreshed and then"
              + " they: "
              + String.join(", ", readers));
    }
    return plan.saying(notes, warnings);
  }

  /** The columns of a changed view that another one reads and that are not there any more. */
  private List<String> lost(RegisteredView reader, TableName changed, Schema columns) {
    List<String> lost = new ArrayList<>();
    for (SourceTable source : FrozenTypes.resolve(reader.definition(), Map.of()).sources()) {
      if (catalogs.qualified(source.table()).equals(changed)) {
        for (Types.NestedField read : source.schema().columns()) {
          Types.NestedField now = columns.findField(read.name());
          if (now == null || !holds(read.type(), now.type())) {
            lost.add(read.name());
          }
        }
      }
    }
    return lost;
  }

  /** Whether values of one type are read as the other, whatever the ids of nested fields. */
  private static boolean holds(Type before, Type now) {
    return before.isPrimitiveType()
        ? now.isPrimitiveType() && TypeUtil.isPromotionAllowed(before, now.asPrimitiveType())
        : withoutIds(before).equals(withoutIds(now));
  }

  private static String withoutIds(Type type) {
    return type.toString().replaceAll("\\d+: ", "");
  }
}
