package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;

import io.bergview.projection.function.NumericTypes;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshReason;
import io.bergview.refresh.algebra.FreshColumns;
import io.bergview.refresh.algebra.GroupDelta;
import io.bergview.refresh.algebra.QueryFollowing;
import io.bergview.refresh.change.DuplicateCounts;
import io.bergview.refresh.change.NewRows;
import io.bergview.refresh.change.StoredRows;
import io.bergview.refresh.incremental.GroupMerge.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/**
 * The difference of a view in SQL. Groups are merged with what is stored of them. Of any other rows
 * the stored ones are found by the columns that they share with the changed ones; they lose and
 * gain what the query does, or, where sums of floating point make rows differ in their last digits,
 * are computed again.
 */
final class QueryDifference {
  private final DeltaContext context;
  private final ResolvedView view;
  private final PlanTables tables;
  private final QueryDelta delta;

  QueryDifference(DeltaContext context) {
    this.context = context;
    this.view = context.algebra().view();
    this.tables = new PlanTables(context);
    this.delta = new QueryDelta(context, tables, new FreshColumns(view));
  }

  Difference compute() {
    try {
      return followed();
    } catch (DeltaContext.LargeShareException e) {
      return new Difference.NotIncremental(
          new RefreshPlan.Full(
              RefreshReason.DELTA_TOO_LARGE, String.valueOf(e.getMessage()), false));
    }
  }

  private Difference followed() {
    Optional<String> whole = QueryFollowing.ofAny(view, context.changes().types());
    if (whole.isPresent()) {
      return full(whole.get());
    }
    if (context.algebra().grouped()) {
      return groups((Plan.Aggregate) ((Plan.Project) view.plan()).input());
    }
    Optional<QueryPlan.Limit> first = QueryFollowing.firstRows((Plan.Project) view.plan());
    return first.isPresent()
        ? new FirstRows(context, tables, delta, first.get()).compute()
        : rows();
  }

  private Difference full(String why) {
    return full(view, why);
  }

  static Difference full(ResolvedView view, String why) {
    return new Difference.NotIncremental(
        new RefreshPlan.Full(
            RefreshReason.NOT_INCREMENTAL,
            "View %s is recomputed: %s".formatted(view.definition().name(), why),
            false));
  }

  private Difference groups(Plan.Aggregate aggregate) {
    QueryDelta.Change change = delta.exactly(aggregate.input());
    if (change.isNone()) {
      return new Difference.None();
    }
    GroupDelta groups = context.algebra().groups();
    GroupMerge merge =
        new GroupMerge(
            groups, context.scratch(), tables::sql, (keys, match) -> again(aggregate, keys));
    return new GroupsMerging(context, groups, merge)
        .merged(side(change.removed(), aggregate), side(change.added(), aggregate));
  }

  private Side side(Optional<Plan> rows, Plan.Aggregate aggregate) {
    return new Side(
        rows.map(some -> context.scratch().table("aggregates", tables.sql(aggregate.over(some)))));
  }

  /** Some groups, computed from all of their rows. */
  private Plan again(Plan.Aggregate aggregate, String keysTable) {
    if (aggregate.keys().isEmpty()) {
      return aggregate;
    }
    List<DeltaPlan.PreparedRows.Column> given = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    List<DeltaPlan.Match> matches = new ArrayList<>();
    FreshColumns ids = context.algebra().fresh();
    for (Plan.Assignment key : aggregate.keys()) {
      PlanColumn fresh = ids.next("key", key.column().type());
      given.add(new DeltaPlan.PreparedRows.Column(fresh, "k" + given.size()));
      values.add(key.value());
      matches.add(DeltaPlan.Match.NOT_DISTINCT);
    }
    KeyRows keys = new KeyRows(new DeltaPlan.PreparedRows(keysTable, true, given), matches);
    return aggregate.over(delta.now().of(aggregate.input(), values, keys));
  }

  private Difference rows() {
    Plan plan = view.plan();
    QueryDelta.Change change = delta.exactly(plan);
    if (change.isNone()) {
      return new Difference.None();
    }
    boolean digits = hasInexactSums(plan);
    if (change.removed().isEmpty() && !digits) {
      return new Difference.Append(tables.sql(change.added().orElseThrow()));
    }
    List<OutputColumn> located = view.columns().stream().filter(QueryDifference::locates).toList();
    if (digits && located.isEmpty()) {
      return full("its rows have only values of floating point, by which none can be found again");
    }
    KeyRows keys = delta.keysOf(change, located.stream().map(OutputColumn::column).toList());
    String keysTable = context.scratch().table("touched", keys.named());
    StoredRows stored =
        context.read(
            context.stored(keysTable, located.stream().map(c -> List.of(c.name())).toList()));
    if (digits) {
      List<Expr> values = located.stream().map(c -> (Expr) new Expr.Ref(c.column())).toList();
      String again =
          context.scratch().table("rows", tables.sql(delta.now().of(plan, values, keys)));
      return new Difference.Merge(stored, new NewRows.Compared(again, DuplicateCounts.MANY));
    }
    return changed(stored, change);
  }

  /** Whether a view's rows are exactly those of its query, to the last digit. */
  static boolean isExact(Plan plan) {
    return !hasInexactSums(plan);
  }

  /** The stored rows without those that the query lost, and with those that it gained. */
  private Difference changed(StoredRows stored, QueryDelta.Change change) {
    List<Types.NestedField> fields = context.schema().columns();
    List<String> columns = new ArrayList<>();
    for (OutputColumn output : view.columns()) {
      Types.NestedField field =
          fields.stream().filter(f -> f.name().equals(output.name())).findFirst().orElseThrow();
      columns.add(
          "CAST(%s AS %s) AS %s"
              .formatted(
                  column(field.fieldId()), sqlType(output.type()), column(output.column().id())));
    }
    long before = context.scratch().countWhere(stored.table(), "true");
    String kept = "SELECT %s FROM %s".formatted(String.join(", ", columns), quote(stored.table()));
    String removed = change.removed().map(tables::sql).orElse("");
    String left =
        context
            .scratch()
            .table(
                "kept", removed.isEmpty() ? kept : "(" + kept + ") EXCEPT ALL (" + removed + ")");
    long gone = change.removed().map(p -> tables.count((DeltaPlan.PreparedRows) p)).orElse(0L);
    if (context.scratch().count(left) != before - gone) {
      return full("its table lacks rows that the query had");
    }
    String added = change.added().map(plan -> " UNION ALL (" + tables.sql(plan) + ")").orElse("");
    String rows = context.scratch().table("rows", "SELECT * FROM " + quote(left) + added);
    return new Difference.Merge(stored, new NewRows.Compared(rows, DuplicateCounts.MANY));
  }

  /** Whether rows can be found by a column: values of one kind of zero and no NaN. */
  private static boolean locates(OutputColumn column) {
    return column.type().isPrimitiveType() && !NumericTypes.isFloating(column.type());
  }

  /** Whether a value depends on the order in which floating-point numbers are added. */
  private static boolean hasInexactSums(Plan plan) {
    return plan.operators()
        .anyMatch(
            operator ->
                operator instanceof Plan.Aggregate aggregate
                        && aggregate.calls().stream().anyMatch(QueryDifference::isInexact)
                    || operator instanceof QueryPlan.Window window
                        && window.calls().stream()
                            .anyMatch(c -> NumericTypes.isFloating(c.column().type())));
  }

  private static boolean isInexact(AggregateCall call) {
    return NumericTypes.isFloating(call.column().type()) && call.orderBy().isEmpty();
  }
}
