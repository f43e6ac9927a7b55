package io.bergview.refresh.incremental;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.Equality;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keys that rows are restricted to.
 *
 * @param rows a table of the session with columns {@code k0}, {@code k1}...
 * @param matches how each part is compared
 */
record KeyRows(DeltaPlan.PreparedRows rows, List<Match> matches) {
  KeyRows {
    matches = List.copyOf(matches);
  }

  int width() {
    return matches.size();
  }

  /** The rows of a plan whose values are among these keys. */
  Plan semiJoin(Plan plan, List<Expr> values) {
    List<Equality> on = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      on.add(new Equality(values.get(i), new Expr.Ref(rows.columns().get(i)), matches.get(i)));
    }
    return new QueryPlan.Join(plan, rows, JoinKind.SEMI, on, Optional.empty());
  }
}
