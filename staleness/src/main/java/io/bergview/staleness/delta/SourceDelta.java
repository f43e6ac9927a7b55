package io.bergview.staleness.delta;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.SourceException;
import io.bergview.staleness.damage.UnreadableFiles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * What changed in a table between two snapshots, whatever operations happened: live(to) -
 * live(from) as a signed bag of rows, given as whole data files with the deletes that apply to
 * them. Rows that are the same on both sides, such as those carried over by copy-on-write, are not
 * cancelled yet.
 *
 * <p>Found from metadata alone, and only from the manifests that differ: see {@link SnapshotPath}
 * for the snapshots that are compared and {@link SnapshotDiff} for how.
 *
 * @param removed files whose rows, less their deletes, were deleted
 * @param added files whose rows, less their deletes, were inserted
 * @param redeleted files that exist before and after, with other deletes
 * @param manifestsRead manifests that were opened to find it, without manifest lists
 * @param equalityScopes the partitions in which equality deletes changed, whose files must be
 *     scanned, as {@code day=2026-01-01}, or {@link #WHOLE_TABLE}
 */
public record SourceDelta(
    List<FileScanTask> removed,
    List<FileScanTask> added,
    List<RedeletedFile> redeleted,
    DeltaMethod way,
    int manifestsRead,
    List<String> equalityScopes) {
  /** The scope of equality deletes that apply in every partition. */
  public static final String WHOLE_TABLE = "*";

  public SourceDelta {
    removed = List.copyOf(removed);
    added = List.copyOf(added);
    redeleted = List.copyOf(redeleted);
    requireNonNull(way, "way is null");
    equalityScopes = List.copyOf(equalityScopes);
  }

  /**
   * The delta of two snapshots, in either order of time and on any branches.
   *
   * @param from empty for no snapshot, which has no rows
   * @param to as {@code from}
   * @throws SourceException SOURCE_SNAPSHOT_EXPIRED if one of the two is not in the metadata
   * @throws MissingFileException if the metadata of {@code table} references manifests that are
   *     gone: refresh it and try again
   */
  public static SourceDelta between(Table table, OptionalLong from, OptionalLong to) {
    Snapshot before = snapshot(table, from);
    Snapshot after = snapshot(table, to);
    SnapshotPath route = SnapshotPath.between(table, before, after);
    try {
      return along(route, table);
    } catch (NotFoundException e) {
      if (route.way() == DeltaMethod.ENDS && route.legs().size() == 1) {
        throw new MissingFileException(String.valueOf(e.getMessage()), e);
      }
      return betweenEnds(table, from, to);
    }
  }

  /**
   * The same rows, from the two ends alone: for when a file of a snapshot in between is gone. Rows
   * rewritten by a compaction in between are on both sides, and cancel only when they are read.
   * Throws what {@link #between} throws.
   */
  public static SourceDelta betweenEnds(Table table, OptionalLong from, OptionalLong to) {
    SnapshotPath route = SnapshotPath.direct(snapshot(table, from), snapshot(table, to));
    try {
      return along(route, table);
    } catch (NotFoundException e) {
      throw new MissingFileException(String.valueOf(e.getMessage()), e);
    }
  }

  private static SourceDelta along(SnapshotPath route, Table table) {
    ManifestReads planning = new ManifestReads(table);
    SnapshotDiff diff = new SnapshotDiff(planning);
    SignedFiles terms = new SignedFiles();
    try {
      route.legs().forEach(leg -> diff.addTo(terms, leg.from(), leg.to()));
      return terms.delta(route.way(), planning);
    } catch (RuntimeException e) {
      throw explained(route, table, e);
    }
  }

  /** The failure of reading a manifest, as that of the manifest. */
  private static RuntimeException explained(
      SnapshotPath route, Table table, RuntimeException failure) {
    for (SnapshotPath.PathSegment leg : route.legs()) {
      for (Snapshot end : new Snapshot[] {leg.from(), leg.to()}) {
        RuntimeException explained =
            end == null ? failure : UnreadableFiles.ofPlanning(table, end, failure);
        if (explained != failure) {
          return explained;
        }
      }
    }
    return failure;
  }

  private static @Nullable Snapshot snapshot(Table table, OptionalLong id) {
    if (id.isEmpty()) {
      return null;
    }
    Snapshot snapshot = table.snapshot(id.getAsLong());
    if (snapshot == null) {
      throw new SourceException(
          ErrorCode.SOURCE_SNAPSHOT_EXPIRED,
          "Table '%s' no longer has snapshot %d; keep its snapshots longer, or refresh fully."
              .formatted(table.name(), id.getAsLong()));
    }
    return snapshot;
  }

  /** Whether no row can have changed. */
  public boolean isEmpty() {
    return removed.isEmpty() && added.isEmpty() && redeleted.isEmpty();
  }

  /** An upper bound of the deleted and inserted rows together. */
  public long rows() {
    return recordCount(removed)
        + recordCount(added)
        + redeleted.stream().mapToLong(RedeletedFile::rows).sum();
  }

  /**
   * An estimate of the deleted and inserted rows: as {@link #rows()}, but for a file with a new
   * deletion vector only the newly deleted rows.
   */
  public long likelyRows() {
    return recordCount(removed)
        + recordCount(added)
        + redeleted.stream().mapToLong(RedeletedFile::likelyRows).sum();
  }

  /** The most bytes of data files to read. */
  public long bytes() {
    Collection<FileScanTask> tasks = new ArrayList<>(removed);
    tasks.addAll(added);
    redeleted.forEach(file -> tasks.add(file.after()));
    return size(tasks);
  }

  /**
   * About how many bytes of data files hold {@link #likelyRows()}: of files with other deletes the
   * share of their rows.
   */
  public long likelyBytes() {
    return size(removed)
        + size(added)
        + redeleted.stream().mapToLong(RedeletedFile::likelyBytes).sum();
  }

  private static long size(Collection<FileScanTask> tasks) {
    return tasks.stream().mapToLong(task -> task.file().fileSizeInBytes()).sum();
  }

  private static long recordCount(List<FileScanTask> tasks) {
    return tasks.stream().mapToLong(task -> task.file().recordCount()).sum();
  }
}
