package io.bergview.imports.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of a file.
 *
 * @param line the line of the file in which it begins, the first being 1
 * @param values of the columns, in their order: texts, or, of nested columns, values of Iceberg's
 *     generic data model
 * @param problem why the record cannot be taken; then {@code values} may be fewer
 */
public record TextRow(long line, List<@Nullable Object> values, @Nullable RowProblem problem) {
  /**
   * @param column the name of the column, empty for the record as a whole
   * @param text what stands there
   * @param reason to follow the place, such as "has 3 fields, not 4"
   */
  public record RowProblem(String column, String text, String reason) {}
}
