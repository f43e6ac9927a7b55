package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A value computed for each row from the rows of its partition.
 *
 * @param function {@code rank}; its DuckDB form does not have OVER
 * @param frame {@code ROWS BETWEEN 1 PRECEDING AND CURRENT ROW}; empty for the default
 */
public record WindowCall(
    PlanColumn column, ScalarFunction function, List<Expr> arguments, String frame) {
  public WindowCall {
    requireNonNull(column, "column is null");
    requireNonNull(function, "function is null");
    arguments = List.copyOf(arguments);
    requireNonNull(frame, "frame is null");
  }

  /** The same call of other arguments. */
  public WindowCall of(List<Expr> others) {
    return new WindowCall(column, function, others, frame);
  }
}
