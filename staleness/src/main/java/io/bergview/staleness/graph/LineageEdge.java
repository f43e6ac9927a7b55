package io.bergview.staleness.graph;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.staleness.Reason;

/**
 * A table that a view reads.
 *
 * @param from the {@link LineageNode#id} of the table that is read
 * @param to that of the view's
 * @param readSnapshotId the snapshot that the view's rows are derived from; -1 if it was not
 *     refreshed yet, or if the table had none
 * @param currentSnapshotId the table's current one; -1 if it has none, is gone, or is not known
 * @param snapshotsBehind data changes between the two, as far as they are known
 * @param reason the state of the view with respect to this source alone
 */
public record LineageEdge(
    String from,
    String to,
    long readSnapshotId,
    long currentSnapshotId,
    int snapshotsBehind,
    Reason reason) {
  public LineageEdge {
    requireNonNull(from, "from is null");
    requireNonNull(to, "to is null");
    requireNonNull(reason, "reason is null");
  }

  /** Whether the view has read the table at some snapshot. */
  public boolean isRead() {
    return readSnapshotId != SourceSnapshot.NONE;
  }

  ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("from", from)
        .put("to", to)
        .put("readSnapshotId", readSnapshotId)
        .put("currentSnapshotId", currentSnapshotId)
        .put("snapshotsBehind", snapshotsBehind)
        .put("reason", reason.name());
  }
}
