package io.bergview.refresh.algebra;

import io.bergview.projection.plan.Plan;

/** The end of a plan from which its rows come: other inputs only add to them. */
final class Leftmost {
  private Leftmost() {}

  /** A scan, or the elements of rows that stand beside. */
  static Plan of(Plan plan) {
    Plan leaf = plan;
    while (!(leaf instanceof Plan.Elements) && !leaf.inputs().isEmpty()) {
      leaf = leaf.inputs().get(0);
    }
    return leaf;
  }

  /** The plan over another end, which has at least the same columns. */
  static Plan replace(Plan plan, Plan end) {
    if (plan instanceof Plan.Scan || plan instanceof Plan.Elements) {
      return end;
    }
    Plan input = replace(plan.inputs().get(0), end);
    if (plan instanceof Plan.Lookup lookup) {
      return new Plan.Lookup(input, lookup.target(), lookup.on());
    }
    if (plan instanceof Plan.Fan fan) {
      return new Plan.Fan(input, fan.children(), fan.on(), fan.keepEmpty());
    }
    if (plan instanceof Plan.Gather gather) {
      Plan children =
          input instanceof Plan.Numbered numbered && of(gather.children()) instanceof Plan.Elements
              ? replace(gather.children(), elementsOf(numbered, gather.children()))
              : gather.children();
      return new Plan.Gather(input, children, gather.on(), gather.orderBy(), gather.calls());
    }
    if (plan instanceof Plan.Numbered numbered) {
      return new Plan.Numbered(input, numbered.number());
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
  private static Plan.Elements elementsOf(Plan.Numbered numbered, Plan children) {
    Plan.Elements elements = (Plan.Elements) of(children);
    return new Plan.Elements(
        numbered, elements.list(), elements.number(), elements.ordinal(), elements.element());
  }
}
