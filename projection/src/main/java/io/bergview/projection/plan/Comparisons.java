package io.bergview.projection.plan;

import io.bergview.projection.definition.Predicate.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/** Comparisons of SQL with constants that mean the same as predicates of the view language. */
public final class Comparisons {
  private Comparisons() {}

  /** The predicate that is true exactly where a call is; empty if there is none. */
  public static Optional<Pred.Compare> of(Expr.Call call) {
    Optional<Operator> operator = Operator.of(call.function().name());
    if (operator.isEmpty() || call.arguments().size() != 2) {
      return Optional.empty();
    }
    Expr left = call.arguments().get(0);
    Expr right = call.arguments().get(1);
    if (right instanceof Expr.Constant constant) {
      return of(left, operator.get(), constant);
    }
    return left instanceof Expr.Constant constant
        ? of(right, operator.get().turned(), constant)
        : Optional.empty();
  }

  /**
   * A predicate that is true wherever a call is, and perhaps elsewhere: also of floating point,
   * where a value is not greater than a constant and so is not NaN. Empty if there is none.
   */
  public static Optional<Pred> implied(Expr.Call call) {
    Optional<Pred> exact = of(call).<Pred>map(compare -> compare).or(() -> in(call));
    if (exact.isPresent() || call.arguments().size() < 2) {
      return exact;
    }
    Expr value = call.arguments().get(0);
    List<Expr> constants = call.arguments().subList(1, call.arguments().size());
    if (!constants.stream().allMatch(constant -> isNumber(value, constant))) {
      return Optional.empty();
    }
    Operator operator =
        switch (call.function().name()) {
          case "=", "in" -> Operator.EQ;
          case "<" -> Operator.LT;
          case "<=" -> Operator.LTE;
          default -> null;
        };
    if (operator == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Pred.Or(
            constants.stream()
                .<Pred>map(constant -> new Pred.Compare(value, operator, (Expr.Constant) constant))
                .toList()));
  }

  /** Whether a value can be compared with a constant that is no NaN, both of floating point. */
  private static boolean isNumber(Expr value, Expr other) {
    return other instanceof Expr.Constant constant
        && constant.value() instanceof Double number
        && !number.isNaN()
        && value.type().equals(constant.type());
  }

  private static Optional<Pred.Compare> of(Expr value, Operator operator, Expr.Constant constant) {
    return areAlike(value, constant)
        ? Optional.of(new Pred.Compare(value, operator, constant))
        : Optional.empty();
  }

  /**
   * The predicate that is true exactly where {@code value IN (constant, ...)} is; empty if there is
   * none. A null among the constants makes nothing true.
   */
  public static Optional<Pred.In> in(Expr.Call call) {
    if (!call.function().name().equals("in")) {
      return Optional.empty();
    }
    Expr value = call.arguments().get(0);
    List<Expr.Constant> constants = new ArrayList<>();
    for (Expr one : call.arguments().subList(1, call.arguments().size())) {
      if (!(one instanceof Expr.Constant constant)) {
        return Optional.empty();
      }
      if (constant.value() != null) {
        constants.add(constant);
      }
    }
    boolean alike =
        !constants.isEmpty() && constants.stream().allMatch(one -> areAlike(value, one));
    return alike ? Optional.of(new Pred.In(value, constants)) : Optional.empty();
  }

  /**
   * Whether a value compares with a constant as in the view language. Of floating point the two
   * differ: to SQL, NaN is greater than every number.
   */
  public static boolean areAlike(Expr value, Expr.Constant constant) {
    return constant.value() != null
        && value.type().isPrimitiveType()
        && value.type().equals(constant.type())
        && value.type().typeId() != Type.TypeID.DOUBLE
        && value.type().typeId() != Type.TypeID.FLOAT;
  }
}
