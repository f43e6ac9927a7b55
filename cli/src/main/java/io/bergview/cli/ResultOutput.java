package io.bergview.cli;

import io.bergview.catalog.storage.OutputFile;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Writes an answer to standard output, or to a file that appears whole or not at all. */
final class ResultOutput {
  private final Console console;
  private final @Nullable Path file;

  /**
   * @param file null for standard output
   */
  ResultOutput(Console console, @Nullable Path file) {
    this.console = console;
    this.file = file;
  }

  /**
   * @return how many rows there were
   */
  long write(QueryResult answer, FindCommand.Format format) throws IOException {
    return file != null && format == FindCommand.Format.PARQUET
        ? answer.writeParquet(file)
        : write(out -> write(answer, format, out));
  }

  /** Writes rows somewhere, and says how many there were. */
  @FunctionalInterface
  private interface Body {
    long writeTo(OutputStream out) throws IOException;
  }

  private long write(Body body) throws IOException {
    Path target = file;
    if (target == null) {
      OutputStream out = console.data();
      long rows = body.writeTo(out);
      out.flush();
      return rows;
    }
    return OutputFile.at(target).write(body::writeTo);
  }

  /**
   * One JSON object: {@code origin} says who answered, {@code rows} has the rows.
   *
   * @return how many rows there were
   */
  long writeWithOrigin(QueryResult answer) throws IOException {
    return write(out -> ResultFormat.JSON_WITH_ORIGIN.write(answer, out));
  }

  private long write(QueryResult answer, FindCommand.Format format, OutputStream out)
      throws IOException {
    return switch (format) {
      case TABLE -> new ResultTable(answer, console, file == null).write(out);
      case JSON -> ResultFormat.JSON.write(answer, out);
      case NDJSON -> ResultFormat.NDJSON.write(answer, out);
      case CSV -> ResultFormat.CSV.write(answer, out);
      case ARROW -> ResultFormat.ARROW.write(answer, out);
      case PARQUET -> throw new IllegalArgumentException("Parquet goes to a file");
    };
  }
}
