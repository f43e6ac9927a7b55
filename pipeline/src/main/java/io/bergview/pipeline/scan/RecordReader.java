package io.bergview.pipeline.scan;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types.NestedField;

/** Iceberg records as Arrow batches: the first columns of each record, written by column. */
public final class RecordReader extends ArrowReader {
  private static final int BATCH_ROWS = 2048;
  private static final int BATCH_VALUES = 1 << 20;

  private final CloseableIterable<Record> records;
  private final Iterator<Record> iterator;
  private final List<NestedField> columns;
  private final Record[] batch;

  /**
   * @param records whose first fields are the columns
   */
  public RecordReader(
      BufferAllocator allocator, CloseableIterable<Record> records, List<NestedField> columns) {
    super(allocator);
    this.batch =
        new Record[Math.max(1, Math.min(BATCH_ROWS, BATCH_VALUES / Math.max(1, columns.size())))];
    this.records = records;
    this.iterator = records.iterator();
    this.columns = List.copyOf(columns);
  }

  @Override
  protected Schema readSchema() {
    return new Schema(
        columns.stream().map(column -> ArrowColumns.field(column.name(), column.type())).toList());
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    VectorSchemaRoot root = getVectorSchemaRoot();
    int rows = 0;
    while (rows < batch.length && iterator.hasNext()) {
      batch[rows++] = iterator.next();
    }
    root.clear();
    if (rows == 0) {
      return false;
    }
    for (int column = 0; column < columns.size(); column++) {
      FieldVector vector = root.getVector(column);
      vector.setInitialCapacity(rows);
      vector.allocateNew();
      for (int row = 0; row < rows; row++) {
        ArrowColumns.set(vector, row, columns.get(column).type(), batch[row].get(column));
      }
    }
    root.setRowCount(rows);
    return true;
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() throws IOException {
    records.close();
  }
}
