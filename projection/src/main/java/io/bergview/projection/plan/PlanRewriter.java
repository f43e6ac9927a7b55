package io.bergview.projection.plan;

import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces operators of a plan, from the top down. An operator that several others read is replaced
 * once, so that they read the same object afterwards; one of which nothing is replaced stays the
 * object that it is.
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
   * @param rule what takes the place of an operator and all of its inputs, with at least the same
   *     columns; empty where the operator stays, and its inputs are looked at
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
