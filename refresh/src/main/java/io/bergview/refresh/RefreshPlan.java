package io.bergview.refresh;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** How a view will be refreshed, and why. */
public sealed interface RefreshPlan {
  RefreshReason reason();

  /** The reason as a sentence. */
  String message();

  RefreshKind kind();

  /** The view is fresh. */
  record Skip(RefreshReason reason, String message) implements RefreshPlan {
    public Skip {
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }

    @Override
    public RefreshKind kind() {
      return RefreshKind.SKIP;
    }
  }

  /**
   * The view is fresh, but its sources have other current snapshots with the same rows. Only the
   * lineage advances, in a snapshot of the view without data, so that the snapshots that it has
   * read may expire.
   */
  record Advance(RefreshReason reason, String message) implements RefreshPlan {
    public Advance {
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }

    @Override
    public RefreshKind kind() {
      return RefreshKind.SKIP;
    }
  }

  /**
   * The changes are applied incrementally.
   *
   * @param kind {@code APPEND} or {@code MERGE}, as far as metadata shows: if rows only moved
   *     between files, less may be needed
   */
  record Incremental(RefreshKind kind, RefreshReason reason, String message)
      implements RefreshPlan {
    public Incremental {
      requireNonNull(kind, "kind is null");
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }
  }

  /** The view's whole result is computed. */
  sealed interface Recompute extends RefreshPlan {
    /**
     * Whether the definition changed since the rows were computed, or may have, so that partitions
     * and sort order must be updated.
     */
    boolean relayout();
  }

  /** It takes the place of all rows. */
  record Full(RefreshReason reason, String message, boolean relayout) implements Recompute {
    public Full {
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }

    @Override
    public RefreshKind kind() {
      return RefreshKind.FULL;
    }
  }

  /**
   * It is added to the existing rows.
   *
   * @param scheduled the instant of the batch
   */
  record Batch(Instant scheduled, RefreshReason reason, String message, boolean relayout)
      implements Recompute {
    public Batch {
      requireNonNull(scheduled, "scheduled is null");
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }

    @Override
    public RefreshKind kind() {
      return RefreshKind.APPEND;
    }
  }
}
