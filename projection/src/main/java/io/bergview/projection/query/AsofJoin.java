package io.bergview.projection.query;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.plan.ColumnIds;
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
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.plan.WindowCall;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;

/**
 * An ASOF join: for each left row the right row whose value is nearest. It is found by numbering,
 * for each of the different left values, the right rows that match; of rows that are equally near,
 * the first by their other columns.
 */
final class AsofJoin {
  /** The comparison by which left and right values are near, seen from the left. */
  private record Nearest(Expr right, boolean before) {}

  private AsofJoin() {}

  /**
   * @param conditions equalities between the sides, and one comparison of order
   */
  static Plan of(
      Plan left, Plan right, JoinKind kind, List<Expr> conditions, ColumnIds ids, SyntaxNode node) {
    Set<PlanColumn> lefts = new LinkedHashSet<>(left.columns());
    Set<PlanColumn> rights = new HashSet<>(right.columns());
    Nearest nearest = null;
    Set<PlanColumn> deciding = new LinkedHashSet<>();
    for (Expr condition : conditions) {
      Optional<Nearest> order = nearest(condition, lefts, rights);
      boolean one = order.isPresent() && nearest == null;
      if (!one && JoinPlanner.equality(condition, lefts, rights).isEmpty()) {
        throw misfit(node);
      }
      nearest = one ? order.get() : nearest;
      deciding.addAll(ExprColumns.of(condition));
    }
    if (nearest == null) {
      throw misfit(node);
    }
    deciding.retainAll(lefts);
    List<Assignment> keys = new ArrayList<>();
    List<Equality> same = new ArrayList<>();
    Map<PlanColumn, Expr> values = new LinkedHashMap<>();
    for (PlanColumn column : deciding) {
      PlanColumn copy = ids.next(column.label(), column.type());
      keys.add(new Assignment(copy, Calls.key(new Expr.Ref(column))));
      values.put(column, new Expr.Ref(copy));
      same.add(new Equality(new Expr.Ref(column), new Expr.Ref(copy), Match.NOT_DISTINCT));
    }
    List<Expr> on = conditions.stream().map(c -> ExprRewrite.columns(c, values)).toList();
    Plan pairs =
        JoinPlanner.join(new Plan.Aggregate(left, keys, List.of()), right, JoinKind.INNER, on);
    PlanColumn number = ids.next("row_number", Types.LongType.get());
    Plan numbered =
        new QueryPlan.Window(
            pairs,
            List.copyOf(values.values()),
            List.of(new SortOrder(nearest.right(), nearest.before(), false)),
            List.of(
                new WindowCall(
                    number, new ScalarFunction("row_number", "row_number()"), List.of(), "")));
    Expr first = Calls.of("=", new Expr.Ref(number), new Expr.Constant(1L, Types.LongType.get()));
    return new QueryPlan.Join(
        left, new Plan.Filter(numbered, Predicates.of(first)), kind, same, Optional.empty());
  }

  private static Optional<Nearest> nearest(
      Expr condition, Set<PlanColumn> lefts, Set<PlanColumn> rights) {
    if (!(condition instanceof Expr.Call call) || call.arguments().size() != 2) {
      return Optional.empty();
    }
    boolean greater = call.function().name().startsWith(">");
    if (!greater && !call.function().name().startsWith("<")
        || call.function().name().equals("<>")) {
      return Optional.empty();
    }
    Expr one = call.arguments().get(0);
    Expr other = call.arguments().get(1);
    if (JoinPlanner.isOf(one, lefts) && JoinPlanner.isOf(other, rights)) {
      return Optional.of(new Nearest(other, greater));
    }
    return JoinPlanner.isOf(one, rights) && JoinPlanner.isOf(other, lefts)
        ? Optional.of(new Nearest(one, !greater))
        : Optional.empty();
  }

  private static SqlException misfit(SyntaxNode node) {
    return new SqlException(
        ProblemKind.WRONG_VALUE,
        node.offset(),
        "an ASOF join needs equalities between its sides and exactly one of >=, >, <= and <; put"
            + " other conditions into a subquery");
  }
}
