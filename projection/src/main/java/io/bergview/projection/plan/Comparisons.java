package io.bergview.projection.plan;

import io.bergview.projection.definition.Predicate.Operator;
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

  private static Optional<Pred.Compare> of(Expr value, Operator operator, Expr.Constant constant) {
    return areAlike(value, constant)
        ? Optional.of(new Pred.Compare(value, operator, constant))
        : Optional.empty();
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
