package io.bergview.pipeline;

import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/**
 * A stream that DuckDB pulls on threads of its own. Those have no context class loader, which
 * Iceberg's readers need; and an exception crosses into C as text only, so it is kept here.
 */
final class SourceReader extends DelegatingReader {
  private final ClassLoader classes = SourceReader.class.getClassLoader();
  private volatile @Nullable Throwable failure;

  SourceReader(ArrowReader delegate, BufferAllocator allocator) {
    super(delegate, allocator);
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(classes);
    try {
      return super.loadNextBatch();
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
      throw e;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Nullable Throwable failure() {
    return failure;
  }
}
