package io.bergview.projection.query;

import io.bergview.projection.plan.ColumnIds;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import java.util.List;

/** Joins two plans by a predicate of the view language, as a query with that condition would. */
public final class PredicateJoin {
  private PredicateJoin() {}

  /**
   * Equalities between the two sides become the keys of the join.
   *
   * @param on over the columns of both
   */
  public static Plan of(Plan left, Plan right, JoinKind kind, Pred on, ColumnIds ids) {
    List<Expr> conditions = TrueConditions.of(on);
    return kind == JoinKind.INNER
        ? JoinPlanner.plan(
            InnerJoins.of(left).and(InnerJoins.of(right), conditions), List.of(), ids)
        : JoinPlanner.join(left, right, kind, conditions);
  }
}
