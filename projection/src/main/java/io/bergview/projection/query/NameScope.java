package io.bergview.projection.query;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.List;

/** What the names of an expression mean. */
public interface NameScope {
  /** Whether a name means something here, before anything around it. */
  boolean has(List<String> path, SyntaxNode at);

  /**
   * The value of a name.
   *
   * @throws io.bergview.projection.syntax.SqlException where there is none, or more than one
   */
  Expr resolve(List<String> path, SyntaxNode at);
}
