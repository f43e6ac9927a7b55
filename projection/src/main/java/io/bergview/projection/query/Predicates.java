package io.bergview.projection.query;

import io.bergview.projection.plan.Comparisons;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Conditions of SQL as the predicates that the view language has, wherever those mean the same: by
 * them files are left out, and queries are answered from views.
 */
final class Predicates {
  private Predicates() {}

  /** True exactly where the condition is. */
  static Pred of(Expr condition) {
    return simple(condition).orElseGet(() -> new Pred.IsTrue(condition));
  }

  private static Optional<Pred> simple(Expr condition) {
    if (!(condition instanceof Expr.Call call)) {
      return Optional.empty();
    }
    List<Expr> arguments = call.arguments();
    return switch (call.function().name()) {
      case "and", "or" -> {
        List<Pred> terms = new ArrayList<>();
        arguments.forEach(argument -> terms.add(of(argument)));
        yield Optional.of(
            call.function().name().equals("and") ? new Pred.And(terms) : new Pred.Or(terms));
      }
      case "is null" -> Optional.of(new Pred.IsNull(arguments.get(0)));
      case "is not null" -> Optional.of(new Pred.Not(new Pred.IsNull(arguments.get(0))));
      default ->
          Comparisons.of(call)
              .filter(compare -> compare.value() instanceof Expr.Ref)
              .map(compare -> compare);
    };
  }
}
