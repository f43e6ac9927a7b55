package io.bergview.imports.write;

import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.engine.EmbeddedSession;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.refresh.change.ChangeWriter;
import io.bergview.refresh.change.DuplicateCounts;
import io.bergview.refresh.change.NewRows;
import io.bergview.refresh.change.StoredFiles;
import io.bergview.refresh.change.StoredRows;
import io.bergview.refresh.change.ViewChange;
import io.bergview.refresh.write.Layout;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * Imported rows in place of the stored ones with the same keys, by the writer that refreshes use:
 * rows that are as they were stay, the others are marked deleted, or their files rewritten.
 */
public final class Upsert {
  /** Row groups of a table, as of a view that is scanned and changed. */
  private static final Layout LAYOUT =
      new Layout(
          Projection.BOTH,
          List.of(),
          List.of(),
          122_880,
          "zstd",
          List.of(),
          Optional.empty(),
          Optional.empty());

  private Upsert() {}

  /**
   * Writes files, and commits nothing; where it fails, they are removed.
   *
   * @param writer with all rows
   * @param id the key columns
   */
  public static ViewChange write(
      DuckDbSession session,
      TableScanner scanner,
      Table table,
      long targetFileSizeBytes,
      RowWriter writer,
      List<String> id,
      String importId) {
    if (writer.staged().isEmpty()) {
      Snapshot current = table.currentSnapshot();
      OptionalLong planned =
          current == null ? OptionalLong.empty() : OptionalLong.of(current.snapshotId());
      return new ViewChange(planned, List.of(), Set.of(), List.of(), List.of(), 0, 0, 0);
    }
    EmbeddedSession engine = new EmbeddedSession(session, scanner);
    String keys = writer.keys().orElseThrow().table();
    StoredFiles files = StoredFiles.of(engine, table, keys, id.stream().map(List::of).toList());
    try (StoredRows stored = StoredRows.read(engine, files)) {
      return ChangeWriter.write(
          engine,
          table,
          LAYOUT,
          targetFileSizeBytes,
          stored,
          new NewRows.Compared(writer.staged().get(), DuplicateCounts.MANY),
          importId);
    }
  }
}
