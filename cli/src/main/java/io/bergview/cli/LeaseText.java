package io.bergview.cli;

import io.bergview.catalog.lineage.SourceLease;
import java.time.Instant;
import java.util.List;

/** The leases of a view, as text. */
final class LeaseText {
  private LeaseText() {}

  static TextTable table(List<SourceLease> leases) {
    TextTable table = TextTable.of("LEASE ON", "SNAPSHOT", "UNTIL");
    for (SourceLease lease : leases) {
      table.add(
          lease.source().toString(),
          Long.toString(lease.snapshotId()),
          lease.until().equals(Instant.MAX) ? "for ever" : lease.until().toString());
    }
    return table;
  }
}
