package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An aggregate that is not composed of others, and is recomputed where a row of its group changes.
 *
 * @param function {@code {0}} is the call's argument, {@code {1}} the first of the further ones,
 *     {@code {order}} an ORDER BY
 * @param orderBy of the values within the group; empty for any order
 */
public record NamedAggregate(ScalarFunction function, List<Expr> further, List<SortOrder> orderBy) {
  public NamedAggregate {
    requireNonNull(function, "function is null");
    further = List.copyOf(further);
    orderBy = List.copyOf(orderBy);
  }

  /** The same aggregate of the rows for which a condition is true. */
  NamedAggregate where(Expr condition) {
    List<Expr> all = new ArrayList<>(further);
    all.add(condition);
    return new NamedAggregate(function.where(all.size()), all, orderBy);
  }

  /** The same aggregate with each value mapped. */
  public NamedAggregate mapOperands(UnaryOperator<Expr> made) {
    return new NamedAggregate(
        function,
        further.stream().map(made).toList(),
        orderBy.stream().map(order -> order.by(made.apply(order.value()))).toList());
  }
}
