package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.view.ViewProperties;
import io.bergview.projection.definition.TableName;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * A table of a catalog.
 *
 * @param name as definitions write it, without the default catalog
 * @param qualified with its catalog, independent of the spelling in definitions
 * @param table to be read only
 */
record FoundTable(TableName name, TableName qualified, Table table) {
  FoundTable {
    requireNonNull(name, "name is null");
    requireNonNull(qualified, "qualified is null");
    requireNonNull(table, "table is null");
  }

  /** The view whose rows it holds. */
  Optional<String> view() {
    return Optional.ofNullable(table.properties().get(ViewProperties.VIEW));
  }

  OptionalLong snapshotId() {
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot.snapshotId());
  }

  boolean isBeside(FoundTable other) {
    return qualified.catalog().equals(other.qualified.catalog())
        && qualified.namespace().equals(other.qualified.namespace());
  }
}
