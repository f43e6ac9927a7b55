package io.bergview.pipeline;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Delegates every call to another reader, so that a subclass can intercept some. */
abstract class DelegatingReader extends ArrowReader {
  private final ArrowReader delegate;

  DelegatingReader(ArrowReader delegate, BufferAllocator allocator) {
    super(allocator);
    this.delegate = delegate;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    return delegate.loadNextBatch();
  }

  @Override
  public VectorSchemaRoot getVectorSchemaRoot() throws IOException {
    return delegate.getVectorSchemaRoot();
  }

  @Override
  public Map<Long, Dictionary> getDictionaryVectors() throws IOException {
    return delegate.getDictionaryVectors();
  }

  @Override
  public Dictionary lookup(long id) {
    return delegate.lookup(id);
  }

  @Override
  public Set<Long> getDictionaryIds() {
    return delegate.getDictionaryIds();
  }

  @Override
  public long bytesRead() {
    return delegate.bytesRead();
  }

  @Override
  public void close() throws IOException {
    delegate.close();
  }

  @Override
  public void close(boolean closeReadSource) throws IOException {
    delegate.close(closeReadSource);
  }

  @Override
  protected void closeReadSource() throws IOException {
    delegate.close();
  }

  @Override
  protected Schema readSchema() throws IOException {
    return delegate.getVectorSchemaRoot().getSchema();
  }

  /** Every vector belongs to the delegate. */
  @Override
  protected void ensureInitialized() {}
}
