package io.bergview.pipeline.delta;

import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.scan.DeltaRelations;
import io.bergview.staleness.delta.SourceDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;

/** Reads a source delta: the rows of its files, less those that are on both sides. */
public final class DeltaReader {
  private final EngineSession session;

  public DeltaReader(EngineSession session) {
    this.session = session;
  }

  /**
   * The rows of a delta.
   *
   * @param columns fields of the table by id, of the types to read them as
   * @throws io.bergview.errors.SourceException a requested type is not supported
   * @throws io.bergview.errors.MissingFileException a file is gone: determine the delta again
   */
  public TableDelta read(Table table, SourceDelta delta, Schema columns) {
    DeltaRelations sides = session.read(table, delta, columns);
    return nothingCancels(sides) && countsAreKnown(sides)
        ? TableDelta.ofFiles(session, columns, sides)
        : cancelled(sides, columns);
  }

  /**
   * As {@link #read}, for callers that only need the keys of the rows: if there are few, rows on
   * both sides are not cancelled, since with many columns that takes longer than processing their
   * keys.
   *
   * @param few up to how many rows on both sides together are not cancelled
   */
  public TableDelta readCandidates(Table table, SourceDelta delta, Schema columns, long few) {
    DeltaRelations sides = session.read(table, delta, columns);
    boolean areFew = sides.removed().size().rows() + sides.added().size().rows() <= few;
    return (areFew || nothingCancels(sides)) && countsAreKnown(sides)
        ? TableDelta.ofFiles(session, columns, sides)
        : cancelled(sides, columns);
  }

  private TableDelta cancelled(DeltaRelations sides, Schema columns) {
    String removed = session.freshName("removed");
    String added = session.freshName("added");
    try {
      BagDifference.Remaining left = new BagDifference(session, columns, removed, added).of(sides);
      return TableDelta.ofTables(session, columns, sides, removed, added, left);
    } catch (RuntimeException e) {
      session.drop(removed);
      session.drop(added);
      sides.close();
      throw e;
    }
  }

  private static boolean nothingCancels(DeltaRelations sides) {
    return sides.removed().size().files() == 0 || sides.added().size().files() == 0;
  }

  /** Whether metadata has the number of rows. */
  private static boolean countsAreKnown(DeltaRelations sides) {
    return sides.removed().size().filesByJava() + sides.added().size().filesByJava() == 0;
  }
}
