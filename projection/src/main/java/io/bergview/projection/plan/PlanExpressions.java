package io.bergview.projection.plan;

import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.Plan.JoinKey;
import java.util.List;
import java.util.function.UnaryOperator;

/** Maps the values that each operator of a definition's plan computes, compares or orders by. */
public final class PlanExpressions extends DefinitionVisitor<Plan> {
  private final UnaryOperator<Expr> made;

  private PlanExpressions(UnaryOperator<Expr> made) {
    this.made = made;
  }

  /** The plan with the values of all of its operators mapped. */
  public static Plan map(Plan plan, UnaryOperator<Expr> made) {
    PlanExpressions expressions = new PlanExpressions(made);
    return expressions.all(plan);
  }

  /** The same operator, over the same inputs, with its own values mapped. */
  public static Plan mapOwn(Plan operator, UnaryOperator<Expr> made) {
    return operator.accept(new PlanExpressions(made));
  }

  private Plan all(Plan plan) {
    return plan.mapInputs(this::all).accept(this);
  }

  private List<Assignment> assigned(List<Assignment> assignments) {
    return assignments.stream()
        .map(assignment -> new Assignment(assignment.column(), made.apply(assignment.value())))
        .toList();
  }

  private List<JoinKey> keys(List<JoinKey> on) {
    return on.stream()
        .map(key -> new JoinKey(made.apply(key.input()), made.apply(key.other())))
        .toList();
  }

  private List<Expr> values(List<Expr> values) {
    return values.stream().map(made).toList();
  }

  private List<AggregateCall> calls(List<AggregateCall> calls) {
    return calls.stream().map(call -> call.mapOperands(made)).toList();
  }

  private List<SortOrder> orders(List<SortOrder> orders) {
    return orders.stream().map(order -> order.by(made.apply(order.value()))).toList();
  }

  @Override
  public Plan visit(Plan.Scan scan) {
    return scan;
  }

  @Override
  public Plan visit(Plan.LeftJoin join) {
    return new Plan.LeftJoin(join.input(), join.target(), keys(join.on()));
  }

  @Override
  public Plan visit(Plan.JoinToMany join) {
    return new Plan.JoinToMany(join.input(), join.children(), keys(join.on()), join.keepEmpty());
  }

  @Override
  public Plan visit(Plan.NestedAggregate nested) {
    return new Plan.NestedAggregate(
        nested.input(),
        nested.children(),
        keys(nested.on()),
        values(nested.orderBy()),
        calls(nested.calls()));
  }

  @Override
  public Plan visit(Plan.AssignUniqueId assign) {
    return assign;
  }

  @Override
  public Plan visit(Plan.UnnestElements unnest) {
    return new Plan.UnnestElements(
        unnest.of(),
        made.apply(unnest.list()),
        unnest.number(),
        unnest.ordinal(),
        unnest.element());
  }

  @Override
  public Plan visit(Plan.Unnest unnest) {
    return new Plan.Unnest(
        unnest.input(),
        made.apply(unnest.list()),
        unnest.ordinal(),
        unnest.element(),
        unnest.keepEmpty());
  }

  @Override
  public Plan visit(Plan.Extend extend) {
    return new Plan.Extend(extend.input(), assigned(extend.added()));
  }

  @Override
  public Plan visit(Plan.Filter filter) {
    return new Plan.Filter(filter.input(), filter.predicate().mapOperands(made));
  }

  @Override
  public Plan visit(Plan.Aggregate aggregate) {
    return new Plan.Aggregate(
        aggregate.input(), assigned(aggregate.keys()), calls(aggregate.calls()));
  }

  @Override
  public Plan visit(Plan.Project project) {
    return new Plan.Project(project.input(), assigned(project.outputs()));
  }

  @Override
  public Plan visit(QueryPlan.Join join) {
    return new QueryPlan.Join(
        join.left(),
        join.right(),
        join.kind(),
        join.on().stream()
            .map(
                key ->
                    new QueryPlan.Equality(
                        made.apply(key.left()), made.apply(key.right()), key.match()))
            .toList(),
        join.condition().map(made));
  }

  @Override
  public Plan visit(QueryPlan.Union union) {
    return union;
  }

  @Override
  public Plan visit(QueryPlan.Window window) {
    return new QueryPlan.Window(
        window.input(),
        values(window.partitionBy()),
        orders(window.orderBy()),
        window.calls().stream().map(call -> call.of(values(call.arguments()))).toList());
  }

  @Override
  public Plan visit(QueryPlan.Limit limit) {
    return new QueryPlan.Limit(
        limit.input(), orders(limit.orderBy()), limit.rows(), limit.skipped());
  }

  @Override
  public Plan visit(QueryPlan.Values values) {
    return new QueryPlan.Values(
        values.columns(), values.rows().stream().map(this::values).toList());
  }
}
