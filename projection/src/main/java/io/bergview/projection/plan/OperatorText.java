package io.bergview.projection.plan;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.Plan.JoinKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One operator for display, without its inputs; columns go by their labels. */
final class OperatorText implements PlanVisitor<String> {
  @Override
  public String visit(Plan.Scan scan) {
    return "Scan "
        + scan.source().shown()
        + list(
            scan.reads().stream()
                .map(read -> scan.source().schema().findColumnName(read.fieldId())));
  }

  @Override
  public String visit(Plan.LeftJoin join) {
    return "Lookup (to-one, left join) on " + keys(join.on());
  }

  @Override
  public String visit(Plan.JoinToMany join) {
    return "Unnest relation" + keeping(join.keepEmpty()) + " on " + keys(join.on());
  }

  @Override
  public String visit(Plan.NestedAggregate nested) {
    return "Gather (to-many) on " + keys(nested.on()) + calls(nested.calls());
  }

  @Override
  public String visit(Plan.AssignUniqueId assign) {
    return "Number rows";
  }

  @Override
  public String visit(Plan.UnnestElements unnest) {
    return "Elements of " + ExprText.of(unnest.list());
  }

  @Override
  public String visit(Plan.Unnest unnest) {
    return "Unnest " + ExprText.of(unnest.list()) + keeping(unnest.keepEmpty());
  }

  @Override
  public String visit(Plan.Extend extend) {
    return "Extend" + labels(extend.added());
  }

  @Override
  public String visit(Plan.Filter filter) {
    return "Filter " + ExprText.of(filter.predicate());
  }

  @Override
  public String visit(Plan.Aggregate aggregate) {
    String by = aggregate.keys().isEmpty() ? "grand total" : by(aggregate.keys());
    return "Aggregate " + by + calls(aggregate.calls());
  }

  @Override
  public String visit(Plan.Project project) {
    return "Project" + labels(project.outputs());
  }

  @Override
  public String visit(RollUp groups) {
    String by = groups.keys().isEmpty() ? "to a grand total" : by(groups.keys());
    return "Roll groups up " + by + calls(groups.parts().stream().map(RollUp.Part::call).toList());
  }

  @Override
  public String visit(DeltaPlan.PreparedRows given) {
    return "Rows of " + given.name();
  }

  @Override
  public String visit(DeltaPlan.SemiJoin join) {
    return "Only where "
        + keys(join.on())
        + (join.match() == DeltaPlan.Match.NOT_DISTINCT ? ", null being a value" : "");
  }

  @Override
  public String visit(DeltaPlan.Shared shared) {
    return "Computed once";
  }

  @Override
  public String visit(DeltaPlan.EarlierScan scan) {
    return visit(scan.scan()) + " as it was";
  }

  @Override
  public String visit(QueryPlan.Join join) {
    List<String> conditions = new ArrayList<>();
    join.on()
        .forEach(key -> conditions.add(ExprText.of(key.left()) + " = " + ExprText.of(key.right())));
    join.condition().ifPresent(condition -> conditions.add(ExprText.of(condition)));
    String kind = join.kind().name().toLowerCase(Locale.ROOT);
    return conditions.isEmpty()
        ? "Cross join (" + kind + ")"
        : "Join (" + kind + ") on " + String.join(" and ", conditions);
  }

  @Override
  public String visit(QueryPlan.Union union) {
    return "All of";
  }

  @Override
  public String visit(QueryPlan.Window window) {
    return "Window"
        + (window.partitionBy().isEmpty() ? "" : " by " + values(window.partitionBy()))
        + (window.orderBy().isEmpty() ? "" : " ordered by " + orders(window.orderBy()))
        + list(
            window.calls().stream()
                .map(call -> call.function().name() + "(" + values(call.operands()) + ")"));
  }

  @Override
  public String visit(QueryPlan.Limit limit) {
    String rows = limit.rows().isPresent() ? "First " + limit.rows().getAsLong() : "All";
    return rows
        + (limit.skipped() == 0 ? "" : " after " + limit.skipped())
        + (limit.orderBy().isEmpty() ? "" : " ordered by " + orders(limit.orderBy()));
  }

  @Override
  public String visit(QueryPlan.Values values) {
    return values.rows().size() == 1 ? "One row" : values.rows().size() + " rows";
  }

  private static String values(List<Expr> values) {
    return values.stream().map(ExprText::of).collect(joining(", "));
  }

  private static String orders(List<SortOrder> orders) {
    return orders.stream()
        .map(order -> ExprText.of(order.value()) + (order.descending() ? " desc" : ""))
        .collect(joining(", "));
  }

  @Override
  public String visit(DeltaPlan.MergedGroups merged) {
    return "Merge groups" + calls(merged.calls()) + ": stored, removed, added";
  }

  private static String keeping(boolean empty) {
    return empty ? " (keeping rows without any)" : "";
  }

  private static String keys(List<JoinKey> on) {
    return on.stream()
        .map(key -> ExprText.of(key.input()) + " = " + ExprText.of(key.other()))
        .collect(joining(" and "));
  }

  private static String by(List<Assignment> keys) {
    return keys.stream().map(key -> ExprText.of(key.value())).collect(joining(", ", "by ", ""));
  }

  private static String labels(List<Assignment> columns) {
    return list(columns.stream().map(column -> column.column().label()));
  }

  private static String calls(List<AggregateCall> calls) {
    return list(calls.stream().map(OperatorText::call));
  }

  private static String call(AggregateCall call) {
    String kind = call.kind().name().toLowerCase(Locale.ROOT);
    return call.kind() == AggregateCall.AggregateFunction.COUNT_ROWS
        ? kind
        : kind + "(" + ExprText.of(call.argument()) + ")";
  }

  private static String list(Stream<String> parts) {
    return parts.collect(joining(", ", " [", "]"));
  }
}
