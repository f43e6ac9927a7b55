package io.bergview.refresh.algebra;

import io.bergview.projection.plan.Plan;

/** The leftmost input of a plan, which determines its rows: other inputs only add to them. */
final class LeftmostInput {
  private LeftmostInput() {}

  /** A scan, or the elements of rows that stand beside. */
  static Plan of(Plan plan) {
    Plan leaf = plan;
    while (!(leaf instanceof Plan.UnnestElements) && !leaf.inputs().isEmpty()) {
      leaf = leaf.inputs().get(0);
    }
    return leaf;
  }

  /** The plan over another end, which has at least the same columns. */
  static Plan replace(Plan plan, Plan end) {
    if (plan instanceof Plan.Scan || plan instanceof Plan.UnnestElements) {
      return end;
    }
    Plan input = replace(plan.inputs().get(0), end);
    if (plan instanceof Plan.LeftJoin lookup) {
      return new Plan.LeftJoin(input, lookup.target(), lookup.on());
    }
    if (plan instanceof Plan.JoinToMany fan) {
      return new Plan.JoinToMany(input, fan.children(), fan.on(), fan.keepEmpty());
    }
    if (plan instanceof Plan.NestedAggregate gather) {
      Plan children =
          input instanceof Plan.AssignUniqueId numbered
                  && of(gather.children()) instanceof Plan.UnnestElements
              ? replace(gather.children(), elementsOf(numbered, gather.children()))
              : gather.children();
      return new Plan.NestedAggregate(
          input, children, gather.on(), gather.orderBy(), gather.calls());
    }
    if (plan instanceof Plan.AssignUniqueId numbered) {
      return new Plan.AssignUniqueId(input, numbered.number());
    }
    if (plan instanceof Plan.Unnest unnest) {
      return new Plan.Unnest(
          input, unnest.list(), unnest.ordinal(), unnest.element(), unnest.keepEmpty());
    }
    if (plan instanceof Plan.Extend extend) {
      return new Plan.Extend(input, extend.added());
    }
    if (plan instanceof Plan.Filter filter) {
      return new Plan.Filter(input, filter.predicate());
    }
    throw new IllegalStateException("not an operator on rows: " + plan);
  }

  /** Elements refer to the very rows that stand beside them. */
  private static Plan.UnnestElements elementsOf(Plan.AssignUniqueId numbered, Plan children) {
    Plan.UnnestElements elements = (Plan.UnnestElements) of(children);
    return new Plan.UnnestElements(
        numbered, elements.list(), elements.number(), elements.ordinal(), elements.element());
  }
}
