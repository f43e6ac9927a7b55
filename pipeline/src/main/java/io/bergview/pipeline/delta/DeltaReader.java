package io.bergview.pipeline.delta;

import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.scan.DeltaRelations;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.staleness.delta.SourceDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;

/** Reads a source delta: the rows of its files, less those that are on both sides. */
public final class DeltaReader {
  private final Kernel kernel;
  private final TableScanner scanner;

  public DeltaReader(Kernel kernel, TableScanner scanner) {
    this.kernel = kernel;
    this.scanner = scanner;
  }

  /**
   * The rows of a delta.
   *
   * @param columns fields of the table by id, of the types to read them as
   * @throws io.bergview.errors.SourceException a requested type is not supported
   * @throws io.bergview.errors.MissingFileException a file is gone: look for the delta again
   */
  public RowDelta read(Table table, SourceDelta delta, Schema columns) {
    try (DeltaRelations sides = scanner.read(kernel, table, delta, columns)) {
      String removed = kernel.freshName("removed");
      String added = kernel.freshName("added");
      try {
        Cancellation.Left left = new Cancellation(kernel, columns, removed, added).of(sides);
        return new RowDelta(
            kernel,
            columns,
            removed,
            added,
            left.removed(),
            left.added(),
            sides.removed().size().files() + sides.added().size().files(),
            sides.removed().size().bytes() + sides.added().size().bytes());
      } catch (RuntimeException e) {
        kernel.drop(removed);
        kernel.drop(added);
        throw e;
      }
    }
  }
}
