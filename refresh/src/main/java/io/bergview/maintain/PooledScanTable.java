package io.bergview.maintain;

import io.bergview.catalog.ManifestReading;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;

/** A table whose scans are planned by {@link ManifestReading}'s threads, for every caller. */
final class PooledScanTable extends BaseTable {
  private static final long serialVersionUID = 1L;

  private PooledScanTable(Table table) {
    // Without a reporter of its own it would log a report of each scan.
    super(((HasTableOperations) table).operations(), table.name(), report -> {});
  }

  static Table scanning(Table table) {
    return new PooledScanTable(table);
  }

  @Override
  public TableScan newScan() {
    Snapshot current = currentSnapshot();
    int manifests = current == null ? 0 : current.allManifests(io()).size();
    return super.newScan().planWith(ManifestReading.executor(this, manifests));
  }
}
