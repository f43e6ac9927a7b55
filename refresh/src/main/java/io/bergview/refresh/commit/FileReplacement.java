package io.bergview.refresh.commit;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.util.DataFileSet;
import org.apache.iceberg.util.DeleteFileSet;

/**
 * Files of a view that replace others with the same rows.
 *
 * @param planned the snapshot of the replaced files: later deletes are not applied in the new files
 * @param removed data files
 * @param removedDeletes delete files that are applied in the new files, or that no longer apply to
 *     any file
 * @param added data files; none if no row of the removed ones is left
 */
public record FileReplacement(
    Snapshot planned, Set<DataFile> removed, Set<DeleteFile> removedDeletes, List<DataFile> added) {
  public FileReplacement {
    requireNonNull(planned, "planned is null");
    removed = DataFileSet.of(removed);
    removedDeletes = DeleteFileSet.of(removedDeletes);
    added = List.copyOf(added);
  }

  /** The locations of the new files. */
  public Collection<String> written() {
    return added.stream().map(DataFile::location).toList();
  }
}
