package io.bergview.projection.query;

import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.Equality;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import io.bergview.projection.query.FromScope.Relation;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The terms of ON that have subqueries. Of an inner join they filter the pairs. Where rows without
 * a match are kept, a term about the right side alone filters that before, and one about the left
 * side alone becomes a column of it. What is about both is found for the pairs of the different
 * values that decide it: the right rows, once for each left value that they match, are joined by
 * that value.
 */
final class OnSubqueries {
  private final QueryBinder queries;
  private final FromScope scope;
  private final CommonTables ctes;
  private final List<SyntaxNode> terms;

  /**
   * @param scope of both sides
   * @param terms those of ON that have subqueries
   */
  OnSubqueries(QueryBinder queries, FromScope scope, CommonTables ctes, List<SyntaxNode> terms) {
    this.queries = queries;
    this.scope = scope;
    this.ctes = ctes;
    this.terms = List.copyOf(terms);
  }

  /** The two sides of a join on conditions without subqueries, perhaps with further columns. */
  record Sides(Plan left, Plan right, List<Expr> conditions) {
    Sides {
      conditions = List.copyOf(conditions);
    }
  }

  /**
   * The sides of both joins of a full join.
   *
   * @param kept the left rows with their matches
   * @param alone the right rows, on the left, without a match
   */
  record Full(Sides kept, Sides alone) {}

  boolean isEmpty() {
    return terms.isEmpty();
  }

  /** The pairs of an inner join for which the terms are true. */
  Plan filtered(Plan pairs) {
    return filtered(pairs, scope, terms);
  }

  private Plan filtered(Plan plan, FromScope names, List<SyntaxNode> by) {
    Building building = new Building(plan);
    ExpressionBinder binder = new ExpressionBinder(queries, names, ctes, building, null, "ON");
    by.forEach(term -> SelectBinder.filter(queries, term, binder, building));
    return building.plan();
  }

  /** The sides of a join that keeps left rows. */
  Sides sides(Plan left, Plan right, List<Expr> conditions) {
    Plan rows = left;
    Plan others = right;
    List<Expr> all = new ArrayList<>(conditions);
    List<SyntaxNode> both = new ArrayList<>();
    for (SyntaxNode term : terms) {
      Set<PlanColumn> named = named(term, left, right);
      if (left.columns().stream().noneMatch(named::contains)) {
        others = filtered(others, scope, List.of(term));
      } else if (right.columns().stream().noneMatch(named::contains)) {
        Building building = new Building(rows);
        all.add(new ExpressionBinder(queries, scope, ctes, building, null, "ON").condition(term));
        rows = building.plan();
      } else {
        both.add(term);
      }
    }
    return both.isEmpty()
        ? new Sides(rows, others, all)
        : matched(rows, others, pairs(rows, others, all, both));
  }

  /** The sides of a full join. */
  Full full(Plan left, Plan right, List<Expr> conditions) {
    if (terms.isEmpty()) {
      return new Full(new Sides(left, right, conditions), new Sides(right, left, conditions));
    }
    Pairs pairs = pairs(left, right, conditions, terms);
    Plan found = pairs.plan();
    if (pairs.lefts().isEmpty()) {
      // Nothing of the left rows decides, but there must be one.
      found = new QueryPlan.Join(found, left, JoinKind.SEMI, List.of(), Optional.empty());
    }
    return new Full(matched(left, right, pairs), new Sides(right, found, same(pairs.rights())));
  }

  /** The columns that a term names, in its subqueries too. */
  private Set<PlanColumn> named(SyntaxNode term, Plan left, Plan right) {
    FromScope inner = new FromScope(List.of(), scope);
    filtered(
        new QueryPlan.Join(left, right, JoinKind.INNER, List.of(), Optional.empty()),
        inner,
        List.of(term));
    return inner.correlated();
  }

  /**
   * The different values that decide whether rows match, of those that do.
   *
   * @param lefts the column of each deciding column of the left side
   */
  private record Pairs(
      Plan plan, Map<PlanColumn, PlanColumn> lefts, Map<PlanColumn, PlanColumn> rights) {}

  private Pairs pairs(Plan left, Plan right, List<Expr> conditions, List<SyntaxNode> by) {
    Set<PlanColumn> deciding = new LinkedHashSet<>();
    conditions.forEach(condition -> deciding.addAll(ExprColumns.of(condition)));
    by.forEach(term -> deciding.addAll(named(term, left, right)));
    Map<PlanColumn, PlanColumn> lefts = new LinkedHashMap<>();
    Map<PlanColumn, PlanColumn> rights = new LinkedHashMap<>();
    Plan l = different(left, deciding, lefts);
    Plan r = different(right, deciding, rights);
    Map<PlanColumn, PlanColumn> copies = new LinkedHashMap<>(lefts);
    copies.putAll(rights);
    Map<PlanColumn, Expr> values = new LinkedHashMap<>();
    copies.forEach((column, copy) -> values.put(column, new Expr.Ref(copy)));
    List<Expr> plain = conditions.stream().map(c -> ExprRewrite.columns(c, values)).toList();
    Plan joined = JoinPlanner.join(l, r, JoinKind.INNER, plain);
    Plan found = filtered(joined, copied(copies), by);
    List<Assignment> outputs = new ArrayList<>();
    copies.values().forEach(column -> outputs.add(new Assignment(column, new Expr.Ref(column))));
    return new Pairs(new Plan.Project(found, outputs), lefts, rights);
  }

  /** The different values of some columns; of none, one row. */
  private Plan different(Plan plan, Set<PlanColumn> of, Map<PlanColumn, PlanColumn> copies) {
    List<Assignment> keys = new ArrayList<>();
    for (PlanColumn column : plan.columns()) {
      if (of.contains(column)) {
        PlanColumn copy = queries.ids().next(column.label(), column.type());
        keys.add(new Assignment(copy, Calls.key(new Expr.Ref(column))));
        copies.put(column, copy);
      }
    }
    return keys.isEmpty()
        ? new QueryPlan.Values(List.of(), List.of(List.of()))
        : new Plan.Aggregate(plan, keys, List.of());
  }

  private FromScope copied(Map<PlanColumn, PlanColumn> copies) {
    List<Relation> relations = new ArrayList<>();
    for (Relation relation : scope.relations()) {
      Set<PlanColumn> hidden = new LinkedHashSet<>();
      relation.hidden().forEach(column -> hidden.add(copies.getOrDefault(column, column)));
      List<BoundColumn> columns =
          relation.columns().stream()
              .map(c -> new BoundColumn(c.name(), copies.getOrDefault(c.column(), c.column())))
              .toList();
      relations.add(new Relation(relation.name(), relation.path(), columns, hidden));
    }
    return new FromScope(relations, scope.outer());
  }

  /** The right rows with the values of the left rows that they match, to be joined by these. */
  private static Sides matched(Plan left, Plan right, Pairs pairs) {
    List<Equality> on = new ArrayList<>();
    pairs
        .rights()
        .forEach(
            (column, copy) ->
                on.add(new Equality(new Expr.Ref(column), new Expr.Ref(copy), Match.NOT_DISTINCT)));
    Plan rights = new QueryPlan.Join(right, pairs.plan(), JoinKind.INNER, on, Optional.empty());
    return new Sides(left, rights, same(pairs.lefts()));
  }

  private static List<Expr> same(Map<PlanColumn, PlanColumn> copies) {
    List<Expr> conditions = new ArrayList<>();
    copies.forEach(
        (column, copy) ->
            conditions.add(
                Calls.of("is not distinct from", new Expr.Ref(column), new Expr.Ref(copy))));
    return conditions;
  }
}
