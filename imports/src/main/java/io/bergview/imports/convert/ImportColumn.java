package io.bergview.imports.convert;

import static java.util.Objects.requireNonNull;

import io.bergview.imports.options.ColumnType;
import org.apache.iceberg.types.Type;

/**
 * A column of the files that are imported.
 *
 * @param name the same in the files and in the table
 * @param type that it has in the table
 * @param source the type in which the files give it: string for texts
 * @param nanoseconds whether it holds times of nanoseconds, at any depth, of which a table holds
 *     whole microseconds only
 */
public record ImportColumn(String name, ColumnType type, Type source, boolean nanoseconds) {
  public ImportColumn {
    requireNonNull(name, "name is null");
    requireNonNull(type, "type is null");
    requireNonNull(source, "source is null");
  }

  /** The same column, of another type in the table. */
  public ImportColumn as(ColumnType other) {
    return new ImportColumn(name, other, source, nanoseconds);
  }
}
