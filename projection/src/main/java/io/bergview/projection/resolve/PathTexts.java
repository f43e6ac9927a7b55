package io.bergview.projection.resolve;

import io.bergview.projection.definition.ColumnPath;

/** What paths are called in a query in SQL. */
interface PathTexts {
  /** What the paths mean. */
  ColumnScope scope();

  String column(ColumnPath path);

  /** What is null where the value at the end of a path is. */
  String presence(ColumnPath path);
}
