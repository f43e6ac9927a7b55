package io.bergview.verify;

import io.bergview.projection.function.NumericTypes;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.DefinitionVisitor;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.WindowCall;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.types.Types;

/**
 * The values of a view that are floating-point sums, or derived from them, so that their last
 * digits depend on the order of addition. Minima and maxima are included because the two zeros
 * compare as equal.
 */
final class InexactColumns extends DefinitionVisitor<Plan> {
  private final Set<PlanColumn> inexact = new HashSet<>();
  private final Set<List<String>> places = new LinkedHashSet<>();

  private InexactColumns() {}

  /** Where they are in the view's rows: a column's name, then those of the fields inside it. */
  static Set<List<String>> of(ResolvedView view) {
    InexactColumns columns = new InexactColumns();
    Plan.Project plan = (Plan.Project) view.plan();
    columns.collect(plan);
    for (int i = 0; i < plan.outputs().size(); i++) {
      columns.place(plan.outputs().get(i).value(), List.of(view.allColumns().get(i).name()));
    }
    return Collections.unmodifiableSet(columns.places);
  }

  private void collect(Plan plan) {
    plan.inputs().forEach(this::collect);
    plan.accept(this);
  }

  @Override
  public Plan visit(Plan.Scan scan) {
    return scan;
  }

  @Override
  public Plan visit(Plan.LeftJoin join) {
    return join;
  }

  @Override
  public Plan visit(Plan.JoinToMany join) {
    return join;
  }

  @Override
  public Plan visit(Plan.NestedAggregate nested) {
    nested.calls().forEach(this::call);
    return nested;
  }

  @Override
  public Plan visit(Plan.AssignUniqueId assign) {
    return assign;
  }

  @Override
  public Plan visit(Plan.UnnestElements unnest) {
    return unnest;
  }

  @Override
  public Plan visit(Plan.Unnest unnest) {
    return unnest;
  }

  @Override
  public Plan visit(Plan.Extend extend) {
    extend.added().stream()
        .filter(added -> isInexact(added.value()))
        .forEach(added -> inexact.add(added.column()));
    return extend;
  }

  @Override
  public Plan visit(Plan.Filter filter) {
    return filter;
  }

  @Override
  public Plan visit(Plan.Aggregate aggregate) {
    aggregate.calls().forEach(this::call);
    return aggregate;
  }

  @Override
  public Plan visit(Plan.Project project) {
    project.outputs().stream()
        .filter(output -> isInexact(output.value()))
        .forEach(output -> inexact.add(output.column()));
    return project;
  }

  @Override
  public Plan visit(QueryPlan.Join join) {
    return join;
  }

  @Override
  public Plan visit(QueryPlan.Union union) {
    for (int i = 0; i < union.columns().size(); i++) {
      for (Plan input : union.inputs()) {
        if (inexact.contains(input.columns().get(i))) {
          inexact.add(union.columns().get(i));
        }
      }
    }
    return union;
  }

  @Override
  public Plan visit(QueryPlan.Window window) {
    window.calls().stream()
        .map(WindowCall::column)
        .filter(column -> NumericTypes.isFloating(column.type()))
        .forEach(inexact::add);
    return window;
  }

  @Override
  public Plan visit(QueryPlan.Limit limit) {
    return limit;
  }

  @Override
  public Plan visit(QueryPlan.Values values) {
    return values;
  }

  private void call(AggregateCall call) {
    boolean dependsOnOrder =
        switch (call.kind()) {
          case SUM, MEAN, SQUARED_DEVIATIONS, MIN, MAX, NAMED -> true;
          case COUNT_ROWS, COUNT, LEAST, GREATEST, COUNT_DISTINCT, FIRST, LAST, LIST -> false;
        };
    if (dependsOnOrder && NumericTypes.isFloating(call.column().type())) {
      inexact.add(call.column());
    }
  }

  private boolean isInexact(Expr value) {
    return NumericTypes.isFloating(value.type())
        && ExprColumns.of(value).stream().anyMatch(inexact::contains);
  }

  private void place(Expr value, List<String> path) {
    if (value instanceof Expr.Pack pack) {
      List<Types.NestedField> fields = pack.type().fields();
      for (int i = 0; i < fields.size(); i++) {
        List<String> inside = new ArrayList<>(path);
        inside.add(fields.get(i).name());
        place(pack.values().get(i), List.copyOf(inside));
      }
    } else if (isInexact(value)) {
      places.add(path);
    }
  }
}
