package io.bergview.projection.plan;

/**
 * A case for each operator that definitions have; what only a refresh or a query adds is refused.
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
  public final R visit(DeltaPlan.Union union) {
    throw refusal(union);
  }

  @Override
  public final R visit(DeltaPlan.MergedGroups merged) {
    throw refusal(merged);
  }

  private static IllegalStateException refusal(Plan plan) {
    return new IllegalStateException("not an operator of a definition: " + plan);
  }
}
