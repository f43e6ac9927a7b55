package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.plan.WindowCall;
import io.bergview.refresh.algebra.FreshColumns;
import io.bergview.refresh.change.DuplicateCounts;
import io.bergview.refresh.change.NewRows;
import io.bergview.refresh.change.StoredRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.types.Types;

/**
 * The difference of a view of the first rows of an order. What is not stored comes after the last
 * stored row. So as long as enough of the stored rows that stay, and of the new ones, come no later
 * than that, they are the first rows now; else the rows behind them are needed, which are not
 * stored, and the first rows are computed again. A view that is not full has all rows that there
 * are.
 */
final class FirstRows {
  private final DeltaContext context;
  private final ResolvedView view;
  private final PlanTables tables;
  private final PlanDelta delta;
  private final QueryPlan.Limit limit;
  private final FreshColumns ids;

  FirstRows(DeltaContext context, PlanTables tables, PlanDelta delta, QueryPlan.Limit limit) {
    this.context = context;
    this.view = context.algebra().view();
    this.tables = tables;
    this.delta = delta;
    this.limit = limit;
    this.ids = context.algebra().fresh();
  }

  Difference compute() {
    if (!ViewDifference.isExact(limit)) {
      throw ViewDifference.recompute(
          view, "the order of its rows depends on the last digits of sums of floating point");
    }
    PlanDelta.Change change = delta.exactly(limit.input());
    if (change.isNone()) {
      return new Difference.None();
    }
    StoredRows stored =
        context.read(
            context.stored(context.scratch().table("touched", "SELECT 1 AS one"), List.of()));
    DeltaPlan.PreparedRows rows = asPlanned(stored);
    DeltaPlan.PreparedRows kept =
        change
            .removed()
            .map(gone -> tables.without(rows, (DeltaPlan.PreparedRows) gone))
            .orElse(rows);
    List<Plan> parts = new ArrayList<>(List.of(kept));
    change.added().ifPresent(parts::add);
    Plan candidates = new QueryPlan.Union(parts, limit.input().columns());
    long most = limit.rows().orElseThrow();
    if (tables.count(rows) >= most && certain(candidates, rows) < most) {
      candidates = delta.now().whole(limit.input());
    }
    String first =
        context
            .scratch()
            .table("rows", tables.sql(((Plan.Project) view.plan()).over(limit.over(candidates))));
    return new Difference.Merge(stored, new NewRows.Compared(first, DuplicateCounts.MANY));
  }

  /** The stored rows with the columns of the limit's input. */
  private DeltaPlan.PreparedRows asPlanned(StoredRows stored) {
    DeltaPlan.PreparedRows rows = tables.stored(stored);
    Map<PlanColumn, String> shown = new HashMap<>();
    List<Assignment> outputs = ((Plan.Project) view.plan()).outputs();
    for (int i = 0; i < outputs.size(); i++) {
      shown.put(((Expr.Ref) outputs.get(i).value()).column(), rows.given().get(i).name());
    }
    return new DeltaPlan.PreparedRows(
        rows.name(),
        true,
        limit.input().columns().stream()
            .map(each -> new DeltaPlan.PreparedRows.Column(each, requireNonNull(shown.get(each))))
            .toList());
  }

  /** How many candidates come no later than the last of the stored rows. */
  private long certain(Plan candidates, DeltaPlan.PreparedRows stored) {
    List<SortOrder> backwards =
        limit.orderBy().stream()
            .map(order -> new SortOrder(order.value(), !order.descending(), !order.nullsFirst()))
            .toList();
    Plan last = new QueryPlan.Limit(stored, backwards, OptionalLong.of(1), 0);
    PlanColumn tag = ids.next("tag", Types.LongType.get());
    List<PlanColumn> columns = new ArrayList<>(limit.input().columns());
    columns.add(tag);
    Plan both =
        new QueryPlan.Union(List.of(tagged(candidates, tag, 0), tagged(last, tag, 1)), columns);
    PlanColumn number = ids.next("number", Types.LongType.get());
    List<SortOrder> order = new ArrayList<>(limit.orderBy());
    order.add(new SortOrder(new Expr.Ref(tag), false, true));
    Plan numbered =
        new QueryPlan.Window(
            both,
            List.of(),
            order,
            List.of(
                new WindowCall(
                    number, new ScalarFunction("row_number", "row_number()"), List.of(), "")));
    String places =
        context
            .scratch()
            .table(
                "places",
                "SELECT %s AS number, %s AS tag FROM (%s)"
                    .formatted(column(number.id()), column(tag.id()), tables.sql(numbered)));
    return context
        .scratch()
        .countWhere(
            places,
            "tag = 0 AND number < (SELECT max(number) FROM %s WHERE tag = 1)"
                .formatted(quote(places)));
  }

  private static Plan tagged(Plan rows, PlanColumn tag, long value) {
    return new Plan.Extend(
        rows, List.of(new Assignment(tag, new Expr.Constant(value, Types.LongType.get()))));
  }
}
