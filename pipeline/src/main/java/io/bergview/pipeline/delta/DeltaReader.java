package io.bergview.pipeline.delta;

import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.scan.DeltaRelations;
import io.bergview.pipeline.scan.Relation;
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
    DeltaRelations sides = scanner.read(kernel, table, delta, columns);
    if (countsAreKnown(sides)) {
      return RowDelta.ofFiles(kernel, columns, sides);
    }
    String removed = kernel.freshName("removed");
    String added = kernel.freshName("added");
    try {
      Cancellation.Left left = new Cancellation(kernel, columns, removed, added).of(sides);
      return RowDelta.ofTables(kernel, columns, sides, removed, added, left);
    } catch (RuntimeException e) {
      kernel.drop(removed);
      kernel.drop(added);
      sides.close();
      throw e;
    }
  }

  /** Whether nothing cancels, and metadata tells how many rows there are. */
  private static boolean countsAreKnown(DeltaRelations sides) {
    Relation.Size removed = sides.removed().size();
    Relation.Size added = sides.added().size();
    return (removed.files() == 0 || added.files() == 0)
        && removed.filesByJava() + added.filesByJava() == 0;
  }
}
