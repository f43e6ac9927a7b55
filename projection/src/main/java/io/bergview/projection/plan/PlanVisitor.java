package io.bergview.projection.plan;

/**
 * A case for each operator, implemented by all code that reads, renders or rewrites plans. See
 * {@link Plan} on how to add one.
 *
 * @param <R> the result for an operator
 */
public interface PlanVisitor<R> {
  R visit(Plan.Scan scan);

  R visit(Plan.LeftJoin join);

  R visit(Plan.JoinToMany join);

  R visit(Plan.NestedAggregate nested);

  R visit(Plan.AssignUniqueId assign);

  R visit(Plan.UnnestElements unnest);

  R visit(Plan.Unnest unnest);

  R visit(Plan.Extend extend);

  R visit(Plan.Filter filter);

  R visit(Plan.Aggregate aggregate);

  R visit(Plan.Project project);

  R visit(RollUp groups);

  R visit(QueryPlan.Join join);

  R visit(QueryPlan.Union union);

  R visit(QueryPlan.Window window);

  R visit(QueryPlan.Limit limit);

  R visit(QueryPlan.Values values);

  R visit(DeltaPlan.PreparedRows given);

  R visit(DeltaPlan.SemiJoin join);

  R visit(DeltaPlan.Shared shared);

  R visit(DeltaPlan.EarlierScan scan);

  R visit(DeltaPlan.MergedGroups merged);
}
