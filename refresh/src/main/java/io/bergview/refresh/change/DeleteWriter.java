package io.bergview.refresh.change;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.sink.HadoopDefaults;
import io.bergview.refresh.write.ViewFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.DeleteGranularity;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.FanoutPositionOnlyDeleteWriter;
import org.apache.iceberg.io.OutputFileFactory;

/**
 * Writes position deletes or deletion vectors for rows of data files: deletion vectors in format
 * v3, position delete files before, one for each data file in either case. Earlier ones of the same
 * data file are merged into the new one.
 */
final class DeleteWriter {
  private static final int FIRST_VERSION_WITH_VECTORS = 3;

  private final EngineSession session;
  private final Table table;
  private final TrackedFiles io;
  private final OutputFileFactory names;
  private final EarlierDeletes earlier;
  private final Map<String, FileScanTask> tasks = new LinkedHashMap<>();

  /** Takes one position after another, in any order. */
  private interface Marker {
    void mark(FileScanTask task, long position);
  }

  private DeleteWriter(
      EngineSession session,
      ViewFiles files,
      EarlierDeletes earlier,
      List<FileScanTask> marked,
      String refreshId) {
    this.session = session;
    this.table = files.table();
    this.io = new TrackedFiles(files.io());
    this.earlier = earlier;
    this.names =
        OutputFileFactory.builderFor(table, 0, 0)
            .operationId(refreshId)
            .suffix("deletes")
            .format(vectors() ? FileFormat.PUFFIN : FileFormat.PARQUET)
            .ioSupplier(() -> io)
            .build();
    marked.forEach(task -> tasks.put(task.file().location(), task));
  }

  /**
   * Leaves no files behind if it fails.
   *
   * @param gone a query for file and position; it may include other files than the marked ones
   */
  static DeleteWriteResult write(
      EngineSession session,
      ViewFiles files,
      EarlierDeletes earlier,
      List<FileScanTask> marked,
      String gone,
      String refreshId) {
    if (marked.isEmpty()) {
      return new DeleteWriteResult(List.of());
    }
    DeleteWriter writer = new DeleteWriter(session, files, earlier, marked, refreshId);
    try {
      return writer.vectors() ? writer.writeVectors(gone) : writer.writePositions(gone);
    } catch (RuntimeException e) {
      ViewFiles.discard(writer.table, writer.io.written());
      throw e;
    }
  }

  private boolean vectors() {
    return TableUtil.formatVersion(table) >= FIRST_VERSION_WITH_VECTORS;
  }

  private DeleteWriteResult writeVectors(String gone) {
    BaseDVFileWriter writer = new BaseDVFileWriter(names, file -> earlier.all(task(file)));
    return write(
        gone,
        writer,
        writer::result,
        (task, position) ->
            writer.delete(task.file().location(), position, task.spec(), task.partition()));
  }

  private DeleteWriteResult writePositions(String gone) {
    FanoutPositionOnlyDeleteWriter<Record> writer =
        new FanoutPositionOnlyDeleteWriter<>(
            HadoopDefaults.without(
                new GenericFileWriterFactory.Builder(table)
                    .deleteFileFormat(FileFormat.PARQUET)
                    .build()),
            names,
            io,
            Long.MAX_VALUE,
            DeleteGranularity.FILE,
            file -> earlier.ofItsOwn(task(file.toString())));
    PositionDelete<Record> delete = PositionDelete.create();
    return write(
        gone,
        writer,
        writer::result,
        (task, position) ->
            writer.write(
                delete.set(task.file().location(), position), task.spec(), task.partition()));
  }

  private FileScanTask task(String location) {
    return requireNonNull(tasks.get(location), () -> location + " is not to be marked");
  }

  private DeleteWriteResult write(
      String gone, Closeable writer, Supplier<DeleteWriteResult> result, Marker marker) {
    try (writer) {
      mark(gone, marker);
    } catch (IOException | UncheckedIOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED, "Cannot write a delete file: " + e.getMessage(), e);
    }
    return result.get();
  }

  private void mark(String gone, Marker marker) {
    String files =
        tasks.keySet().stream().map(session.dialect()::text).collect(Collectors.joining(", "));
    String some =
        "SELECT %1$s, %2$s FROM (%3$s) AS gone WHERE %1$s IN (%4$s)"
            .formatted(StoredRows.FILE, StoredRows.POSITION, gone, files);
    session.forEachPosition(some, (file, position) -> marker.mark(task(file), position));
  }
}
