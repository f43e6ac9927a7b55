package io.bergview.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bergview.query.format.RowFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/** Formats that write a result to a stream as it is read, so that it may be larger than memory. */
public enum ResultFormat {
  /** {@link RowFormat#JSON}. */
  JSON {
    @Override
    public long write(QueryResult answer, OutputStream out) throws IOException {
      return rows(answer, RowFormat.JSON, out);
    }
  },
  /** One JSON object: {@code origin} says who answered, {@code rows} has the rows. */
  JSON_WITH_ORIGIN {
    @Override
    public long write(QueryResult answer, OutputStream out) throws IOException {
      out.write(("{\"origin\": " + answer.origin().toJson() + ",\n\"rows\": ").getBytes(UTF_8));
      long rows = rows(answer, RowFormat.JSON, out);
      out.write("}\n".getBytes(UTF_8));
      return rows;
    }
  },
  /** {@link RowFormat#NDJSON}. */
  NDJSON {
    @Override
    public long write(QueryResult answer, OutputStream out) throws IOException {
      return rows(answer, RowFormat.NDJSON, out);
    }
  },
  /** {@link RowFormat#CSV}. */
  CSV {
    @Override
    public long write(QueryResult answer, OutputStream out) throws IOException {
      return rows(answer, RowFormat.CSV, out);
    }
  },
  /** Arrow's IPC stream. */
  ARROW {
    @Override
    public long write(QueryResult answer, OutputStream out) throws IOException {
      ClosingStream unfinished = new ClosingStream(out);
      try (ArrowReader batches = answer.batches();
          ArrowStreamWriter writer =
              new ArrowStreamWriter(
                  batches.getVectorSchemaRoot(), batches, Channels.newChannel(unfinished))) {
        return unfinished.unlessItFails(() -> batches(batches, writer));
      }
    }
  };

  /**
   * What was written is a complete document of its format only where this returns: where rows fail,
   * or {@code out} does, its end is missing.
   *
   * @param out is neither flushed nor closed
   * @return how many rows there were
   */
  public abstract long write(QueryResult answer, OutputStream out) throws IOException;

  private static long rows(QueryResult answer, RowFormat format, OutputStream out)
      throws IOException {
    RowFormat.Writer writer = format.writer(answer.schema(), out);
    long rows = answer.forEachRow(writer::write);
    writer.finish();
    return rows;
  }

  private static long batches(ArrowReader batches, ArrowStreamWriter writer) throws IOException {
    long rows = 0;
    writer.start();
    while (batches.loadNextBatch()) {
      writer.writeBatch();
      rows += batches.getVectorSchemaRoot().getRowCount();
    }
    writer.end();
    return rows;
  }
}
