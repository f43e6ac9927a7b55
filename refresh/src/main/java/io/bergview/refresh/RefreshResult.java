package io.bergview.refresh;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.lineage.RefreshRecord;

/**
 * What a refresh of one view did, or with a dry run would do.
 *
 * @param reason why this kind: the name of a {@link RefreshReason}, or of one of another version
 * @param message the reason as a sentence
 * @param snapshotId that it committed; for a skip the current one; -1 for none
 * @param rowsAdded rows written
 * @param rowsRemoved rows that are no longer there; a replaced row counts on both sides
 * @param bytesWritten of data and delete files
 */
public record RefreshResult(
    String view,
    RefreshKind kind,
    String reason,
    String message,
    long snapshotId,
    long rowsAdded,
    long rowsRemoved,
    long bytesWritten,
    long durationMs) {
  public RefreshResult {
    requireNonNull(view, "view is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(message, "message is null");
  }

  /** What a snapshot says of the refresh that made it. */
  public static RefreshResult of(
      String view, RefreshKind kind, RefreshRecord record, long snapshotId) {
    return new RefreshResult(
        view,
        kind,
        record.reason(),
        record.message(),
        snapshotId,
        record.rowsAdded(),
        record.rowsRemoved(),
        record.bytesWritten(),
        record.duration().toMillis());
  }

  /** Whether nothing was done, though the view is stale, since views that it reads are behind. */
  public boolean leftBehind() {
    return kind == RefreshKind.SKIP && reason.equals(RefreshReason.UPSTREAM_STALE.name());
  }

  /** For machines. */
  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("view", view)
        .put("kind", kind.label())
        .put("reason", reason)
        .put("message", message)
        .put("snapshotId", snapshotId)
        .put("rowsAdded", rowsAdded)
        .put("rowsRemoved", rowsRemoved)
        .put("bytesWritten", bytesWritten)
        .put("durationMs", durationMs);
  }
}
