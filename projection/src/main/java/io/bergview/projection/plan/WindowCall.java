package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value computed for each row from the rows of its partition.
 *
 * @param function {@code rank}; its DuckDB form does not have OVER
 * @param frame {@code ROWS BETWEEN 1 PRECEDING AND CURRENT ROW}; empty for the default
 */
public record WindowCall(
    PlanColumn column, ScalarFunction function, List<Expr> arguments, String frame) {
  private static final Pattern ORDER = Pattern.compile("ORDER BY \\{(\\d+)}");

  public WindowCall {
    requireNonNull(column, "column is null");
    requireNonNull(function, "function is null");
    arguments = List.copyOf(arguments);
    requireNonNull(frame, "frame is null");
  }

  /** What the function is of: the arguments without those that only order the rows of its frame. */
  public List<Expr> operands() {
    Matcher order = ORDER.matcher(function.duckDb());
    return order.find() ? arguments.subList(0, Integer.parseInt(order.group(1))) : arguments;
  }

  /** The same call of other arguments. */
  public WindowCall of(List<Expr> others) {
    return new WindowCall(column, function, others, frame);
  }
}
