package io.bergview.verify;

import static java.util.Objects.requireNonNull;

import io.bergview.refresh.RefreshKind;
import java.util.List;
import java.util.Optional;

/**
 * How a view compares with a recompute over the snapshots that it is derived from.
 *
 * @param snapshotId of the view that was verified
 * @param rowsCompared rows of the recompute, within the sample
 * @param samplePercent of the keys; 100 is all of them
 * @param missing keys with too few rows in the view; rows for a view without key
 * @param unexpected keys with too many rows in the view; rows for a view without key
 * @param different keys whose rows have other values
 * @param examples the first differences by key
 * @param repaired what was written; empty if nothing had to be, or repair was not requested
 */
public record VerifyResult(
    String view,
    long snapshotId,
    long rowsCompared,
    double samplePercent,
    long missing,
    long unexpected,
    long different,
    List<KeyDifference> examples,
    Optional<Repaired> repaired) {
  /**
   * What a repair did.
   *
   * @param kind {@code MERGE}, or {@code FULL} for a view without key, all of whose rows are
   *     rewritten
   * @param snapshotId that it committed
   * @param rowsAdded rows written
   * @param rowsRemoved rows that are no longer there
   */
  public record Repaired(RefreshKind kind, long snapshotId, long rowsAdded, long rowsRemoved) {
    public Repaired {
      requireNonNull(kind, "kind is null");
    }
  }

  public VerifyResult {
    requireNonNull(view, "view is null");
    examples = List.copyOf(examples);
    requireNonNull(repaired, "repaired is null");
  }

  /** Whether the view was correct when it was verified. */
  public boolean equal() {
    return differences() == 0;
  }

  /** Keys that differ; of a view without key, rows. */
  public long differences() {
    return missing + unexpected + different;
  }
}
