package io.bergview.catalog.lineage;

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
 * Whether a snapshot only rewrites files: compaction, and other operations that change no rows.
 *
 * <p>By the specification a {@code replace} snapshot changes no row. Writers have broken this rule:
 * with a compaction that loses rows, or that ignores deletes and so restores rows. A reader that
 * trusts the operation never sees that change. So the live rows of both sides are counted, from
 * manifests alone:
 *
 * <ul>
 *   <li>Without delete files, the manifest lists have the row counts of the manifests that only one
 *       of the two snapshots has.
 *   <li>With delete files, those manifests are read, and the rows deleted by deletion vectors and
 *       position deletes are subtracted: {@link RewrittenRows}.
 *   <li>If the parent has expired, the manifests that the snapshot itself wrote list what it added
 *       and removed.
 * </ul>
 *
 * <p>If the counts differ, the snapshot counts as a change like any other, and its rows are
 * compared; if it was a compaction after all, the only cost is reading them. Two cases cannot be
 * detected: a rewrite to other rows of the same number, and changes of rows to which equality
 * deletes apply, whose number is not in the metadata. Rows missing there are assumed to be deleted
 * by those, since every compaction of a table with equality deletes looks like that.
 *
 * <p>Snapshots never change, so results are cached.
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
    boolean keeps = compareRows(table, snapshot);
    if (key != null) {
      REMEMBERED.put(key, keeps);
    }
    return keeps;
  }

  private static boolean compareRows(Table table, Snapshot snapshot) {
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
      throw UnreadableMetadata.of(table, e);
    }
  }

  private static boolean compare(Table table, @Nullable Snapshot parent, Snapshot snapshot) {
    List<ManifestFile> before = parent == null ? List.of() : parent.allManifests(table.io());
    List<ManifestFile> after = snapshot.allManifests(table.io());
    return RewrittenRows.alike(table, before, after);
  }

  /** From what a snapshot added and removed, if its parent is gone. */
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

  /** From the summary alone, if a manifest list is gone. Missing values are 0. */
  private static boolean bySummary(Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary() == null ? Map.of() : snapshot.summary();
    if (SummaryNumbers.isWrong(summary, SnapshotSummary.ADDED_RECORDS_PROP)
        || SummaryNumbers.isWrong(summary, SnapshotSummary.DELETED_RECORDS_PROP)) {
      return false;
    }
    long added = SummaryNumbers.number(summary, SnapshotSummary.ADDED_RECORDS_PROP, 0);
    long removed = SummaryNumbers.number(summary, SnapshotSummary.DELETED_RECORDS_PROP, 0);
    long deletes =
        SummaryNumbers.number(summary, SnapshotSummary.REMOVED_DELETE_FILES_PROP, 0)
            + SummaryNumbers.number(summary, SnapshotSummary.TOTAL_DELETE_FILES_PROP, 0);
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
