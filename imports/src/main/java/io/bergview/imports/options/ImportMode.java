package io.bergview.imports.options;

import java.util.Locale;

/** What an import does to a table. */
public enum ImportMode {
  /** Makes the table, which must not be there yet. */
  CREATE,
  /** Adds rows; makes the table where it is not there yet. */
  APPEND,
  /** The imported rows take the place of all rows. */
  REPLACE,
  /** Imported rows take the place of those with the same key; other rows are added. */
  UPSERT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
