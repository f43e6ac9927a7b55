package io.bergview.projection.plan;

import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces operators of a plan, from the top down. An operator that several others read is replaced
 * once, so that they still read the same object afterwards; one in which nothing is replaced
 * remains the same object.
 */
public final class PlanRewriter {
  private final Function<Plan, Optional<Plan>> rule;
  private final IdentityHashMap<Plan, Plan> rewritten = new IdentityHashMap<>();

  private PlanRewriter(Function<Plan, Optional<Plan>> rule) {
    this.rule = rule;
  }

  /**
   * The plan after a rule.
   *
   * @param rule the replacement of an operator and all of its inputs, with at least the same
   *     columns; empty to keep the operator and visit its inputs
   */
  public static Plan topDown(Plan plan, Function<Plan, Optional<Plan>> rule) {
    return new PlanRewriter(rule).rewrite(plan);
  }

  private Plan rewrite(Plan plan) {
    Plan known = rewritten.get(plan);
    if (known == null) {
      known = rule.apply(plan).orElseGet(() -> plan.mapInputs(this::rewrite));
      rewritten.put(plan, known);
    }
    return known;
  }
}
