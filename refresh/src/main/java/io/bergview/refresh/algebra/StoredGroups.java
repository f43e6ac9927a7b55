package io.bergview.refresh.algebra;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.ResolvedView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Reads a plan's aggregates back from the columns of a view's table: each is a visible column,
 * possibly of another type, or a part of {@code _state}.
 */
final class StoredGroups {
  private final Plan.Project project;
  private final Plan.Aggregate aggregate;
  private final List<String> key;
  private final DeltaPlan.PreparedRows table;
  private final Map<String, Expr> columnOf = new LinkedHashMap<>();

  /**
   * @param key where the view's key is, as {@link ResolvedView#key()} says
   * @param name of a table with columns {@code c<field id>} of the view's schema
   */
  StoredGroups(
      Plan.Project project,
      Plan.Aggregate aggregate,
      List<String> key,
      String name,
      Schema schema,
      FreshColumns columns) {
    this.project = project;
    this.aggregate = aggregate;
    this.key = key;
    List<DeltaPlan.PreparedRows.Column> given = new ArrayList<>();
    for (Types.NestedField field : schema.columns()) {
      PlanColumn column = columns.next(field.name(), field.type());
      given.add(new DeltaPlan.PreparedRows.Column(column, "c" + field.fieldId()));
      columnOf.put(field.name(), new Expr.Ref(column));
    }
    this.table = new DeltaPlan.PreparedRows(name, true, given);
  }

  /** Columns: the aggregate's keys and calls, under their own ids. */
  Plan plan() {
    List<Assignment> outputs = new ArrayList<>();
    for (int i = 0; i < aggregate.keys().size(); i++) {
      PlanColumn column = aggregate.keys().get(i).column();
      outputs.add(new Assignment(column, keyPart(key.get(i), column)));
    }
    for (AggregateCall call : aggregate.calls()) {
      outputs.add(new Assignment(call.column(), stored(call.column())));
    }
    return new Plan.Project(table, outputs);
  }

  private Expr keyPart(String place, PlanColumn column) {
    Expr visible = columnOf.get(place);
    if (visible != null) {
      return visible;
    }
    String name = place.substring((ResolvedView.STATE + ".key.").length());
    Expr state =
        requireNonNull(columnOf.get(ResolvedView.STATE), "the view's table keeps no state");
    Types.NestedField keys = state.type().asStructType().field("key");
    return new Expr.Field(new Expr.Field(state, "key", keys.type()), name, column.type());
  }

  private Expr stored(PlanColumn call) {
    for (Assignment output : project.outputs()) {
      Expr place = columnOf.get(output.column().label());
      Expr found = place == null ? null : find(output.value(), place, call);
      if (found != null) {
        return found;
      }
    }
    throw new IllegalStateException("nothing is kept of " + call);
  }

  /** Where in a stored value the column is, if it can be taken out of it as it was. */
  private static @Nullable Expr find(Expr value, Expr place, PlanColumn wanted) {
    if (value instanceof Expr.Ref ref) {
      return ref.column().equals(wanted) ? place : null;
    }
    if (value instanceof Expr.Cast cast && cast.isExact()) {
      Expr inner = find(cast.value(), place, wanted);
      return inner == null ? null : new Expr.Cast(inner, wanted.type());
    }
    if (value instanceof Expr.Pack pack) {
      List<Types.NestedField> fields = pack.type().fields();
      for (int i = 0; i < fields.size(); i++) {
        Types.NestedField field = fields.get(i);
        Expr part = new Expr.Field(place, field.name(), field.type());
        Expr found = find(pack.values().get(i), part, wanted);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }
}
