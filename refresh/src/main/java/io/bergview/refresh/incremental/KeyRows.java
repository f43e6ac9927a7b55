package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.Equality;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keys that rows are restricted to.
 *
 * @param rows each key once
 * @param matches how each part is compared
 */
record KeyRows(DeltaPlan.PreparedRows rows, List<Match> matches) {
  KeyRows {
    matches = List.copyOf(matches);
  }

  int width() {
    return matches.size();
  }

  /** Some parts of the keys. */
  KeyRows parts(List<Integer> numbers, PlanTables tables) {
    if (numbers.size() == width()) {
      return this;
    }
    List<Plan.Assignment> outputs = new ArrayList<>();
    List<Match> some = new ArrayList<>();
    for (int number : numbers) {
      PlanColumn column = rows.columns().get(number);
      outputs.add(new Plan.Assignment(column, new Expr.Ref(column)));
      some.add(matches.get(number));
    }
    return new KeyRows(tables.distinct("keys", new Plan.Project(rows, outputs)), some);
  }

  /** The rows of a plan whose values are among these keys. */
  Plan semiJoin(Plan plan, List<Expr> values) {
    List<Equality> on = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      on.add(new Equality(values.get(i), new Expr.Ref(rows.columns().get(i)), matches.get(i)));
    }
    return new QueryPlan.Join(plan, rows, JoinKind.SEMI, on, Optional.empty());
  }

  /** The keys as a query with columns {@code k0}, {@code k1}... */
  String named() {
    List<String> outputs = new ArrayList<>();
    for (DeltaPlan.PreparedRows.Column each : rows.given()) {
      outputs.add(quote(each.name()) + " AS k" + outputs.size());
    }
    return "SELECT %s FROM %s"
        .formatted(outputs.isEmpty() ? "1 AS one" : String.join(", ", outputs), quote(rows.name()));
  }
}
