package io.bergview.imports.options;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is said of the table that an import goes to.
 *
 * @param columns types by name, for columns whose type is not to be inferred
 * @param id the columns of its key; none for none
 * @param partition such as {@code day(ts), bucket(8, k)}; empty for the folders' columns
 * @param sort such as {@code ts desc, k}
 * @param formatVersion of a table that is made
 * @param evolve whether columns may be added to a table that is there, and types be widened; of a
 *     table that is made, whether its files may have different columns
 */
public record TableOptions(
    Map<String, ColumnType> columns,
    List<String> id,
    Optional<String> partition,
    Optional<String> sort,
    int formatVersion,
    boolean evolve) {
  public TableOptions {
    columns = new LinkedHashMap<>(columns);
    id = List.copyOf(id);
    requireNonNull(partition, "partition is null");
    requireNonNull(sort, "sort is null");
    if (formatVersion != 2 && formatVersion != 3) {
      throw new IllegalArgumentException("format version " + formatVersion + " is neither 2 nor 3");
    }
  }

  /** Everything inferred; format version 2. */
  public static TableOptions defaults() {
    return new TableOptions(Map.of(), List.of(), Optional.empty(), Optional.empty(), 2, false);
  }
}
