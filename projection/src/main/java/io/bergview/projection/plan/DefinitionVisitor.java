package io.bergview.projection.plan;

/**
 * A case for each operator that definitions in the view language have; what only SQL, a refresh or
 * a query adds is refused.
 */
public abstract class DefinitionVisitor<R> implements PlanVisitor<R> {
  @Override
  public final R visit(RollUp groups) {
    throw refusal(groups);
  }

  @Override
  public final R visit(DeltaPlan.PreparedRows given) {
    throw refusal(given);
  }

  @Override
  public final R visit(DeltaPlan.SemiJoin join) {
    throw refusal(join);
  }

  @Override
  public final R visit(DeltaPlan.Shared shared) {
    throw refusal(shared);
  }

  @Override
  public final R visit(DeltaPlan.EarlierScan scan) {
    throw refusal(scan);
  }

  @Override
  public final R visit(DeltaPlan.MergedGroups merged) {
    throw refusal(merged);
  }

  @Override
  public R visit(QueryPlan.Join join) {
    throw refusal(join);
  }

  @Override
  public R visit(QueryPlan.Union union) {
    throw refusal(union);
  }

  @Override
  public R visit(QueryPlan.Window window) {
    throw refusal(window);
  }

  @Override
  public R visit(QueryPlan.Limit limit) {
    throw refusal(limit);
  }

  @Override
  public R visit(QueryPlan.Values values) {
    throw refusal(values);
  }

  private static IllegalStateException refusal(Plan plan) {
    return new IllegalStateException("not an operator of a definition: " + plan);
  }
}
