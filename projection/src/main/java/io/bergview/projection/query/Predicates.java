package io.bergview.projection.query;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/**
 * Conditions of SQL as the predicates that the view language has, wherever those mean the same: by
 * them files are left out, and queries are answered from views.
 */
final class Predicates {
  private static final Map<String, Operator> OPERATORS =
      Map.of(
          "=", Operator.EQ,
          ">", Operator.GT,
          ">=", Operator.GTE,
          "<", Operator.LT,
          "<=", Operator.LTE);
  private static final Map<String, String> TURNED =
      Map.of("=", "=", ">", "<", ">=", "<=", "<", ">", "<=", ">=");

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
      case "=", ">", ">=", "<", "<=" -> comparison(call.function().name(), arguments);
      default -> Optional.empty();
    };
  }

  private static Optional<Pred> comparison(String operator, List<Expr> sides) {
    Expr left = sides.get(0);
    Expr right = sides.get(1);
    if (right instanceof Expr.Constant constant) {
      return compare(left, operator, constant);
    }
    return left instanceof Expr.Constant constant
        ? compare(right, requireNonNull(TURNED.get(operator)), constant)
        : Optional.empty();
  }

  /** Of floating point the two differ: to SQL, NaN is greater than every number. */
  private static Optional<Pred> compare(Expr value, String operator, Expr.Constant constant) {
    boolean same =
        value instanceof Expr.Ref
            && constant.value() != null
            && value.type().equals(constant.type())
            && value.type().typeId() != Type.TypeID.DOUBLE
            && value.type().typeId() != Type.TypeID.FLOAT;
    return same
        ? Optional.of(new Pred.Compare(value, requireNonNull(OPERATORS.get(operator)), constant))
        : Optional.empty();
  }
}
