package io.bergview.refresh;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.view.RegisteredView;
import java.time.Duration;

/**
 * What a refresh has written, and why: the record in its snapshot and the reported result have the
 * same content.
 *
 * @param rowsAdded rows written
 * @param rowsRemoved rows deleted; a replaced row counts on both sides
 * @param bytesWritten of data and delete files
 */
public record RefreshOutput(
    RegisteredView view,
    RefreshKind kind,
    RefreshReason reason,
    String message,
    long rowsAdded,
    long rowsRemoved,
    long bytesWritten) {
  public RefreshOutput {
    requireNonNull(view, "view is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(message, "message is null");
  }

  /** Of a plan that writes no row. */
  public static RefreshOutput unchanged(RegisteredView view, RefreshPlan plan) {
    return new RefreshOutput(view, plan.kind(), plan.reason(), plan.message(), 0, 0, 0);
  }

  /**
   * @param refreshId unique to one attempt
   * @param took until the commit begins
   */
  public RefreshRecord record(String refreshId, Duration took) {
    return new RefreshRecord(
        refreshId,
        kind.label(),
        reason.name(),
        message,
        view.definitionVersion(),
        rowsAdded,
        rowsRemoved,
        bytesWritten,
        took);
  }

  /**
   * @param snapshotId that was committed; for a skip the current one; -1 for none
   * @param took until the commit has landed
   */
  public RefreshResult result(long snapshotId, Duration took) {
    return new RefreshResult(
        view.name(),
        kind,
        reason.name(),
        message,
        snapshotId,
        rowsAdded,
        rowsRemoved,
        bytesWritten,
        took.toMillis());
  }
}
