package io.bergview.staleness;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import java.time.Instant;
import java.util.Optional;

/**
 * One source of a view: what the view has seen of it, and where it is now.
 *
 * @param direct whether the definition itself reads it, not only a view that the definition reads
 * @param lineageSnapshotId the snapshot that the view's rows are derived from; -1 for none
 * @param currentSnapshotId -1 where it has none or is gone
 * @param snapshotsBehind data changes between the two: those not seen and those since undone.
 *     Compaction is none. Where snapshots have expired, as many as are known
 * @param behindSince commit time of the first change not seen
 * @param exact whether all changes between the two are known
 * @param reason and {@code message}: of a source that is a view the state of that view, where it is
 *     worse than what its table says
 * @param own what the table says, whatever it holds
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
    Finding own) {
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
  }
}
