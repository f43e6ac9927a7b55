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
 * Files of a view in place of others that hold the same rows.
 *
 * @param planned the snapshot whose files they are: deletes that came later are not in the new
 *     files
 * @param removed data files
 * @param removedDeletes delete files that are folded in, or that apply to no file any more
 * @param added data files; none where no row of the removed ones is left
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
