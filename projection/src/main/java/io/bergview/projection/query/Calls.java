package io.bergview.projection.query;

import io.bergview.projection.function.Functions;
import io.bergview.projection.plan.Expr;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Calls of functions of SQL that binding makes by itself. */
final class Calls {
  /** The type of NULL by itself. */
  static final Type UNKNOWN = Types.UnknownType.get();

  static final Expr TRUE = new Expr.Constant(true, Types.BooleanType.get());

  private Calls() {}

  static Expr of(String function, Expr... arguments) {
    return Functions.scalar(function).orElseThrow().bind(List.of(arguments));
  }

  /** A value as a key of groups: of floating point there is one zero and one NaN. */
  static Expr key(Expr value) {
    boolean floating =
        value.type().typeId() == Type.TypeID.DOUBLE || value.type().typeId() == Type.TypeID.FLOAT;
    return floating && !(value instanceof Expr.Canonical) ? new Expr.Canonical(value) : value;
  }

  /** All of the conditions; of none, nothing. */
  static Optional<Expr> all(List<Expr> conditions) {
    return conditions.stream().reduce((one, other) -> of("and", one, other));
  }
}
