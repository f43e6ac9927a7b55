package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;

/**
 * Something that could not be read, while the rest was.
 *
 * @param name of the table, the catalog, or the folder of definitions
 */
public record UnreadableTable(String name, BergviewException error) {
  public UnreadableTable {
    requireNonNull(name, "name is null");
    requireNonNull(error, "error is null");
  }
}
