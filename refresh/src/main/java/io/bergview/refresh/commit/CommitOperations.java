package io.bergview.refresh.commit;

import io.bergview.catalog.DirectExecutor;
import io.bergview.catalog.ManifestReading;
import io.bergview.refresh.change.ViewChange;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.DataFileSet;
import org.apache.iceberg.util.DeleteFileSet;

/** Which of Iceberg's operations a refresh is, with the conflict checks that Iceberg has for it. */
public final class CommitOperations {
  private static final int MOST_FILES_ADDED_WITHOUT_POOL = 10_000;

  private CommitOperations() {}

  /** All rows are deleted, whatever files they are in by then. */
  public static SnapshotUpdate<?> replacing(Transaction transaction, List<DataFile> files) {
    OverwriteFiles overwrite =
        transaction.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
    files.forEach(overwrite::addFile);
    Snapshot current = transaction.table().currentSnapshot();
    int manifests = current == null ? 0 : current.allManifests(transaction.table().io()).size();
    return withThreads(overwrite, transaction.table(), manifests, files.size());
  }

  /** Files are added; from about a hundred manifests on Iceberg merges those. */
  public static SnapshotUpdate<?> adding(Transaction transaction, List<DataFile> files) {
    AppendFiles append = transaction.newAppend();
    files.forEach(append::appendFile);
    return withThreads(append, transaction.table(), 0, files.size());
  }

  /** Files and deletes of the planned snapshot are replaced. */
  public static SnapshotUpdate<?> merging(Transaction transaction, ViewChange change) {
    if (change.onlyAdds()) {
      return adding(transaction, change.added());
    }
    long manifests =
        Stream.concat(change.removedData().stream(), change.removedDeletes().stream())
            .map(ContentFile::manifestLocation)
            .distinct()
            .count();
    int files = change.added().size() + change.addedDeletes().size();
    long planned = change.planned().orElseThrow();
    return change.addedDeletes().isEmpty()
        ? withThreads(
            rewriting(transaction, change, planned), transaction.table(), manifests, files)
        : withThreads(
            deleting(transaction, change, planned), transaction.table(), manifests, files);
  }

  private static OverwriteFiles rewriting(
      Transaction transaction, ViewChange change, long planned) {
    OverwriteFiles overwrite =
        transaction
            .newOverwrite()
            .deleteFiles(
                DataFileSet.of(change.removedData()), DeleteFileSet.of(change.removedDeletes()))
            .validateFromSnapshot(planned)
            .validateNoConflictingData()
            .validateNoConflictingDeletes();
    change.added().forEach(overwrite::addFile);
    return overwrite;
  }

  private static RowDelta deleting(Transaction transaction, ViewChange change, long planned) {
    RowDelta delta =
        transaction
            .newRowDelta()
            .validateFromSnapshot(planned)
            .validateDataFilesExist(
                change.addedDeletes().stream()
                    .map(ContentFileUtil::referencedDataFileLocation)
                    .toList())
            .validateDeletedFiles()
            .validateNoConflictingDataFiles()
            .validateNoConflictingDeleteFiles();
    change.added().forEach(delta::addRows);
    change.removedData().forEach(delta::removeRows);
    change.addedDeletes().forEach(delta::addDeletes);
    change.removedDeletes().forEach(delta::removeDeletes);
    return delta;
  }

  private static <U extends SnapshotUpdate<U>> U withThreads(
      U update, Table table, long manifestsRead, int filesAdded) {
    update.scanManifestsWith(ManifestReading.executor(table, manifestsRead));
    return filesAdded <= MOST_FILES_ADDED_WITHOUT_POOL
        ? update.writeManifestsWith(new DirectExecutor(), 1)
        : update.writeManifestsWith(ManifestReading.pool(), ManifestReading.threads());
  }
}
