package io.bergview.refresh.commit;

import io.bergview.catalog.lineage.SnapshotRewrite;
import io.bergview.catalog.view.ViewProperties;
import java.util.Objects;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Passes while a view is at the snapshot that a refresh was planned on, and at the same version of
 * its definition. Iceberg checks it again on every attempt to commit.
 *
 * @param table the state that is about to be committed on
 * @param planned the snapshot planned on, null if there was none
 * @param passesOver which later snapshots are tolerated
 */
record UnchangedView(
    Table table, @Nullable Long planned, int definitionVersion, SkippableSnapshots passesOver)
    implements SnapshotAncestryValidator {
  enum SkippableSnapshots {
    /** None: what is committed names files of the planned snapshot. */
    NOTHING,
    /** Foreign compactions: they changed no row. */
    COMPACTION
  }

  /** The same condition, of another state of the table. */
  boolean holdsFor(Table other) {
    return new UnchangedView(other, planned, definitionVersion, passesOver)
        .validate(SnapshotUtil.currentAncestors(other));
  }

  @Override
  public boolean validate(Iterable<Snapshot> ancestry) {
    int version =
        PropertyUtil.propertyAsInt(table.properties(), ViewProperties.DEFINITION_VERSION, 1);
    if (version != definitionVersion) {
      return false;
    }
    for (Snapshot snapshot : ancestry) {
      if (Objects.equals(snapshot.snapshotId(), planned)) {
        return true;
      }
      if (passesOver == SkippableSnapshots.NOTHING || !SnapshotRewrite.keepsRows(table, snapshot)) {
        return false;
      }
      if (Objects.equals(snapshot.parentId(), planned)) {
        return true;
      }
    }
    return planned == null;
  }

  @Override
  public String errorMessage() {
    return "the view was changed since its refresh was planned";
  }
}
