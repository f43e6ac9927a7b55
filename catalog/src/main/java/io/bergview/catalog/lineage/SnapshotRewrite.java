package io.bergview.catalog.lineage;

import io.bergview.catalog.SummaryNumbers;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a snapshot only rewrites files: compaction, and whatever else is no change of any row.
 *
 * <p>By the specification a {@code replace} snapshot changes no row. Writers have broken it: a
 * compaction that loses rows, or that forgets deletes and so brings rows back. Whoever takes such a
 * snapshot at its word never sees that change. So the live rows of both sides are counted, from
 * manifests alone:
 *
 * <ul>
 *   <li>Without delete files, manifest lists say how many rows the manifests hold that only one of
 *       the two snapshots has.
 *   <li>With delete files, those manifests are read, and of each data file the rows that deletion
 *       vectors and position deletes name are taken off: {@link RewrittenRows}.
 *   <li>Where the parent has expired, the manifests that the snapshot itself wrote say what it
 *       added and removed.
 * </ul>
 *
 * <p>Where the counts differ, the snapshot counts as a change like any other, and its rows are
 * compared; if it was a compaction after all, nothing comes of it but the reading. Two things
 * cannot be seen so: as many other rows, and what becomes of rows to which equality deletes apply,
 * whose number no metadata tells. Rows that are gone there are taken for rows that those deleted,
 * since every compaction of a table with equality deletes looks like that.
 *
 * <p>Snapshots never change, so verdicts are remembered.
 */
public final class SnapshotRewrite {
  private static final int MOST_REMEMBERED = 10_000;

  /** By location of the manifest list. */
  private static final Map<String, Boolean> REMEMBERED =
      Collections.synchronizedMap(new RecentlyUsed());

  private SnapshotRewrite() {}

  /**
   * Whether a snapshot of a table has the rows of its parent, as a {@code replace} snapshot must.
   *
   * @return false for any other operation
   * @throws StorageException where metadata cannot be read
   */
  public static boolean keepsRows(Table table, Snapshot snapshot) {
    if (!DataOperations.REPLACE.equals(snapshot.operation())) {
      return false;
    }
    @Nullable String key = snapshot.manifestListLocation();
    Boolean known = key == null ? null : REMEMBERED.get(key);
    if (known != null) {
      return known;
    }
    boolean keeps = look(table, snapshot);
    if (key != null) {
      REMEMBERED.put(key, keeps);
    }
    return keeps;
  }

  private static boolean look(Table table, Snapshot snapshot) {
    try {
      Long parentId = snapshot.parentId();
      Snapshot parent = parentId == null ? null : table.snapshot(parentId);
      if (parent == null && parentId != null) {
        return byItself(table, snapshot);
      }
      try {
        return compare(table, parent, snapshot);
      } catch (NotFoundException lostWithTheParent) {
        return byItself(table, snapshot);
      }
    } catch (NotFoundException lost) {
      return bySummary(snapshot);
    } catch (RuntimeIOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot read the metadata of table '" + table.name() + "': " + e.getMessage(),
          e);
    }
  }

  private static boolean compare(Table table, @Nullable Snapshot parent, Snapshot snapshot) {
    List<ManifestFile> before = parent == null ? List.of() : parent.allManifests(table.io());
    List<ManifestFile> after = snapshot.allManifests(table.io());
    return RewrittenRows.alike(table, before, after);
  }

  /** From what a snapshot says that it added and removed, where its parent is gone. */
  private static boolean byItself(Table table, Snapshot snapshot) {
    long added = 0;
    long removed = 0;
    for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
      if (manifest.snapshotId() == snapshot.snapshotId()) {
        Long addedRows = manifest.addedRowsCount();
        Long removedRows = manifest.deletedRowsCount();
        if (addedRows == null || removedRows == null) {
          return bySummary(snapshot);
        }
        added += addedRows;
        removed += removedRows;
      }
    }
    boolean deletes = !snapshot.deleteManifests(table.io()).isEmpty();
    return added == removed || (deletes && added < removed);
  }

  /** From the summary alone, where a manifest list is gone. What it does not say is 0. */
  private static boolean bySummary(Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary() == null ? Map.of() : snapshot.summary();
    long added = SummaryNumbers.get(summary, SnapshotSummary.ADDED_RECORDS_PROP, 0);
    long removed = SummaryNumbers.get(summary, SnapshotSummary.DELETED_RECORDS_PROP, 0);
    long deletes =
        SummaryNumbers.get(summary, SnapshotSummary.REMOVED_DELETE_FILES_PROP, 0)
            + SummaryNumbers.get(summary, SnapshotSummary.TOTAL_DELETE_FILES_PROP, 0);
    return added == removed || (deletes > 0 && added < removed);
  }

  private static final class RecentlyUsed extends LinkedHashMap<String, Boolean> {
    private static final long serialVersionUID = 1L;

    RecentlyUsed() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > MOST_REMEMBERED;
    }
  }
}
