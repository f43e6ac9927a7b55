package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.LayoutSettings.SortKey;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.TopRows;
import io.bergview.projection.function.Functions;
import io.bergview.projection.function.WindowParts;
import io.bergview.projection.plan.ColumnIds;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.plan.WindowCall;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * {@code $top} over typed columns.
 *
 * @param order with what it goes on by where rows come equal, unless those all count
 */
record FirstRows(TopRows top, List<Expr> by, List<SortOrder> order) {
  FirstRows {
    by = List.copyOf(by);
    order = List.copyOf(order);
  }

  /**
   * @param scope what the paths mean
   * @param ties values that tell rows apart
   */
  static FirstRows of(TopRows top, ColumnScope scope, List<Expr> ties) {
    List<Expr> by = new ArrayList<>();
    for (ColumnPath path : top.by()) {
      by.add(Aggregates.canonical(single(path, scope)));
    }
    List<SortOrder> order = new ArrayList<>();
    for (SortKey key : top.orderBy()) {
      order.add(new SortOrder(single(key.column(), scope), key.descending(), !key.descending()));
    }
    if (top.ties() == TopRows.Ties.DROP) {
      ties.stream()
          .filter(tie -> order.stream().noneMatch(known -> known.value().equals(tie)))
          .map(tie -> new SortOrder(tie, false, true))
          .toList()
          .forEach(order::add);
    }
    return new FirstRows(top, by, order);
  }

  private static Expr single(ColumnPath path, ColumnScope scope) {
    Expr value = scope.column(path);
    if (!value.type().isPrimitiveType() || value.type().typeId() == Type.TypeID.UNKNOWN) {
      throw scope.failure(
          ProblemKind.WRONG_TYPE,
          path.at(),
          "$top of %s names '%s', which is %s; order and group by plain columns"
              .formatted(scope.viewName(), path, value.type()));
    }
    return value;
  }

  /** Those of the rows of a plan. */
  Plan over(Plan rows, ColumnIds ids) {
    if (top.isOfAll()) {
      return new QueryPlan.Limit(rows, order, OptionalLong.of(top.rows()), 0);
    }
    WindowParts parts = Functions.window(top.ties().function()).orElseThrow().bind(List.of());
    PlanColumn number = ids.next(top.ties().function(), parts.type());
    Plan numbered =
        new QueryPlan.Window(
            rows,
            by,
            order,
            List.of(new WindowCall(number, parts.function(), parts.arguments(), "")));
    return new Plan.Filter(
        numbered,
        new Pred.Compare(
            new Expr.Ref(number),
            Predicate.Operator.LTE,
            new Expr.Constant(top.rows(), Types.LongType.get())));
  }
}
