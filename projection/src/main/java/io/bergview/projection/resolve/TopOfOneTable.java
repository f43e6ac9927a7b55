package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.Plan;

/**
 * Holds that {@code $top} stands over operators that the algebra of queries follows: the duplicates
 * that to-one relations refuse, and children that are gathered, are those of another algebra.
 */
final class TopOfOneTable {
  private TopOfOneTable() {}

  static void check(ViewDefinition view, Plan rows) {
    boolean related =
        rows.operators()
            .anyMatch(
                operator ->
                    operator instanceof Plan.Binary
                        || operator instanceof Plan.AssignUniqueId
                        || operator instanceof Plan.UnnestElements);
    if (related) {
      throw view.origin()
          .failure(
              ProblemKind.UNSUPPORTED,
              view.top().orElseThrow().at(),
              "$top of %s stands beside paths along relations, which is not supported; follow them in a view of their own, and take the first rows of that with $from"
                  .formatted(view.shown()));
    }
  }
}
