package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.List;
import org.apache.iceberg.types.Type;

/**
 * What a window function computes.
 *
 * @param function its DuckDB form does not have OVER
 * @param arguments of the types that the function takes
 */
public record WindowParts(ScalarFunction function, List<Expr> arguments, Type type) {
  public WindowParts {
    requireNonNull(function, "function is null");
    arguments = List.copyOf(arguments);
    requireNonNull(type, "type is null");
  }
}
