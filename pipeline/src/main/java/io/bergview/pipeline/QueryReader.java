package io.bergview.pipeline;

import io.bergview.errors.BergviewException;
import java.io.IOException;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;

/** Rows of a query, with our errors. Closing it once gives back what the query held. */
final class QueryReader extends DelegatingReader {
  private final Function<Throwable, BergviewException> failed;
  private final Runnable release;
  private boolean closed;

  /**
   * @param failed what is thrown where reading fails
   */
  QueryReader(
      ArrowReader rows,
      BufferAllocator allocator,
      Function<Throwable, BergviewException> failed,
      Runnable release) {
    super(rows, allocator);
    this.failed = failed;
    this.release = release;
  }

  @Override
  public boolean loadNextBatch() {
    try {
      return super.loadNextBatch();
    } catch (IOException | RuntimeException e) {
      throw failed.apply(e);
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
