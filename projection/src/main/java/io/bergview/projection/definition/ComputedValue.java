package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

/**
 * An entry of {@code $compute} that aggregates nothing: {@code {$expr: 'total - discount'}}. In a
 * view of rows it is computed of each row, in a view of groups of the keys and aggregates of each.
 */
public record ComputedValue(SqlExpression expression, String at) implements Computation {
  public ComputedValue {
    requireNonNull(expression, "expression is null");
    requireNonNull(at, "at is null");
  }
}
