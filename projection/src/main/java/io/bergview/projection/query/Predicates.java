package io.bergview.projection.query;

import io.bergview.projection.plan.Comparisons;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Conditions of SQL as the predicates that the view language has, wherever those mean the same: by
 * them files are left out, and queries are answered from views.
 */
final class Predicates {
  /** What stands for other characters in a pattern of LIKE. */
  private static final Pattern SPECIAL = Pattern.compile("[%_\\\\]");

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
      case "in" -> Comparisons.in(call).filter(in -> in.value() instanceof Expr.Ref).map(in -> in);
      case "starts_with" -> prefix(call, "");
      case "~~" -> prefix(call, "%");
      default ->
          Comparisons.of(call)
              .filter(compare -> compare.value() instanceof Expr.Ref)
              .map(compare -> compare);
    };
  }

  /**
   * That a column begins with a constant.
   *
   * @param after what follows the prefix in the constant, which has nothing else with a meaning of
   *     its own
   */
  private static Optional<Pred> prefix(Expr.Call call, String after) {
    boolean plain =
        call.arguments().get(0) instanceof Expr.Ref
            && call.arguments().get(1) instanceof Expr.Constant constant
            && constant.value() instanceof String text
            && text.endsWith(after)
            && (after.isEmpty() || !SPECIAL.matcher(without(text, after)).find());
    return plain
        ? Optional.of(
            new Pred.StartsWith(
                call.arguments().get(0),
                without(String.valueOf(((Expr.Constant) call.arguments().get(1)).value()), after)))
        : Optional.empty();
  }

  private static String without(String text, String end) {
    return text.substring(0, text.length() - end.length());
  }
}
