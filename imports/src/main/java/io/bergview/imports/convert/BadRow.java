package io.bergview.imports.convert;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * A row of a file that cannot be imported.
 *
 * @param line of a text file in which the row begins, from 1; of a Parquet file the row, from 1
 * @param column empty for the row as a whole
 * @param text what stands there, shortened
 * @param reason to follow the place
 */
public record BadRow(Path file, long line, String column, String text, String reason) {
  private static final int SHOWN_CHARACTERS = 200;

  public BadRow {
    requireNonNull(file, "file is null");
    requireNonNull(column, "column is null");
    requireNonNull(reason, "reason is null");
    text = text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "..." : text;
  }

  @Override
  public String toString() {
    String place = "%s:%d".formatted(file, line);
    return column.isEmpty()
        ? "%s: the row %s: %s".formatted(place, reason, text)
        : "%s: column %s: '%s' %s".formatted(place, column, text, reason);
  }
}
