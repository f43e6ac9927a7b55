package io.bergview.projection.query;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.ColumnIds;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.Equality;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A subquery that names columns of the rows around it, as one that does not, and as conditions that
 * join the two. First its conditions are pulled up to where they can join; where something is in
 * the way, such as an inequality under an aggregate, the subquery is computed for each of the
 * different values that the rows have ({@link DependentJoin}).
 *
 * <p>After Neumann and Kemper, "Unnesting Arbitrary Queries" (BTW 2015).
 */
final class Decorrelation {
  private final Plan rows;
  private final Plan subquery;
  private final Set<PlanColumn> outer;
  private final ColumnIds ids;

  /** Whether the subquery is a total whose row may be missing where there is nothing. */
  private boolean withoutEmptyTotals;

  /**
   * @param rows whose columns the subquery may name
   */
  Decorrelation(Plan rows, Plan subquery, ColumnIds ids) {
    this.ids = ids;
    this.rows = rows;
    this.subquery = subquery;
    Set<PlanColumn> named = FreeColumns.of(subquery);
    named.retainAll(new HashSet<>(rows.columns()));
    this.outer = named;
  }

  /**
   * A subquery by itself.
   *
   * @param on of the rows, on the left, and of the subquery
   * @param condition over the columns of both
   */
  record Independent(Plan plan, List<Equality> on, Optional<Expr> condition) {
    Independent {
      on = List.copyOf(on);
    }
  }

  /** Whether the subquery names columns of the rows. */
  boolean isCorrelated() {
    return !outer.isEmpty();
  }

  Independent independent() {
    if (!isCorrelated()) {
      return new Independent(subquery, List.of(), Optional.empty());
    }
    try {
      Pulled pulled = pull(subquery);
      List<Equality> on = new ArrayList<>();
      List<Expr> others = new ArrayList<>();
      Set<PlanColumn> inner = new HashSet<>(pulled.plan().columns());
      for (Expr condition : pulled.conditions()) {
        Optional<Equality> key = JoinPlanner.equality(condition, outer, inner);
        key.ifPresentOrElse(on::add, () -> others.add(condition));
      }
      return new Independent(pulled.plan(), on, Calls.all(others));
    } catch (InTheWay e) {
      return dependent();
    }
  }

  /** The same, its conditions being only that values are the same. */
  Independent keyed() {
    Independent independent = independent();
    return independent.condition().isPresent() ? dependent() : independent;
  }

  /**
   * As {@link #keyed}, of an aggregate without keys: there may be no row where it has nothing to
   * aggregate.
   */
  Independent keyedTotal() {
    withoutEmptyTotals = true;
    return keyed();
  }

  private Independent dependent() {
    DependentJoin.Dependent dependent = new DependentJoin(rows, outer, ids).of(subquery);
    List<Equality> on = new ArrayList<>();
    dependent
        .values()
        .forEach(
            (column, value) ->
                on.add(
                    new Equality(new Expr.Ref(column), new Expr.Ref(value), Match.NOT_DISTINCT)));
    return new Independent(dependent.plan(), on, Optional.empty());
  }

  /** The rows with each row of the subquery that is for them. */
  Plan innerJoin(List<Equality> more) {
    Independent independent = independent();
    List<Equality> on = new ArrayList<>(independent.on());
    on.addAll(more);
    return new QueryPlan.Join(
        rows, independent.plan(), JoinKind.INNER, on, independent.condition());
  }

  /** The rows joined with the rows of the subquery that are for them, on further conditions. */
  QueryPlan.Join join(JoinKind kind, List<Expr> conditions) {
    Independent inner = independent();
    QueryPlan.Join join = (QueryPlan.Join) JoinPlanner.join(rows, inner.plan(), kind, conditions);
    List<Equality> on = new ArrayList<>(inner.on());
    on.addAll(join.on());
    List<Expr> others = new ArrayList<>();
    inner.condition().ifPresent(others::add);
    join.condition().ifPresent(others::add);
    return new QueryPlan.Join(join.left(), join.right(), kind, on, Calls.all(others));
  }

  /** A subquery without some of its conditions, which are over its columns and those outside. */
  private record Pulled(Plan plan, List<Expr> conditions) {}

  /** That conditions cannot be pulled through an operator. */
  private static final class InTheWay extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InTheWay() {
      super("conditions cannot be pulled up", null, false, false);
    }
  }

  private boolean names(Plan plan) {
    return FreeColumns.of(plan).stream().anyMatch(outer::contains);
  }

  private boolean names(Expr value) {
    return ExprColumns.of(value).stream().anyMatch(outer::contains);
  }

  private Pulled pull(Plan plan) {
    if (!names(plan)) {
      return new Pulled(plan, List.of());
    }
    if (plan instanceof Plan.Filter filter) {
      return filter(filter);
    }
    if (plan instanceof Plan.Project project) {
      return project(project);
    }
    if (plan instanceof Plan.Extend extend) {
      if (extend.added().stream().anyMatch(added -> names(added.value()))) {
        throw new InTheWay();
      }
      Pulled input = pull(extend.input());
      return new Pulled(extend.over(input.plan()), input.conditions());
    }
    if (plan instanceof Plan.Aggregate aggregate) {
      return aggregate(aggregate);
    }
    if (plan instanceof QueryPlan.Join join) {
      return join(join);
    }
    throw new InTheWay();
  }

  private Pulled filter(Plan.Filter filter) {
    Pulled input = pull(filter.input());
    List<Expr> conditions = new ArrayList<>(input.conditions());
    Plan plan = input.plan();
    for (Expr term : JoinPlanner.conjuncts(PredicateValues.of(filter.predicate()))) {
      if (names(term)) {
        conditions.add(term);
      } else {
        plan = new Plan.Filter(plan, Predicates.of(term));
      }
    }
    return new Pulled(plan, conditions);
  }

  private Pulled project(Plan.Project project) {
    if (project.outputs().stream().anyMatch(output -> names(output.value()))) {
      throw new InTheWay();
    }
    Pulled input = pull(project.input());
    List<Assignment> outputs = new ArrayList<>(project.outputs());
    for (PlanColumn column : innerColumns(input.conditions())) {
      outputs.add(new Assignment(column, new Expr.Ref(column)));
    }
    return new Pulled(new Plan.Project(input.plan(), outputs), input.conditions());
  }

  private Set<PlanColumn> innerColumns(List<Expr> conditions) {
    Set<PlanColumn> columns = new HashSet<>();
    conditions.forEach(condition -> columns.addAll(ExprColumns.of(condition)));
    columns.removeAll(outer);
    return columns;
  }

  /**
   * What is the same within a group may be a key of it; but a group of nothing has no row, where a
   * total of nothing has one.
   */
  private Pulled aggregate(Plan.Aggregate aggregate) {
    boolean total = aggregate.keys().isEmpty() && !(withoutEmptyTotals && aggregate == subquery);
    boolean own =
        total
            || aggregate.keys().stream().anyMatch(key -> names(key.value()))
            || aggregate.calls().stream().anyMatch(this::names);
    if (own) {
      throw new InTheWay();
    }
    Pulled input = pull(aggregate.input());
    Set<PlanColumn> inner = new HashSet<>(input.plan().columns());
    List<Assignment> keys = new ArrayList<>(aggregate.keys());
    List<Expr> conditions = new ArrayList<>();
    for (Expr condition : input.conditions()) {
      Equality key = JoinPlanner.equality(condition, outer, inner).orElseThrow(InTheWay::new);
      PlanColumn column =
          key.right() instanceof Expr.Ref ref && isFree(ref.column(), keys) ? ref.column() : null;
      if (column == null) {
        throw new InTheWay();
      }
      keys.add(new Assignment(column, key.right()));
      conditions.add(condition);
    }
    return new Pulled(new Plan.Aggregate(input.plan(), keys, aggregate.calls()), conditions);
  }

  private static boolean isFree(PlanColumn column, List<Assignment> keys) {
    return keys.stream().noneMatch(key -> key.column().equals(column));
  }

  private boolean names(AggregateCall call) {
    boolean[] found = {false};
    call.mapOperands(
        value -> {
          found[0] |= names(value);
          return value;
        });
    return found[0];
  }

  private Pulled join(QueryPlan.Join join) {
    boolean keys = join.on().stream().anyMatch(key -> names(key.left()) || names(key.right()));
    boolean inner = join.kind() == JoinKind.INNER;
    if (keys
        || !inner && (names(join.right()) || join.condition().filter(this::names).isPresent())) {
      throw new InTheWay();
    }
    Pulled left = pull(join.left());
    Pulled right = inner ? pull(join.right()) : new Pulled(join.right(), List.of());
    List<Expr> conditions = new ArrayList<>(left.conditions());
    conditions.addAll(right.conditions());
    List<Expr> kept = new ArrayList<>();
    for (Expr term : join.condition().map(JoinPlanner::conjuncts).orElse(List.of())) {
      (names(term) ? conditions : kept).add(term);
    }
    return new Pulled(
        new QueryPlan.Join(left.plan(), right.plan(), join.kind(), join.on(), Calls.all(kept)),
        conditions);
  }
}
