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
   * The view is fresh, but has read other snapshots of its sources than they have now, with the
   * same rows. The lineage alone moves on, in a snapshot of the view without data, so that nobody
   * has to keep what it has read.
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
   * What changed is followed.
   *
   * @param kind {@code APPEND} or {@code MERGE}, as far as metadata tells: rows that only moved
   *     from file to file may leave less to do
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
     * Whether the definition changed since the rows were made, or may have, so that partitioning
     * and order follow it anew.
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
   * It is added to the rows that are there.
   *
   * @param scheduled of which instant the batch is
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
