package io.bergview.projection.query;

import io.bergview.projection.plan.ColumnIds;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
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
 * Puts joins in an order, and conditions where the columns are that they need: those of one input
 * filter it, equalities between two are the keys of a join, any other filters what is joined.
 */
final class JoinPlanner {
  private final List<Plan> waiting;
  private final List<Expr> conditions;
  private final ColumnIds ids;

  private JoinPlanner(List<Plan> inputs, List<Expr> conditions, ColumnIds ids) {
    this.ids = ids;
    this.waiting = new ArrayList<>(inputs);
    this.conditions = new ArrayList<>(conditions);
  }

  /** The rows of all inputs for which all conditions, and those of the joins, are true. */
  static Plan plan(InnerJoins joins, List<Expr> more, ColumnIds ids) {
    List<Expr> conditions = new ArrayList<>();
    joins.conditions().forEach(condition -> conditions.addAll(conjuncts(condition)));
    more.forEach(condition -> conditions.addAll(conjuncts(condition)));
    return new JoinPlanner(joins.inputs(), conditions, ids).plan();
  }

  /** Two plans joined on conditions over both. */
  static Plan join(Plan left, Plan right, JoinKind kind, List<Expr> conditions) {
    List<Equality> on = new ArrayList<>();
    List<Expr> others = new ArrayList<>();
    Plan other = right;
    Set<PlanColumn> rights = new HashSet<>(right.columns());
    Set<PlanColumn> lefts = new HashSet<>(left.columns());
    for (Expr condition : conditions.stream().flatMap(c -> conjuncts(c).stream()).toList()) {
      Set<PlanColumn> columns = ExprColumns.of(condition);
      Optional<Equality> key = equality(condition, lefts, rights);
      if (key.isPresent()) {
        on.add(key.get());
      } else if (!columns.isEmpty() && rights.containsAll(columns)) {
        other = filtered(other, condition);
      } else {
        others.add(condition);
      }
    }
    return new QueryPlan.Join(left, other, kind, on, Calls.all(others));
  }

  private Plan plan() {
    for (int i = 0; i < waiting.size(); i++) {
      Set<PlanColumn> columns = new HashSet<>(waiting.get(i).columns());
      for (Expr condition : taken(columns)) {
        waiting.set(i, filtered(waiting.get(i), condition));
      }
    }
    Plan plan = waiting.remove(0);
    while (!waiting.isEmpty()) {
      Set<PlanColumn> left = new HashSet<>(plan.columns());
      Plan next = waiting.remove(connected(left));
      Set<PlanColumn> right = new HashSet<>(next.columns());
      List<Equality> on = new ArrayList<>();
      conditions.removeIf(
          condition -> {
            Optional<Equality> key = equality(condition, left, right);
            key.ifPresent(on::add);
            return key.isPresent();
          });
      if (FreeColumns.of(next).stream().anyMatch(left::contains)) {
        plan = new Decorrelation(plan, next, ids).innerJoin(on);
      } else {
        plan = new QueryPlan.Join(plan, next, JoinKind.INNER, on, Optional.empty());
      }
      Set<PlanColumn> both = new HashSet<>(plan.columns());
      for (Expr condition : taken(both)) {
        plan = filtered(plan, condition);
      }
    }
    for (Expr condition : conditions) {
      plan = new Plan.Filter(plan, Predicates.of(condition));
    }
    return plan;
  }

  /** The conditions that need no other columns, which are then done. */
  private List<Expr> taken(Set<PlanColumn> columns) {
    List<Expr> taken =
        conditions.stream()
            .filter(
                condition -> {
                  Set<PlanColumn> needed = ExprColumns.of(condition);
                  return !needed.isEmpty() && columns.containsAll(needed);
                })
            .toList();
    conditions.removeAll(taken);
    return taken;
  }

  /** The first input that a key joins with what is joined so far; else the first. */
  private int connected(Set<PlanColumn> left) {
    for (int i = 0; i < waiting.size(); i++) {
      Set<PlanColumn> right = new HashSet<>(waiting.get(i).columns());
      if (conditions.stream().anyMatch(c -> equality(c, left, right).isPresent())
          && isIndependent(waiting.get(i), left)) {
        return i;
      }
    }
    for (int i = 0; i < waiting.size(); i++) {
      if (isIndependent(waiting.get(i), left)) {
        return i;
      }
    }
    return 0;
  }

  /** Whether what a lateral subquery names is there. */
  private boolean isIndependent(Plan plan, Set<PlanColumn> left) {
    Set<PlanColumn> others = new HashSet<>();
    waiting.stream().filter(other -> other != plan).forEach(o -> others.addAll(o.columns()));
    others.removeAll(left);
    return FreeColumns.of(plan).stream().noneMatch(others::contains);
  }

  /** A filter, under the left joins whose right sides it does not need. */
  private static Plan filtered(Plan plan, Expr condition) {
    if (plan instanceof QueryPlan.Join join
        && join.kind() == JoinKind.LEFT
        && new HashSet<>(join.left().columns()).containsAll(ExprColumns.of(condition))) {
      return join.withInputs(List.of(filtered(join.left(), condition), join.right()));
    }
    return new Plan.Filter(plan, Predicates.of(condition));
  }

  /** An equality between one value of each side. */
  static Optional<Equality> equality(Expr condition, Set<PlanColumn> left, Set<PlanColumn> right) {
    if (!(condition instanceof Expr.Call call) || call.arguments().size() != 2) {
      return Optional.empty();
    }
    Match match;
    if (call.function().name().equals("=")) {
      match = Match.EQUAL;
    } else if (call.function().name().equals("is not distinct from")) {
      match = Match.NOT_DISTINCT;
    } else {
      return Optional.empty();
    }
    Expr one = call.arguments().get(0);
    Expr two = call.arguments().get(1);
    if (isOf(one, left) && isOf(two, right)) {
      return Optional.of(new Equality(one, two, match));
    }
    return isOf(two, left) && isOf(one, right)
        ? Optional.of(new Equality(two, one, match))
        : Optional.empty();
  }

  /** Whether a value is computed of some of the columns, and of nothing else. */
  static boolean isOf(Expr value, Set<PlanColumn> columns) {
    Set<PlanColumn> needed = ExprColumns.of(value);
    return !needed.isEmpty() && columns.containsAll(needed);
  }

  /** The terms of AND; what all terms of an OR have in common stands beside it. */
  static List<Expr> conjuncts(Expr condition) {
    if (!(condition instanceof Expr.Call call)) {
      return List.of(condition);
    }
    if (call.function().name().equals("and")) {
      return call.arguments().stream().flatMap(term -> conjuncts(term).stream()).toList();
    }
    if (!call.function().name().equals("or")) {
      return List.of(condition);
    }
    List<List<Expr>> terms =
        disjuncts(condition).stream()
            .map(term -> new ArrayList<>(conjuncts(term)))
            .map(l -> (List<Expr>) l)
            .toList();
    List<Expr> common = new ArrayList<>(terms.get(0));
    terms.forEach(common::retainAll);
    if (common.isEmpty()) {
      return List.of(condition);
    }
    List<Expr> all = new ArrayList<>(common);
    Expr rest = null;
    for (List<Expr> term : terms) {
      List<Expr> left = new ArrayList<>(term);
      left.removeAll(common);
      Optional<Expr> one = Calls.all(left);
      if (one.isEmpty()) {
        return common;
      }
      rest = rest == null ? one.get() : Calls.of("or", rest, one.get());
    }
    all.add(rest);
    return all;
  }

  private static List<Expr> disjuncts(Expr condition) {
    return condition instanceof Expr.Call call && call.function().name().equals("or")
        ? call.arguments().stream().flatMap(term -> disjuncts(term).stream()).toList()
        : List.of(condition);
  }
}
