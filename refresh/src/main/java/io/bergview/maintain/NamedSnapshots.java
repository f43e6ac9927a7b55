package io.bergview.maintain;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewListing;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Table;

/**
 * The snapshots that the lineages of views reference: where one expires, the view over it has to be
 * recomputed.
 *
 * @param byTable ids by the uuid of the table
 * @param unreadable what may hold more views and cannot be read
 */
record NamedSnapshots(Map<String, Set<Long>> byTable, List<String> unreadable) {
  static final NamedSnapshots NONE = new NamedSnapshots(Map.of(), List.of());

  NamedSnapshots {
    byTable = Map.copyOf(byTable);
    unreadable = List.copyOf(unreadable);
  }

  static NamedSnapshots of(ViewListing listing) {
    Map<String, Set<Long>> named = new HashMap<>();
    for (RegisteredView view : listing.views()) {
      if (LineageLookup.of(view.table()) instanceof LineageLookup.RecordedLineage found) {
        for (SourceSnapshot source : found.lineage().sources()) {
          requireNonNull(named.computeIfAbsent(source.uuid(), uuid -> new HashSet<>()))
              .add(source.snapshotId());
        }
      }
    }
    return new NamedSnapshots(
        named, listing.unreadable().stream().map(ViewListing.Unreadable::name).toList());
  }

  /** Those of one table. */
  Set<Long> in(Table table) {
    return byTable.getOrDefault(table.uuid().toString(), Set.of());
  }
}
