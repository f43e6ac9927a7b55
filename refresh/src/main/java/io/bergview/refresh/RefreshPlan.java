package io.bergview.refresh;

import static java.util.Objects.requireNonNull;

/** What will be done to make a view fresh, and why. */
public sealed interface RefreshPlan {
  /** A stable code. */
  String reason();

  /** The reason as a sentence. */
  String message();

  RefreshKind kind();

  /** The view is fresh. */
  record Skip(String reason, String message) implements RefreshPlan {
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
   * What changed is followed.
   *
   * @param kind {@code APPEND} or {@code MERGE}, as far as metadata tells: rows that only moved
   *     from file to file may leave less to do
   */
  record Incremental(RefreshKind kind, String reason, String message) implements RefreshPlan {
    public Incremental {
      requireNonNull(kind, "kind is null");
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }
  }

  /**
   * Everything is recomputed.
   *
   * @param relayout whether the definition changed since the rows were made, or may have, so that
   *     partitioning and order follow it anew
   */
  record Full(String reason, String message, boolean relayout) implements RefreshPlan {
    public Full {
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }

    @Override
    public RefreshKind kind() {
      return RefreshKind.FULL;
    }
  }
}
