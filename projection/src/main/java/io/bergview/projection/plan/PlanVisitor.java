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

  R visit(DeltaPlan.PreparedRows given);

  R visit(DeltaPlan.SemiJoin join);

  R visit(DeltaPlan.Shared shared);

  R visit(DeltaPlan.Union union);

  R visit(DeltaPlan.MergedGroups merged);
}
