package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import java.util.List;

/** A function over the partition of a row that is not an aggregate. */
public interface WindowDefinition {
  String name();

  /**
   * A call, without its window.
   *
   * @throws FunctionException where the function does not take these arguments
   */
  WindowParts bind(List<Expr> arguments);

  FunctionDocs docs();
}
