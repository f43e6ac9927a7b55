package io.bergview.staleness.delta;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * A data file that is live at both ends, with different deletes. Its part of the delta is the rows
 * that only one of the two sets of deletes removes; those that both remove, or neither, cancel.
 *
 * @param before the file with the deletes of the earlier end
 * @param after the same file with the deletes of the later end
 */
public record RedeletedFile(FileScanTask before, FileScanTask after) {
  public RedeletedFile {
    requireNonNull(before, "before is null");
    requireNonNull(after, "after is null");
    if (!before.file().location().equals(after.file().location())) {
      throw new IllegalArgumentException(
          before.file().location() + " and " + after.file().location() + " are not one file");
    }
  }

  /** Whether an equality delete applies at either end, so that the file's rows must be read. */
  public boolean hasEqualityDeletes() {
    return hasEqualityDeletes(before.deletes()) || hasEqualityDeletes(after.deletes());
  }

  private static boolean hasEqualityDeletes(List<DeleteFile> deletes) {
    return deletes.stream().anyMatch(file -> file.content() == FileContent.EQUALITY_DELETES);
  }

  /** The most rows in which the two ends can differ. */
  public long rows() {
    long all = before.file().recordCount();
    return hasEqualityDeletes()
        ? all
        : Math.min(all, rowsOfDeletesNotIn(after, before) + rowsOfDeletesNotIn(before, after));
  }

  /**
   * As {@link #rows()}, but taking that the larger of two deletion vectors of a file holds all that
   * the smaller does, as a writer must see to. Not so where the ends are on two branches.
   */
  public long likelyRows() {
    boolean vectors = isVectorOrNone(before) && isVectorOrNone(after);
    return vectors
        ? Math.abs(rowsOfDeletesNotIn(after, before) - rowsOfDeletesNotIn(before, after))
        : rows();
  }

  long likelyBytes() {
    long rows = Math.max(1, before.file().recordCount());
    return Math.round(before.file().fileSizeInBytes() * ((double) likelyRows() / rows));
  }

  private static boolean isVectorOrNone(FileScanTask task) {
    return task.deletes().stream().allMatch(ContentFileUtil::isDV);
  }

  private static long rowsOfDeletesNotIn(FileScanTask side, FileScanTask other) {
    Set<DeleteKey> others = DeleteKey.of(other.deletes());
    return side.deletes().stream()
        .filter(delete -> !others.contains(DeleteKey.of(delete)))
        .mapToLong(DeleteFile::recordCount)
        .sum();
  }
}
