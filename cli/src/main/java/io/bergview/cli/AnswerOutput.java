package io.bergview.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bergview.query.Answer;
import io.bergview.query.format.RowFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.jspecify.annotations.Nullable;

/** Writes an answer to standard output, or to a file that appears whole or not at all. */
final class AnswerOutput {
  private final Console console;
  private final @Nullable Path file;

  /**
   * @param file null for standard output
   */
  AnswerOutput(Console console, @Nullable Path file) {
    this.console = console;
    this.file = file;
  }

  /**
   * @return how many rows there were
   */
  long write(Answer answer, FindCommand.Format format) throws IOException {
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
    return WholeFile.write(target, body::writeTo);
  }

  /**
   * One JSON object: {@code origin} says who answered, {@code rows} has the rows.
   *
   * @return how many rows there were
   */
  long writeWithOrigin(Answer answer) throws IOException {
    return write(
        out -> {
          out.write(("{\"origin\": " + answer.origin().toJson() + ",\n\"rows\": ").getBytes(UTF_8));
          long rows = rows(answer, RowFormat.JSON, out);
          out.write("}\n".getBytes(UTF_8));
          return rows;
        });
  }

  private long write(Answer answer, FindCommand.Format format, OutputStream out)
      throws IOException {
    return switch (format) {
      case TABLE -> new AnswerTable(answer, console, file == null).write(out);
      case JSON -> rows(answer, RowFormat.JSON, out);
      case NDJSON -> rows(answer, RowFormat.NDJSON, out);
      case CSV -> rows(answer, RowFormat.CSV, out);
      case ARROW -> arrow(answer, out);
      case PARQUET -> throw new IllegalArgumentException("Parquet goes to a file");
    };
  }

  private static long rows(Answer answer, RowFormat format, OutputStream out) throws IOException {
    try (RowFormat.Writer writer = format.writer(answer.schema(), out)) {
      return answer.forEachRow(writer::write);
    }
  }

  private static long arrow(Answer answer, OutputStream out) throws IOException {
    long rows = 0;
    try (ArrowReader batches = answer.batches();
        ArrowStreamWriter writer =
            new ArrowStreamWriter(
                batches.getVectorSchemaRoot(), batches, Channels.newChannel(out))) {
      writer.start();
      while (batches.loadNextBatch()) {
        writer.writeBatch();
        rows += batches.getVectorSchemaRoot().getRowCount();
      }
      writer.end();
    }
    return rows;
  }
}
