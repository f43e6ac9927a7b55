package io.bergview.imports;

import static java.util.Objects.requireNonNull;

import io.bergview.imports.options.ImportMode;
import java.util.List;

/**
 * What an import would do.
 *
 * @param table with its catalog where that is not the default one
 * @param makesTable whether the table is not there yet
 * @param columns of the files
 * @param partition of the table, such as {@code day(ts)}; empty for none
 * @param sort of the table; empty for none
 * @param files that would be imported
 * @param bytes of those files
 * @param rows in them; an estimate for text that is not read whole
 * @param rowsAreExact whether it is no estimate
 * @param inferredFrom what the types of text are inferred from; empty for Parquet
 * @param known files that the table has taken already
 * @param moved files whose content the table has taken from another path
 * @param remarks for people
 */
public record ImportPlan(
    String table,
    ImportMode mode,
    boolean makesTable,
    List<PlannedColumn> columns,
    String partition,
    String sort,
    List<String> files,
    long bytes,
    long rows,
    boolean rowsAreExact,
    String inferredFrom,
    int known,
    List<String> moved,
    List<String> remarks) {
  /**
   * @param change what becomes of the table's column: empty for nothing
   */
  public record PlannedColumn(String name, String type, String change) {}

  public ImportPlan {
    requireNonNull(table, "table is null");
    requireNonNull(mode, "mode is null");
    columns = List.copyOf(columns);
    files = List.copyOf(files);
    moved = List.copyOf(moved);
    remarks = List.copyOf(remarks);
  }

  /** Whether there is no file to import. */
  public boolean isNothing() {
    return files.isEmpty();
  }
}
