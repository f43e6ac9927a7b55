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
    DeltaRelations sides = scanner.read(kernel, table, delta, columns);
    return nothingCancels(sides) && countsAreKnown(sides)
        ? RowDelta.ofFiles(kernel, columns, sides)
        : cancelled(sides, columns);
  }

  /**
   * As {@link #read}, for somebody who only asks which keys the rows have: where there are few,
   * rows that are on both sides stay there, since of many columns it takes longer to find them than
   * to look at what their keys lead to.
   *
   * @param few how many rows both sides may have together to be left as they are
   */
  public RowDelta readCandidates(Table table, SourceDelta delta, Schema columns, long few) {
    DeltaRelations sides = scanner.read(kernel, table, delta, columns);
    boolean areFew = sides.removed().size().rows() + sides.added().size().rows() <= few;
    return (areFew || nothingCancels(sides)) && countsAreKnown(sides)
        ? RowDelta.ofFiles(kernel, columns, sides)
        : cancelled(sides, columns);
  }

  private RowDelta cancelled(DeltaRelations sides, Schema columns) {
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

  private static boolean nothingCancels(DeltaRelations sides) {
    return sides.removed().size().files() == 0 || sides.added().size().files() == 0;
  }

  /** Whether metadata tells how many rows there are. */
  private static boolean countsAreKnown(DeltaRelations sides) {
    return sides.removed().size().filesByJava() + sides.added().size().filesByJava() == 0;
  }
}
