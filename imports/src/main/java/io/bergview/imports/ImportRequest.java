package io.bergview.imports;

import static java.util.Objects.requireNonNull;

import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableOptions;
import io.bergview.imports.options.TextOptions;
import io.bergview.imports.source.SourceFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An import that is asked for.
 *
 * @param sources files, folders and globs, at least one
 * @param directory what relative sources start from
 * @param table as {@code [catalog.]namespace.name}
 * @param format of all files; empty to go by their names
 * @param again whether files that the table has taken are taken again
 * @param inPlace whether Parquet files stay where they are, as files of the table
 * @param maxErrors how many rows may be passed over
 * @param rejects a file that gets a line for each of them
 */
public record ImportRequest(
    List<String> sources,
    Path directory,
    String table,
    ImportMode mode,
    Optional<SourceFormat> format,
    TextOptions text,
    TableOptions options,
    boolean again,
    boolean inPlace,
    long maxErrors,
    Optional<Path> rejects) {
  public ImportRequest {
    sources = List.copyOf(sources);
    requireNonNull(directory, "directory is null");
    requireNonNull(table, "table is null");
    requireNonNull(mode, "mode is null");
    requireNonNull(format, "format is null");
    requireNonNull(text, "text is null");
    requireNonNull(options, "options is null");
    requireNonNull(rejects, "rejects is null");
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("there is no source");
    }
  }

  /** Appends, with everything inferred; no row may be rejected. */
  public static ImportRequest of(String table, String... sources) {
    return new ImportRequest(
        List.of(sources),
        Path.of("").toAbsolutePath(),
        table,
        ImportMode.APPEND,
        Optional.empty(),
        TextOptions.defaults(),
        TableOptions.defaults(),
        false,
        false,
        0,
        Optional.empty());
  }

  public ImportRequest withMode(ImportMode other) {
    return new ImportRequest(
        sources, directory, table, other, format, text, options, again, inPlace, maxErrors,
        rejects);
  }

  public ImportRequest withDirectory(Path other) {
    return new ImportRequest(
        sources, other, table, mode, format, text, options, again, inPlace, maxErrors, rejects);
  }

  public ImportRequest withText(TextOptions other) {
    return new ImportRequest(
        sources, directory, table, mode, format, other, options, again, inPlace, maxErrors,
        rejects);
  }

  public ImportRequest withOptions(TableOptions other) {
    return new ImportRequest(
        sources, directory, table, mode, format, text, other, again, inPlace, maxErrors, rejects);
  }

  /** Files that the table has taken are taken again. */
  public ImportRequest takingAgain() {
    return new ImportRequest(
        sources, directory, table, mode, format, text, options, true, inPlace, maxErrors, rejects);
  }

  /** Parquet files stay where they are. */
  public ImportRequest stayingInPlace() {
    return new ImportRequest(
        sources, directory, table, mode, format, text, options, again, true, maxErrors, rejects);
  }

  public ImportRequest rejecting(long most, Optional<Path> file) {
    return new ImportRequest(
        sources, directory, table, mode, format, text, options, again, inPlace, most, file);
  }
}
