package io.bergview.cli;

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
    Path target = file;
    if (target == null) {
      OutputStream out = console.data();
      long rows = write(answer, format, out);
      out.flush();
      return rows;
    }
    if (format == FindCommand.Format.PARQUET) {
      return answer.writeParquet(target);
    }
    return WholeFile.write(target, out -> write(answer, format, out));
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
