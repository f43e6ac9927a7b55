package io.bergview.pipeline.scan;

import io.bergview.pipeline.Kernel;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/**
 * The deleted rows of some data files, from position deletes and deletion vectors, read by
 * Iceberg's own loader. A row is one number, so that the anti-join compares one integer: the file's
 * index in the scan times 2^40, plus the row's position.
 */
final class DeletedPositions {
  static final long FILE_STRIDE = 1L << 40;

  private final BaseDeleteLoader loader;

  DeletedPositions(Table table) {
    this.loader = new CachingLoader(table);
  }

  PositionDeleteIndex of(FileScanTask task) {
    return loader.loadPositionDeletes(task.deletes(), task.file().location());
  }

  /** Loads them into a table of one column, {@code row}. */
  static void load(Kernel kernel, String name, List<PositionDeleteIndex> byFileIndex) {
    kernel.load(name, new PositionReader(kernel.allocator(), byFileIndex));
  }

  /** Reads a delete file that many data files share once. */
  private static final class CachingLoader extends BaseDeleteLoader {
    private final Map<String, Object> loaded = new ConcurrentHashMap<>();

    CachingLoader(Table table) {
      super(delete -> table.io().newInputFile(delete), null);
    }

    @Override
    protected boolean canCache(long size) {
      return true;
    }

    @Override
    @SuppressWarnings("unchecked")
    protected <V> V getOrLoad(String key, Supplier<V> values, long size) {
      return (V) loaded.computeIfAbsent(key, unused -> values.get());
    }
  }

  /** One batch a file. */
  private static final class PositionReader extends ArrowReader {
    private final List<PositionDeleteIndex> files;
    private int file;

    PositionReader(BufferAllocator allocator, List<PositionDeleteIndex> files) {
      super(allocator);
      this.files = List.copyOf(files);
    }

    @Override
    protected Schema readSchema() {
      return new Schema(List.of(Field.notNullable("row", new ArrowType.Int(64, true))));
    }

    @Override
    public boolean loadNextBatch() throws IOException {
      VectorSchemaRoot root = getVectorSchemaRoot();
      while (file < files.size() && files.get(file).isEmpty()) {
        file++;
      }
      if (file == files.size()) {
        return false;
      }
      int count = Math.toIntExact(files.get(file).cardinality());
      BigIntVector rows = (BigIntVector) root.getVector(0);
      rows.allocateNew(count);
      long base = file * FILE_STRIDE;
      int[] at = {0};
      files.get(file).forEach(position -> rows.set(at[0]++, base + position));
      root.setRowCount(count);
      file++;
      return true;
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    protected void closeReadSource() {}
  }
}
