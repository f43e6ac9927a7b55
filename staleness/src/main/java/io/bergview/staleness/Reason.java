package io.bergview.staleness;

import static java.util.Objects.requireNonNull;

/**
 * The reason of a view's or a source's state. The names are stable.
 *
 * <p>They are ordered by severity: of the reasons of several sources the last one here is that of
 * the view. So an invalid source comes before a stale one, and one that requires a full refresh
 * before one that can be applied incrementally.
 */
public enum Reason {
  UP_TO_DATE(Freshness.FRESH),

  /** The source is a view and is itself stale. */
  UPSTREAM_STALE(Freshness.STALE),
  /** The source has data that the view has not seen. */
  SOURCE_CHANGED(Freshness.STALE),
  /** The source was rolled back to before data that the view has read. */
  SOURCE_ROLLED_BACK(Freshness.STALE),
  /** The snapshot that the view has read is gone, so the changes since then are not fully known. */
  SOURCE_SNAPSHOT_EXPIRED(Freshness.STALE),

  /** The source is a view and is itself invalid. */
  UPSTREAM_INVALID(Freshness.INVALID),
  /** A column that the view reads is gone or has another type. */
  SOURCE_SCHEMA_CHANGED(Freshness.INVALID),
  /** Another table has taken the source's name. */
  SOURCE_RECREATED(Freshness.INVALID),
  SOURCE_DROPPED(Freshness.INVALID),
  /** The branch or tag at which a source is read is gone; the table is there. */
  SOURCE_REF_DROPPED(Freshness.INVALID),

  /** No refresh has committed yet. */
  NEVER_REFRESHED(Freshness.INVALID),
  /** The rows were made by an earlier definition. */
  DEFINITION_CHANGED(Freshness.INVALID),
  /** The record of what the rows are derived from is gone. */
  LINEAGE_LOST(Freshness.INVALID),
  /** Another writer wrote rows to the view's table. */
  FOREIGN_WRITES(Freshness.INVALID),
  /** A file that the view's table names is not there, or not whole. */
  VIEW_FILES_LOST(Freshness.INVALID),
  /** The definition cannot be read, or a source cannot, so nothing else is known. */
  UNREADABLE(Freshness.INVALID);

  private final Freshness state;

  Reason(Freshness state) {
    this.state = requireNonNull(state, "state is null");
  }

  public Freshness state() {
    return state;
  }

  /** Whether what changed in a source with this reason can be followed, or nothing changed. */
  public boolean canBeFollowed() {
    return switch (this) {
      case UP_TO_DATE, UPSTREAM_STALE, SOURCE_CHANGED, SOURCE_ROLLED_BACK, UPSTREAM_INVALID -> true;
      default -> false;
    };
  }

  /** Whether it is about the view itself, and not about one of its sources. */
  public boolean isOfTheView() {
    return compareTo(NEVER_REFRESHED) >= 0;
  }
}
