package io.bergview.pipeline;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** What a statement without a result returns. */
final class NoRows extends ArrowReader {
  NoRows(BufferAllocator allocator) {
    super(allocator);
  }

  @Override
  public boolean loadNextBatch() {
    return false;
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() {
    return new Schema(List.of());
  }
}
