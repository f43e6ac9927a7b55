package io.bergview.projection.plan;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.Kind;
import io.bergview.projection.definition.ColumnPath;

/** What the paths of a filter mean, and how to say that one means nothing. */
interface FilterScope {
  /** The value at the end of a path. */
  Expr column(ColumnPath path);

  /** The name of the view that is filtered, for messages. */
  String viewName();

  DefinitionException failure(Kind kind, ColumnPath path, String message);
}
