package io.bergview.pipeline.scan;

import io.bergview.staleness.damage.UnreadableFiles;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;

/** Records of one data file, which is named where it cannot be read. */
record NamedRecords(Table table, String location, Supplier<CloseableIterable<Record>> file)
    implements CloseableIterable<Record> {
  @Override
  public CloseableIterator<Record> iterator() {
    CloseableIterator<Record> records = reading(() -> file.get().iterator());
    return new CloseableIterator<>() {
      @Override
      public boolean hasNext() {
        return reading(records::hasNext);
      }

      @Override
      public Record next() {
        return reading(records::next);
      }

      @Override
      public void close() throws IOException {
        records.close();
      }
    };
  }

  private <T> T reading(Supplier<T> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      throw UnreadableFiles.isOfReading(e)
          ? UnreadableFiles.of(table, "Data file", location, e)
          : e;
    }
  }

  /** What is open is closed by the iterator. */
  @Override
  public void close() {}
}
