package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import java.util.List;

/**
 * An aggregate, composed of those that plans have.
 *
 * @param calls what is computed of a group
 * @param value the aggregate's value, over the columns of the calls
 */
public record AggregateParts(List<AggregateCall> calls, Expr value) {
  public AggregateParts {
    calls = List.copyOf(calls);
    requireNonNull(value, "value is null");
  }
}
