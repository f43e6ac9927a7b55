package io.bergview.projection.sql;

import static io.bergview.projection.sql.SqlNames.column;
import static io.bergview.projection.sql.SqlNames.quote;
import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The order that decided a FIRST or LAST of a group, from its stored state: the struct of its order
 * keys, and the value itself, which breaks ties.
 *
 * @param keys SQL of each part, given the name of a side
 * @param last whether the greatest decides
 * @param total whether the value takes part; a nested one does not, since comparing nested values
 *     is not the same everywhere
 */
record FirstOrder(List<Function<String, String>> keys, boolean last, boolean total) {
  FirstOrder {
    keys = List.copyOf(keys);
  }

  /** A call's order; the call of the value and the call of its keys have the same. */
  static FirstOrder of(AggregateCall call, List<AggregateCall> calls, SqlExpressions write) {
    Expr tie = call.orderBy().get(call.orderBy().size() - 1);
    List<Function<String, String>> keys = new ArrayList<>();
    boolean total = false;
    for (AggregateCall other : calls) {
      if (other.kind() != call.kind() || !other.orderBy().equals(call.orderBy())) {
        continue;
      }
      PlanColumn column = other.column();
      if (isKeys(other)) {
        column.type().asStructType().fields().stream()
            .map(field -> part(column, "." + quote(field.name())))
            .forEach(keys::add);
      }
    }
    for (AggregateCall other : calls) {
      boolean value =
          other.kind() == call.kind() && other.orderBy().equals(call.orderBy()) && !isKeys(other);
      if (value && tie.type().isPrimitiveType()) {
        PlanColumn column = other.column();
        keys.add(
            tie instanceof Expr.Canonical
                ? side -> write.canonical(side + "." + column(column.id()), column.type())
                : part(column, ""));
        total = true;
      }
    }
    return new FirstOrder(keys, call.kind() == AggregateFunction.LAST, total);
  }

  /** Order keys are packed; a value that is a struct of the data is not. */
  private static boolean isKeys(AggregateCall call) {
    return call.argument() instanceof Expr.Pack;
  }

  private static Function<String, String> part(PlanColumn column, String field) {
    return side -> "(" + side + "." + column(column.id()) + ")" + field;
  }

  /** Whether one side's row decides against the other's; never null. */
  String precedes(String one, String other) {
    String before = "false";
    for (int i = keys.size() - 1; i >= 0; i--) {
      String left = keys.get(i).apply(last ? other : one);
      String right = keys.get(i).apply(last ? one : other);
      before =
          Sql.when(left + " IS NOT DISTINCT FROM " + right, before)
              .when(left + " IS NULL", "true")
              .when(right + " IS NULL", "false")
              .otherwise(left + " < " + right);
    }
    return "(" + before + ")";
  }

  /** Whether the rows of the two sides tie in the order. */
  String tied(String one, String other) {
    return keys.isEmpty()
        ? "true"
        : keys.stream()
            .map(key -> key.apply(one) + " IS NOT DISTINCT FROM " + key.apply(other))
            .collect(joining(" AND ", "(", ")"));
  }
}
