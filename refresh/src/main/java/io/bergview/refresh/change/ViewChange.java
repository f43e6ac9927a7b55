package io.bergview.refresh.change;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.util.DataFileSet;

/**
 * The changes of a merge to the files of a view: written, but not committed yet.
 *
 * @param planned the view's snapshot that it was planned on, the only one that it can be committed
 *     on; empty for a view without snapshots
 * @param added data files with new rows, and with the remaining rows of removed files
 * @param removedData data files that were rewritten or have no row left
 * @param addedDeletes position delete files or deletion vectors, one for each data file
 * @param removedDeletes delete files that are merged into others, or whose data file is removed
 * @param rowsAdded new rows; those carried over are not counted
 * @param rowsRemoved deleted rows
 * @param bytesWritten of data and delete files
 */
public record ViewChange(
    OptionalLong planned,
    List<DataFile> added,
    Set<DataFile> removedData,
    List<DeleteFile> addedDeletes,
    List<DeleteFile> removedDeletes,
    long rowsAdded,
    long rowsRemoved,
    long bytesWritten) {
  public ViewChange {
    requireNonNull(planned, "planned is null");
    added = List.copyOf(added);
    removedData = DataFileSet.of(removedData);
    addedDeletes = List.copyOf(addedDeletes);
    removedDeletes = List.copyOf(removedDeletes);
  }

  /** Whether files are only added. */
  public boolean onlyAdds() {
    return removedData.isEmpty() && addedDeletes.isEmpty() && removedDeletes.isEmpty();
  }

  /**
   * The locations of all files that were written for it, to be removed where it is not committed.
   */
  public List<String> written() {
    return Stream.concat(added.stream(), addedDeletes.stream())
        .map(ContentFile::location)
        .distinct()
        .toList();
  }
}
