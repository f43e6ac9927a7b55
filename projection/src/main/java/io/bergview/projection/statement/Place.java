package io.bergview.projection.statement;

import static java.util.Objects.requireNonNull;

/**
 * A place in a text.
 *
 * @param file or other origin as the user named it; empty if there is none
 * @param line 1-based
 * @param column 1-based, in code points
 * @param offset 0-based, in UTF-16 units
 */
public record Place(String file, int line, int column, int offset) {
  public Place {
    requireNonNull(file, "file is null");
  }
}
