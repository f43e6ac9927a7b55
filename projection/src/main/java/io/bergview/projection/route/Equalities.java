package io.bergview.projection.route;

import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.ScalarFunction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Filters that say that two values are equal. */
final class Equalities {
  private static final ScalarFunction EQUAL = ScalarFunction.infix("=");
  private static final ScalarFunction NOT_DISTINCT =
      new ScalarFunction("is not distinct from", "({0} IS NOT DISTINCT FROM {1})");

  private Equalities() {}

  static Pred of(Expr left, Expr right, Match match) {
    ScalarFunction function = match == Match.EQUAL ? EQUAL : NOT_DISTINCT;
    return sorted(
        new Pred.IsTrue(new Expr.Call(function, List.of(left, right), Types.BooleanType.get())));
  }

  static Pred notNull(Expr value) {
    return new Pred.Not(new Pred.IsNull(value));
  }

  /** An equality with its sides in an order; of equals, that they are not null. */
  static Pred sorted(Pred predicate) {
    Optional<Expr.Call> equality = equality(predicate);
    if (equality.isEmpty()) {
      return predicate;
    }
    Expr left = equality.get().arguments().get(0);
    Expr right = equality.get().arguments().get(1);
    boolean nullable = equality.get().function().name().equals(NOT_DISTINCT.name());
    if (left.equals(right)) {
      return nullable ? PredicateFolding.ALWAYS : notNull(left);
    }
    boolean inOrder = left.toString().compareTo(right.toString()) < 0;
    return new Pred.IsTrue(
        new Expr.Call(
            nullable ? NOT_DISTINCT : EQUAL,
            inOrder ? List.of(left, right) : List.of(right, left),
            Types.BooleanType.get()));
  }

  private static Optional<Expr.Call> equality(Pred predicate) {
    return predicate instanceof Pred.IsTrue isTrue
            && isTrue.value() instanceof Expr.Call call
            && call.arguments().size() == 2
            && (call.function().name().equals(EQUAL.name())
                || call.function().name().equals(NOT_DISTINCT.name()))
        ? Optional.of(call)
        : Optional.empty();
  }

  /**
   * The equality by which a filter makes two columns the same, neither null. Two numbers in
   * floating point can be equal and not the same, and so can what consists of them.
   */
  static Optional<Expr.Call> uniting(Pred filter) {
    return equality(filter)
        .filter(call -> call.function().equals(EQUAL))
        .filter(call -> call.arguments().stream().allMatch(Expr.Ref.class::isInstance))
        .filter(call -> call.arguments().get(0).type().equals(call.arguments().get(1).type()))
        .filter(call -> call.arguments().get(0).type().isPrimitiveType())
        .filter(call -> call.arguments().get(0).type().typeId() != Type.TypeID.DOUBLE)
        .filter(call -> call.arguments().get(0).type().typeId() != Type.TypeID.FLOAT);
  }

  /** The name that stands for a name. */
  static Expr standing(Expr name, Map<PlanColumn, Expr> by) {
    return by.getOrDefault(((Expr.Ref) name).column(), name);
  }
}
