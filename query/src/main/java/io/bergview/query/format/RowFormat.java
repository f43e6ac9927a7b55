package io.bergview.query.format;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/** Ways to write rows one at a time, as UTF-8 text. */
public enum RowFormat {
  /** One array of objects, one object per line. */
  JSON {
    @Override
    public Writer writer(Schema schema, OutputStream out) throws IOException {
      return new JsonRows(schema, out, true);
    }
  },
  /** An object a line. */
  NDJSON {
    @Override
    public Writer writer(Schema schema, OutputStream out) throws IOException {
      return new JsonRows(schema, out, false);
    }
  },
  /**
   * RFC 4180 with a header: null is empty, the empty string is {@code ""}, nested values are JSON.
   */
  CSV {
    @Override
    public Writer writer(Schema schema, OutputStream out) throws IOException {
      return new CsvRows(schema, out);
    }
  };

  /**
   * Takes rows of this format.
   *
   * @param out is flushed by {@link Writer#finish}, not closed
   */
  public abstract Writer writer(Schema schema, OutputStream out) throws IOException;

  /**
   * Takes rows of one schema. What was written is complete only after {@link #finish}: where rows
   * fail it is not called, so that nothing looks like an answer with all its rows.
   */
  public interface Writer {
    /**
     * Writes one row.
     *
     * @param values as {@link io.bergview.pipeline.Rows} has them
     */
    void write(List<@Nullable Object> values) throws IOException;

    /** Writes the end of the format and flushes, once after the last row. */
    void finish() throws IOException;
  }
}
