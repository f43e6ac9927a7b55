package io.bergview.staleness;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.lineage.SourceLease;
import io.bergview.projection.definition.TableName;
import java.time.Instant;
import java.util.Optional;

/**
 * One source of a view: the snapshot that the view has read, and the current one.
 *
 * @param direct whether the definition itself reads it, not only a view that the definition reads
 * @param lineageSnapshotId the snapshot that the view's rows are derived from; -1 for none
 * @param currentSnapshotId -1 if it has none or is gone
 * @param snapshotsBehind data changes between the two: those not read and those undone since.
 *     Compaction does not count. If snapshots have expired, the number known
 * @param behindSince commit time of the first change not seen
 * @param exact whether all changes between the two are known
 * @param reason and {@code message}: for a source that is a view the state of that view, if it is
 *     worse than that of its table
 * @param own the reason from the table itself
 * @param lease that the view holds on it
 */
public record SourceState(
    TableName table,
    boolean direct,
    long lineageSnapshotId,
    long currentSnapshotId,
    int snapshotsBehind,
    Optional<Instant> behindSince,
    boolean exact,
    Reason reason,
    String message,
    Finding own,
    Optional<SourceLease> lease) {
  /** What is found of a source. */
  public record Finding(Reason reason, String message) {
    public Finding {
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }
  }

  public SourceState {
    requireNonNull(table, "table is null");
    requireNonNull(behindSince, "behindSince is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(message, "message is null");
    requireNonNull(own, "own is null");
    requireNonNull(lease, "lease is null");
  }

  SourceState withLease(Optional<SourceLease> held) {
    return new SourceState(
        table,
        direct,
        lineageSnapshotId,
        currentSnapshotId,
        snapshotsBehind,
        behindSince,
        exact,
        reason,
        message,
        own,
        held);
  }
}
