package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.stream.Collectors.joining;

import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.TableScanner;
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
 * Takes stored rows out of a view's files and puts new ones in, as the layout asks.
 *
 * <p>Rows that are the same before and after are left where they are. Of the others, those that go
 * decide what becomes of their files ({@link Fate}). Rows that come are written as those of a full
 * refresh, in files of the current partitions and order; the rows that stay of rewritten files are
 * written among them, so that a merge leaves no more files than it finds.
 */
public final class ChangeWriter {
  /** A guess at what a row takes on disk. */
  private static final long ROW_BYTES = 100;

  private final Kernel kernel;
  private final TableScanner scanner;
  private final ViewFiles files;
  private final RowReplacement difference;
  private final EarlierDeletes earlier;
  private final Map<Fate, List<FileScanTask>> touched = new EnumMap<>(Fate.class);

  private ChangeWriter(
      Kernel kernel,
      TableScanner scanner,
      ViewFiles files,
      StoredRows stored,
      RowReplacement difference) {
    this.kernel = kernel;
    this.scanner = scanner;
    this.files = files;
    this.difference = difference;
    this.earlier = new EarlierDeletes(files.table());
    for (Fate fate : Fate.values()) {
      touched.put(fate, new ArrayList<>());
    }
    difference
        .goneByFile()
        .forEach(
            (location, going) -> {
              FileScanTask task = stored.task(location);
              touched(fate(task, going)).add(task);
            });
  }

  /**
   * Writes files, and commits nothing. Where it fails, what it has written is removed; later {@link
   * ViewChange#written} tells what there is to remove.
   *
   * @param view the table as it was when the stored rows were looked up
   * @param refreshId part of the names of all files; for one call only
   * @throws io.bergview.errors.DataException a required column is null in a new row, or a value
   *     does not fit its type
   * @throws io.bergview.errors.MissingFileException a file of the view is gone; plan again
   */
  public static ViewChange write(
      Kernel kernel,
      TableScanner scanner,
      Table view,
      Layout layout,
      long targetFileSizeBytes,
      StoredRows stored,
      NewRows newRows,
      String refreshId) {
    ViewFiles files = new ViewFiles(view, layout, targetFileSizeBytes);
    try (RowReplacement difference = replacement(kernel, view, stored, newRows)) {
      return new ChangeWriter(kernel, scanner, files, stored, difference).write(stored, refreshId);
    }
  }

  private static RowReplacement replacement(
      Kernel kernel, Table view, StoredRows stored, NewRows newRows) {
    if (newRows instanceof NewRows.Different different) {
      return WholeReplacement.of(
          kernel, view.schema(), stored, different.query(), different.rows());
    }
    if (newRows instanceof NewRows.None) {
      return WholeReplacement.withNothing(kernel, stored);
    }
    return replacement(kernel, view.schema(), stored, (NewRows.Compared) newRows);
  }

  /**
   * Of many columns the rows are compared only where hashes meet: mostly none of the rows that are
   * looked at is as it was.
   */
  private static RowReplacement replacement(
      Kernel kernel, Schema schema, StoredRows stored, NewRows.Compared compared) {
    String newRows = compared.table();
    if (stored.hasHashes() || WideRows.isWide(schema)) {
      RowHashes hashes = RowHashes.of(kernel, schema, stored, newRows);
      if (!hashes.meet()) {
        String query = "SELECT * FROM " + quote(newRows);
        return WholeReplacement.of(kernel, schema, stored, query, hashes.newRows());
      }
    }
    StoredRows whole = stored.whole();
    try {
      return RowDifference.of(kernel, schema, whole, newRows, compared.copies());
    } finally {
      if (whole != stored) {
        whole.close();
      }
    }
  }

  private Fate fate(FileScanTask task, long going) {
    long deleted =
        task.deletes().stream().anyMatch(ChangeWriter::isByEquality) ? 0 : earlier.count(task);
    return Fate.of(files.layout().projection(), task.file().recordCount(), deleted, going);
  }

  private static boolean isByEquality(DeleteFile delete) {
    return delete.content() == FileContent.EQUALITY_DELETES;
  }

  private List<FileScanTask> touched(Fate fate) {
    return touched.getOrDefault(fate, List.of());
  }

  private ViewChange write(StoredRows stored, String refreshId) {
    List<DataFile> added = writeRows(refreshId);
    try {
      DeleteWriteResult marked =
          DeleteWriter.write(
              kernel, files, earlier, touched(Fate.MARKED), difference.goneSql(), refreshId);
      return change(stored, added, marked);
    } catch (RuntimeException e) {
      ViewFiles.discard(files.table(), added.stream().map(DataFile::location).toList());
      throw e;
    }
  }

  private List<DataFile> writeRows(String refreshId) {
    List<FileScanTask> rewritten = touched(Fate.REWRITTEN);
    long bytes = difference.come() * ROW_BYTES;
    if (rewritten.isEmpty()) {
      return difference.come() == 0
          ? List.of()
          : files.write(kernel, difference.comeSql(), bytes, refreshId);
    }
    bytes += rewritten.stream().mapToLong(task -> task.file().fileSizeInBytes()).sum();
    Schema schema = files.table().schema();
    try (Relation rows =
        scanner.read(kernel, files.table(), rewritten, StoredRows.positioned(schema))) {
      String coming = difference.come() == 0 ? "" : "\nUNION ALL " + difference.comeSql();
      String query = staying(schema, rows) + coming;
      return files.write(kernel, query, bytes, refreshId);
    }
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
            difference.goneSql(),
            column(MetadataColumns.FILE_PATH.fieldId()),
            StoredRows.FILE,
            column(MetadataColumns.ROW_POSITION.fieldId()),
            StoredRows.POSITION);
  }

  private ViewChange change(StoredRows stored, List<DataFile> added, DeleteWriteResult marked) {
    DataFileSet removed = DataFileSet.create();
    DeleteFileSet folded = DeleteFileSet.of(marked.rewrittenDeleteFiles());
    Stream.of(Fate.REMOVED, Fate.REWRITTEN)
        .flatMap(fate -> touched(fate).stream())
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
        difference.come(),
        difference.gone(),
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
