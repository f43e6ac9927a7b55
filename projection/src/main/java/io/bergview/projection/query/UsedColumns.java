package io.bergview.projection.query;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.DefinitionVisitor;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.plan.WindowCall;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A plan without the columns that nothing needs. Where rows are counted or cut in an order that
 * leaves some of them alike, the order goes on by the columns that are needed: then the result
 * depends on the rows alone, and rows that are still alike can be exchanged unseen.
 */
final class UsedColumns extends DefinitionVisitor<Plan> {
  private final Set<PlanColumn> needed;

  private UsedColumns(Set<PlanColumn> needed) {
    this.needed = needed;
  }

  /** The plan with exactly these columns. */
  static Plan only(Plan plan, List<PlanColumn> columns) {
    return exactly(of(plan, new LinkedHashSet<>(columns)), columns);
  }

  private static Plan exactly(Plan plan, List<PlanColumn> columns) {
    if (plan.columns().equals(columns)) {
      return plan;
    }
    return new Plan.Project(
        plan,
        columns.stream().map(column -> new Assignment(column, new Expr.Ref(column))).toList());
  }

  private static Plan of(Plan plan, Set<PlanColumn> needed) {
    return plan.accept(new UsedColumns(needed));
  }

  private Set<PlanColumn> and(Collection<Expr> values) {
    Set<PlanColumn> all = new LinkedHashSet<>(needed);
    values.forEach(value -> all.addAll(ExprColumns.of(value)));
    return all;
  }

  private static Set<PlanColumn> of(Collection<Assignment> assignments) {
    Set<PlanColumn> columns = new LinkedHashSet<>();
    assignments.forEach(assignment -> columns.addAll(ExprColumns.of(assignment.value())));
    return columns;
  }

  @Override
  public Plan visit(Plan.Scan scan) {
    return new Plan.Scan(
        scan.source(),
        scan.reads().stream().filter(read -> needed.contains(read.column())).toList());
  }

  @Override
  public Plan visit(QueryPlan.Values values) {
    List<PlanColumn> columns = values.columns().stream().filter(needed::contains).toList();
    List<List<Expr>> rows = new ArrayList<>();
    for (List<Expr> row : values.rows()) {
      rows.add(columns.stream().map(c -> row.get(values.columns().indexOf(c))).toList());
    }
    return new QueryPlan.Values(columns, rows);
  }

  @Override
  public Plan visit(Plan.Filter filter) {
    Set<PlanColumn> all = new LinkedHashSet<>(needed);
    all.addAll(ExprColumns.of(filter.predicate()));
    return filter.over(of(filter.input(), all));
  }

  @Override
  public Plan visit(Plan.Project project) {
    List<Assignment> outputs =
        project.outputs().stream().filter(output -> needed.contains(output.column())).toList();
    return new Plan.Project(of(project.input(), of(outputs)), outputs);
  }

  @Override
  public Plan visit(Plan.Extend extend) {
    List<Assignment> added =
        extend.added().stream().filter(output -> needed.contains(output.column())).toList();
    Plan input = of(extend.input(), and(added.stream().map(Assignment::value).toList()));
    return added.isEmpty() ? input : new Plan.Extend(input, added);
  }

  @Override
  public Plan visit(Plan.Unnest unnest) {
    return unnest.over(of(unnest.input(), and(List.of(unnest.list()))));
  }

  @Override
  public Plan visit(Plan.Aggregate aggregate) {
    Set<PlanColumn> shown = new HashSet<>(needed);
    for (AggregateCall call : aggregate.calls()) {
      if (needed.contains(call.column())) {
        call.counted().ifPresent(shown::add);
        meanBeside(call, aggregate.calls()).ifPresent(shown::add);
      }
    }
    List<AggregateCall> calls =
        aggregate.calls().stream().filter(call -> shown.contains(call.column())).toList();
    if (calls.isEmpty() && aggregate.keys().isEmpty()) {
      // Of no calls at all there would be one row for each row.
      calls = aggregate.calls().subList(0, 1);
    }
    Set<PlanColumn> all = of(aggregate.keys());
    calls.forEach(
        call ->
            call.mapOperands(
                value -> {
                  all.addAll(ExprColumns.of(value));
                  return value;
                }));
    return new Plan.Aggregate(of(aggregate.input(), all), aggregate.keys(), calls);
  }

  /** What a sum of squared deviations can only be merged with. */
  private static Optional<PlanColumn> meanBeside(AggregateCall call, List<AggregateCall> calls) {
    return call.kind() != AggregateFunction.SQUARED_DEVIATIONS
        ? Optional.empty()
        : calls.stream()
            .filter(other -> other.kind() == AggregateFunction.MEAN)
            .filter(other -> other.argument().equals(call.argument()))
            .map(AggregateCall::column)
            .findFirst();
  }

  @Override
  public Plan visit(QueryPlan.Join join) {
    List<Expr> values = new ArrayList<>();
    join.on()
        .forEach(
            key -> {
              values.add(key.left());
              values.add(key.right());
            });
    join.condition().ifPresent(values::add);
    Set<PlanColumn> all = and(values);
    return join.withInputs(List.of(of(join.left(), all), of(join.right(), all)));
  }

  @Override
  public Plan visit(QueryPlan.Union union) {
    List<PlanColumn> columns = union.columns().stream().filter(needed::contains).toList();
    List<Plan> inputs = new ArrayList<>();
    for (Plan input : union.inputs()) {
      List<PlanColumn> some =
          columns.stream().map(c -> input.columns().get(union.columns().indexOf(c))).toList();
      inputs.add(only(input, some));
    }
    return new QueryPlan.Union(inputs, columns);
  }

  @Override
  public Plan visit(QueryPlan.Window window) {
    List<WindowCall> calls =
        window.calls().stream().filter(call -> needed.contains(call.column())).toList();
    if (calls.isEmpty()) {
      return of(window.input(), needed);
    }
    List<Expr> values = new ArrayList<>(window.partitionBy());
    window.orderBy().forEach(order -> values.add(order.value()));
    calls.forEach(call -> values.addAll(call.arguments()));
    Set<PlanColumn> all = and(values);
    calls.forEach(call -> all.remove(call.column()));
    Plan input = of(window.input(), all);
    boolean counted = calls.stream().anyMatch(WindowTies::countsRows);
    List<SortOrder> total = total(window.orderBy(), input);
    return new QueryPlan.Window(
        input,
        window.partitionBy(),
        counted ? total : window.orderBy(),
        calls.stream()
            .map(call -> WindowTies.ordersFrame(call) ? WindowTies.ordered(call, total) : call)
            .toList());
  }

  @Override
  public Plan visit(QueryPlan.Limit limit) {
    Plan input = of(limit.input(), and(limit.orderBy().stream().map(SortOrder::value).toList()));
    boolean cuts = limit.rows().isPresent() || limit.skipped() > 0;
    return new QueryPlan.Limit(
        input,
        cuts ? total(limit.orderBy(), input) : limit.orderBy(),
        limit.rows(),
        limit.skipped());
  }

  /** The order, then by all columns that it leaves out. */
  private static List<SortOrder> total(List<SortOrder> order, Plan input) {
    List<SortOrder> total = new ArrayList<>(order);
    Set<Expr> known = new HashSet<>();
    order.forEach(by -> known.add(by.value()));
    input.columns().stream()
        .sorted(Comparator.comparingInt(PlanColumn::id))
        .filter(column -> !known.contains(new Expr.Ref(column)))
        .forEach(column -> total.add(new SortOrder(new Expr.Ref(column), false, true)));
    return total;
  }

  @Override
  public Plan visit(Plan.LeftJoin join) {
    throw notOfSql(join);
  }

  @Override
  public Plan visit(Plan.JoinToMany join) {
    throw notOfSql(join);
  }

  @Override
  public Plan visit(Plan.NestedAggregate nested) {
    throw notOfSql(nested);
  }

  @Override
  public Plan visit(Plan.AssignUniqueId assign) {
    throw notOfSql(assign);
  }

  @Override
  public Plan visit(Plan.UnnestElements unnest) {
    throw notOfSql(unnest);
  }

  private static IllegalStateException notOfSql(Plan plan) {
    return new IllegalStateException("not an operator of SQL: " + plan);
  }
}
