package io.bergview.projection.query;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.ColumnIds;
import io.bergview.projection.plan.DefinitionVisitor;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.PlanExpressions;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.Equality;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.WindowCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;

/**
 * A subquery computed once for each of the different values that outer columns have: its rows get
 * those values as further columns, which every operator of it carries along.
 */
final class DependentJoin extends DefinitionVisitor<DependentJoin.Dependent> {
  private final Plan rows;
  private final List<PlanColumn> outer;
  private final ColumnIds ids;

  DependentJoin(Plan rows, Set<PlanColumn> outer, ColumnIds ids) {
    this.rows = rows;
    this.outer = List.copyOf(outer);
    this.ids = ids;
  }

  /**
   * Rows of a subquery.
   *
   * @param values the columns that hold the values of the outer ones
   */
  record Dependent(Plan plan, Map<PlanColumn, PlanColumn> values) {
    Dependent {
      values = new LinkedHashMap<>(values);
    }

    Expr replaced(Expr value) {
      Map<PlanColumn, Expr> by = new HashMap<>();
      values.forEach((column, here) -> by.put(column, new Expr.Ref(here)));
      return ExprRewrite.columns(value, by);
    }

    /** An operator over these rows, its own values naming the columns here. */
    Dependent under(Plan operator) {
      return new Dependent(PlanExpressions.mapOwn(operator, this::replaced), values);
    }
  }

  Dependent of(Plan plan) {
    if (FreeColumns.of(plan).stream().noneMatch(outer::contains)) {
      Dependent values = values();
      return new Dependent(
          new QueryPlan.Join(values.plan(), plan, JoinKind.INNER, List.of(), Optional.empty()),
          values.values());
    }
    return plan.accept(this);
  }

  /** The different values of the outer columns. */
  private Dependent values() {
    Map<PlanColumn, PlanColumn> values = new LinkedHashMap<>();
    List<Assignment> keys = new ArrayList<>();
    for (PlanColumn column : outer) {
      Expr key = Calls.key(new Expr.Ref(column));
      PlanColumn value = ids.next(column.label(), key.type());
      values.put(column, value);
      keys.add(new Assignment(value, key));
    }
    return new Dependent(new Plan.Aggregate(rows, keys, List.of()), values);
  }

  private List<Assignment> carried(Dependent input) {
    List<Assignment> carried = new ArrayList<>();
    input
        .values()
        .values()
        .forEach(column -> carried.add(new Assignment(column, new Expr.Ref(column))));
    return carried;
  }

  private static List<Equality> same(Dependent left, Dependent right) {
    List<Equality> on = new ArrayList<>();
    left.values()
        .forEach(
            (column, value) ->
                on.add(
                    new Equality(
                        new Expr.Ref(value),
                        new Expr.Ref(requireNonNull(right.values().get(column))),
                        Match.NOT_DISTINCT)));
    return on;
  }

  @Override
  public Dependent visit(Plan.Scan scan) {
    throw new IllegalStateException("a table names no other columns");
  }

  @Override
  public Dependent visit(QueryPlan.Values constants) {
    // One row that names outer columns: SELECT outer.a without FROM.
    Dependent values = values();
    if (constants.rows().size() != 1) {
      throw new IllegalStateException("VALUES of several rows names outer columns");
    }
    List<Assignment> added = new ArrayList<>();
    for (int i = 0; i < constants.columns().size(); i++) {
      added.add(
          new Assignment(
              constants.columns().get(i), values.replaced(constants.rows().get(0).get(i))));
    }
    return new Dependent(new Plan.Extend(values.plan(), added), values.values());
  }

  @Override
  public Dependent visit(Plan.LeftJoin join) {
    throw notOfSql(join);
  }

  @Override
  public Dependent visit(Plan.JoinToMany join) {
    throw notOfSql(join);
  }

  @Override
  public Dependent visit(Plan.NestedAggregate nested) {
    throw notOfSql(nested);
  }

  @Override
  public Dependent visit(Plan.AssignUniqueId assign) {
    throw notOfSql(assign);
  }

  @Override
  public Dependent visit(Plan.UnnestElements unnest) {
    throw notOfSql(unnest);
  }

  private static IllegalStateException notOfSql(Plan plan) {
    return new IllegalStateException("not an operator of SQL: " + plan);
  }

  @Override
  public Dependent visit(Plan.Unnest unnest) {
    Dependent input = of(unnest.input());
    return input.under(unnest.over(input.plan()));
  }

  @Override
  public Dependent visit(Plan.Extend extend) {
    Dependent input = of(extend.input());
    return input.under(extend.over(input.plan()));
  }

  @Override
  public Dependent visit(Plan.Filter filter) {
    Dependent input = of(filter.input());
    return input.under(filter.over(input.plan()));
  }

  @Override
  public Dependent visit(Plan.Project project) {
    Dependent input = of(project.input());
    List<Assignment> outputs = new ArrayList<>(project.outputs());
    outputs.addAll(carried(input));
    return input.under(new Plan.Project(input.plan(), outputs));
  }

  /** Of an aggregate without keys there is one row for each value, even where nothing is there. */
  @Override
  public Dependent visit(Plan.Aggregate aggregate) {
    Dependent input = of(aggregate.input());
    List<Assignment> keys = new ArrayList<>(aggregate.keys());
    keys.addAll(carried(input));
    Dependent groups = input.under(new Plan.Aggregate(input.plan(), keys, aggregate.calls()));
    if (!aggregate.keys().isEmpty()) {
      return groups;
    }
    Dependent all = values();
    Plan joined =
        new QueryPlan.Join(
            all.plan(), groups.plan(), JoinKind.LEFT, same(all, groups), Optional.empty());
    List<Assignment> outputs = new ArrayList<>(carried(all));
    for (AggregateCall call : aggregate.calls()) {
      outputs.add(new Assignment(call.column(), orNothing(call)));
    }
    return new Dependent(new Plan.Project(joined, outputs), all.values());
  }

  /** What an aggregate gives where there are no rows: a count is 0, anything else null. */
  static Expr orNothing(AggregateCall call) {
    Expr value = new Expr.Ref(call.column());
    boolean counts =
        call.kind() == AggregateFunction.COUNT
            || call.kind() == AggregateFunction.COUNT_ROWS
            || call.kind() == AggregateFunction.COUNT_DISTINCT
            || call.named().map(n -> n.function().name()).equals(Optional.of("regr_count"));
    return counts
        ? Calls.of("coalesce", value, new Expr.Constant(0L, Types.LongType.get()))
        : value;
  }

  @Override
  public Dependent visit(QueryPlan.Join join) {
    Dependent left = of(join.left());
    boolean dependent = FreeColumns.of(join.right()).stream().anyMatch(outer::contains);
    Dependent right = dependent ? of(join.right()) : new Dependent(join.right(), Map.of());
    List<Equality> on = new ArrayList<>();
    for (Equality key : join.on()) {
      on.add(new Equality(left.replaced(key.left()), left.replaced(key.right()), key.match()));
    }
    if (dependent) {
      on.addAll(same(left, right));
    }
    return new Dependent(
        new QueryPlan.Join(
            left.plan(), right.plan(), join.kind(), on, join.condition().map(left::replaced)),
        left.values());
  }

  @Override
  public Dependent visit(QueryPlan.Union union) {
    List<Plan> inputs = new ArrayList<>();
    for (Plan each : union.inputs()) {
      Dependent input = of(each);
      List<Assignment> outputs = new ArrayList<>();
      each.columns()
          .forEach(
              column ->
                  outputs.add(
                      new Assignment(
                          ids.next(column.label(), column.type()), new Expr.Ref(column))));
      for (PlanColumn column : outer) {
        PlanColumn value = requireNonNull(input.values().get(column));
        outputs.add(new Assignment(ids.next(value.label(), value.type()), new Expr.Ref(value)));
      }
      inputs.add(new Plan.Project(input.plan(), outputs));
    }
    List<PlanColumn> columns = new ArrayList<>(union.columns());
    Map<PlanColumn, PlanColumn> values = new LinkedHashMap<>();
    for (PlanColumn column : outer) {
      PlanColumn value = ids.next(column.label(), column.type());
      columns.add(value);
      values.put(column, value);
    }
    return new Dependent(new QueryPlan.Union(inputs, columns), values);
  }

  @Override
  public Dependent visit(QueryPlan.Window window) {
    Dependent input = of(window.input());
    List<Expr> partition = new ArrayList<>(window.partitionBy());
    carried(input).forEach(value -> partition.add(value.value()));
    return input.under(
        new QueryPlan.Window(input.plan(), partition, window.orderBy(), window.calls()));
  }

  /** The first rows for each value, by their numbers. */
  @Override
  public Dependent visit(QueryPlan.Limit limit) {
    Dependent input = of(limit.input());
    PlanColumn number = ids.next("row_number", Types.LongType.get());
    List<Expr> partition = carried(input).stream().map(Assignment::value).toList();
    WindowCall call =
        new WindowCall(number, new ScalarFunction("row_number", "row_number()"), List.of(), "");
    Plan numbered =
        input
            .under(new QueryPlan.Window(input.plan(), partition, limit.orderBy(), List.of(call)))
            .plan();
    Expr at = new Expr.Ref(number);
    Expr kept = Calls.of(">", at, constant(limit.skipped()));
    if (limit.rows().isPresent()) {
      Expr last = constant(limit.skipped() + limit.rows().getAsLong());
      kept = Calls.of("and", kept, Calls.of("<=", at, last));
    }
    return new Dependent(new Plan.Filter(numbered, Predicates.of(kept)), input.values());
  }

  private static Expr constant(long value) {
    return new Expr.Constant(value, Types.LongType.get());
  }
}
