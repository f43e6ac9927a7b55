package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static java.util.stream.Collectors.joining;

import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.scan.Relation;
import io.bergview.refresh.write.Layout;
import io.bergview.refresh.write.ViewFiles;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.util.DataFileSet;
import org.apache.iceberg.util.DeleteFileSet;

/**
 * Deletes stored rows from a view's files and inserts new ones, according to the layout.
 *
 * <p>Rows that are the same before and after are not touched. The deleted ones determine what
 * happens to their files ({@link FileAction}). New rows are written as by a full refresh, in files
 * of the current partitions and sort order; the remaining rows of rewritten files are written with
 * them, so that a merge does not increase the number of files.
 */
public final class ChangeWriter {
  /** A guess at what a row takes on disk. */
  private static final long ROW_BYTES = 100;

  private final EngineSession session;
  private final ViewFiles files;
  private final RowReplacement difference;
  private final EarlierDeletes earlier;
  private final Map<FileAction, List<FileScanTask>> touched = new EnumMap<>(FileAction.class);

  private ChangeWriter(
      EngineSession session, ViewFiles files, StoredRows stored, RowReplacement difference) {
    this.session = session;
    this.files = files;
    this.difference = difference;
    this.earlier = new EarlierDeletes(session.deleted(files.table()));
    for (FileAction action : FileAction.values()) {
      touched.put(action, new ArrayList<>());
    }
    difference
        .deletedByFile()
        .forEach(
            (location, going) -> {
              FileScanTask task = stored.task(location);
              touched(action(task, going)).add(task);
            });
  }

  /**
   * Writes files, and commits nothing. If it fails, the written files are removed; later {@link
   * ViewChange#written} lists the files to remove.
   *
   * @param view the table as of the lookup of the stored rows
   * @param refreshId part of the names of all files; for one call only
   * @throws io.bergview.errors.DataException a required column is null in a new row, or a value
   *     does not fit its type
   * @throws io.bergview.errors.MissingFileException a file of the view is gone; plan again
   */
  public static ViewChange write(
      EngineSession session,
      Table view,
      Layout layout,
      long targetFileSizeBytes,
      StoredRows stored,
      NewRows newRows,
      String refreshId) {
    ViewFiles files = new ViewFiles(view, layout, targetFileSizeBytes);
    try (RowReplacement difference = replacement(session, view, stored, newRows)) {
      return new ChangeWriter(session, files, stored, difference).write(stored, refreshId);
    }
  }

  private static RowReplacement replacement(
      EngineSession session, Table view, StoredRows stored, NewRows newRows) {
    if (newRows instanceof NewRows.Different different) {
      return WholeReplacement.of(session, stored, different.query(), different.rows());
    }
    if (newRows instanceof NewRows.None) {
      return WholeReplacement.withNothing(session, stored);
    }
    return replacement(session, view.schema(), stored, (NewRows.Compared) newRows);
  }

  /**
   * With many columns the rows are compared only if hashes match: usually none of them is
   * unchanged.
   */
  private static RowReplacement replacement(
      EngineSession session, Schema schema, StoredRows stored, NewRows.Compared compared) {
    String newRows = compared.table();
    if (stored.hasHashes() || WideRows.isWide(schema)) {
      RowHashes hashes = RowHashes.of(session, schema, stored, newRows);
      if (!hashes.meet()) {
        return WholeReplacement.ofTable(session, stored, newRows, hashes.newRows());
      }
    }
    StoredRows whole = stored.whole();
    try {
      return RowDifference.of(session, schema, whole, newRows, compared.copies());
    } finally {
      if (whole != stored) {
        whole.close();
      }
    }
  }

  private FileAction action(FileScanTask task, long going) {
    long deleted =
        task.deletes().stream().anyMatch(ChangeWriter::isByEquality) ? 0 : earlier.count(task);
    return FileAction.of(files.layout().projection(), task.file().recordCount(), deleted, going);
  }

  private static boolean isByEquality(DeleteFile delete) {
    return delete.content() == FileContent.EQUALITY_DELETES;
  }

  private List<FileScanTask> touched(FileAction action) {
    return touched.getOrDefault(action, List.of());
  }

  private ViewChange write(StoredRows stored, String refreshId) {
    List<DataFile> added = writeRows(refreshId);
    try {
      DeleteWriteResult marked =
          DeleteWriter.write(
              session,
              files,
              earlier,
              touched(FileAction.MARKED),
              difference.deletedSql(),
              refreshId);
      return change(stored, added, marked);
    } catch (RuntimeException e) {
      ViewFiles.discard(files.table(), added.stream().map(DataFile::location).toList());
      throw e;
    }
  }

  private List<DataFile> writeRows(String refreshId) {
    List<FileScanTask> rewritten = touched(FileAction.REWRITTEN);
    long bytes = difference.insertedRows() * ROW_BYTES;
    if (rewritten.isEmpty()) {
      return difference.insertedRows() == 0 ? List.of() : writeInserted(bytes, refreshId);
    }
    bytes += rewritten.stream().mapToLong(task -> task.file().fileSizeInBytes()).sum();
    Schema schema = files.table().schema();
    try (Relation rows = session.read(files.table(), rewritten, StoredRows.positioned(schema))) {
      String insertedSelect =
          difference.insertedRows() == 0
              ? ""
              : "\nUNION ALL SELECT * FROM "
                  + ViewRows.typed(session.dialect(), schema, difference.insertedSql());
      String query = staying(schema, rows) + insertedSelect;
      return files.write(session, query, bytes, refreshId);
    }
  }

  private List<DataFile> writeInserted(long bytes, String refreshId) {
    return difference
        .insertedTable()
        .map(table -> files.writeTable(session, table, bytes, refreshId))
        .orElseGet(() -> files.write(session, difference.insertedSql(), bytes, refreshId));
  }

  private String staying(Schema schema, Relation rows) {
    String columns =
        schema.columns().stream()
            .map(field -> "v." + column(field.fieldId()))
            .collect(joining(", "));
    return "SELECT %s FROM %s AS v ANTI JOIN (%s) AS g ON v.%s = g.%s AND v.%s = g.%s"
        .formatted(
            columns,
            rows.sql(),
            difference.deletedSql(),
            column(MetadataColumns.FILE_PATH.fieldId()),
            StoredRows.FILE,
            column(MetadataColumns.ROW_POSITION.fieldId()),
            StoredRows.POSITION);
  }

  private ViewChange change(StoredRows stored, List<DataFile> added, DeleteWriteResult marked) {
    DataFileSet removed = DataFileSet.create();
    DeleteFileSet folded = DeleteFileSet.of(marked.rewrittenDeleteFiles());
    Stream.of(FileAction.REMOVED, FileAction.REWRITTEN)
        .flatMap(action -> touched(action).stream())
        .forEach(
            task -> {
              removed.add(task.file());
              folded.addAll(EarlierDeletes.filesOfItsOwn(task));
            });
    return new ViewChange(
        stored.snapshot(),
        added,
        removed,
        marked.deleteFiles(),
        List.copyOf(folded),
        difference.insertedRows(),
        difference.deletedRows(),
        bytes(added) + bytes(marked.deleteFiles()));
  }

  /** Of all files; several deletion vectors may be in one. */
  private static long bytes(List<? extends ContentFile<?>> written) {
    return written.stream()
        .collect(
            java.util.stream.Collectors.toMap(
                ContentFile::location, ContentFile::fileSizeInBytes, (one, same) -> one))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }
}
