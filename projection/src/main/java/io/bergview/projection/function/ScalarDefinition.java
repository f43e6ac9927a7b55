package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import java.util.List;

/** A function or operator over the values of one row. */
public interface ScalarDefinition {
  String name();

  /**
   * A call.
   *
   * @throws FunctionException where the function does not take these arguments
   */
  Expr bind(List<Expr> arguments);

  FunctionDocs docs();
}
