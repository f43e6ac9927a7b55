package io.bergview.refresh.algebra;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.DefinitionVisitor;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.JoinKey;
import io.bergview.projection.plan.PlanColumn;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A plan without the operators that the required columns do not need. Its rows represent those of
 * the plan as a set: filters are removed, and so are operators that multiply rows if none of their
 * columns is required.
 */
final class ColumnPruning extends DefinitionVisitor<Plan> {
  private final Set<PlanColumn> needed;

  private ColumnPruning(Set<PlanColumn> needed) {
    this.needed = needed;
  }

  static Plan to(Plan plan, Set<PlanColumn> needed) {
    return plan.accept(new ColumnPruning(needed));
  }

  @Override
  public Plan visit(Plan.Scan scan) {
    return scan;
  }

  @Override
  public Plan visit(Plan.LeftJoin join) {
    return join(join, join.target());
  }

  @Override
  public Plan visit(Plan.JoinToMany join) {
    return join(join, join.children());
  }

  @Override
  public Plan visit(Plan.NestedAggregate nested) {
    return without(nested, nested.calls().stream().map(AggregateCall::column));
  }

  @Override
  public Plan visit(Plan.AssignUniqueId assign) {
    return without(assign, Stream.of(assign.number()));
  }

  @Override
  public Plan visit(Plan.UnnestElements unnest) {
    return unnest;
  }

  @Override
  public Plan visit(Plan.Unnest unnest) {
    if (!needed.contains(unnest.ordinal()) && !needed.contains(unnest.element())) {
      return unnest.input().accept(this);
    }
    return unnest.over(to(unnest.input(), with(ExprColumns.of(unnest.list()))));
  }

  @Override
  public Plan visit(Plan.Extend extend) {
    return without(extend, extend.added().stream().map(Plan.Assignment::column));
  }

  @Override
  public Plan visit(Plan.Filter filter) {
    return filter.input().accept(this);
  }

  @Override
  public Plan visit(Plan.Aggregate aggregate) {
    return aggregate;
  }

  @Override
  public Plan visit(Plan.Project project) {
    return project;
  }

  /** An operator that only adds columns to its rows, where one of them is needed. */
  private Plan without(Plan plan, Stream<PlanColumn> added) {
    return added.anyMatch(needed::contains) ? plan : plan.drivingInput().orElseThrow().accept(this);
  }

  private Plan join(Plan.Binary join, Plan other) {
    if (other.columns().stream().noneMatch(needed::contains)) {
      return join.input().accept(this);
    }
    return join.withInputs(
        List.of(
            to(join.input(), with(columns(join, JoinKey::input))),
            to(other, with(columns(join, JoinKey::other)))));
  }

  private static Set<PlanColumn> columns(Plan.Binary join, Function<JoinKey, Expr> side) {
    Set<PlanColumn> columns = new HashSet<>();
    join.on().forEach(key -> columns.addAll(ExprColumns.of(side.apply(key))));
    return columns;
  }

  private Set<PlanColumn> with(Set<PlanColumn> more) {
    Set<PlanColumn> all = new HashSet<>(needed);
    all.addAll(more);
    return all;
  }
}
