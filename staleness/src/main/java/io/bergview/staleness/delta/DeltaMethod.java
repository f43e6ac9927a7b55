package io.bergview.staleness.delta;

/** How a source delta was computed, which determines its cost. */
public enum DeltaMethod {
  /** Nothing changed any row: no snapshot between the two, or compaction only. */
  NONE,
  /** Every snapshot between is known, and those that change no rows were left out. */
  CHAIN,
  /**
   * The two ends were compared, since the snapshots between are not all known or the ends have no
   * common history. Where a compaction lies between, the files that it rewrote are in the delta.
   */
  ENDS
}
