package io.bergview.pipeline;

import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;

/** Rows of a query, with our errors. Closing it once gives back what the query held. */
final class QueryReader extends DelegatingReader {
  private final String sql;
  private final Runnable release;
  private boolean closed;

  QueryReader(ArrowReader rows, BufferAllocator allocator, String sql, Runnable release) {
    super(rows, allocator);
    this.sql = sql;
    this.release = release;
  }

  @Override
  public boolean loadNextBatch() {
    try {
      return super.loadNextBatch();
    } catch (IOException | RuntimeException e) {
      throw KernelErrors.translate(e, sql);
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        super.close();
      } finally {
        release.run();
      }
    }
  }
}
