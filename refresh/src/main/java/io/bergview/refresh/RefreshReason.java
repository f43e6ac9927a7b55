package io.bergview.refresh;

import io.bergview.staleness.Reason;

/**
 * Why a refresh did what it did. The names are stable codes: they are kept in snapshots, printed as
 * JSON and described in docs/incremental.md.
 */
public enum RefreshReason {
  UP_TO_DATE,
  /** The sources hold the same rows in other snapshots. */
  ONLY_COMPACTION,
  /** The sources changed, and no row of the view did. */
  NO_ROWS_CHANGED,
  SOURCE_CHANGED,
  SOURCE_ROLLED_BACK,
  SOURCE_SNAPSHOT_EXPIRED,
  SOURCE_SCHEMA_CHANGED,
  SOURCE_RECREATED,
  SOURCE_DROPPED,
  SOURCE_REF_DROPPED,
  UPSTREAM_STALE,
  UPSTREAM_INVALID,

  FIRST_REFRESH,
  /** A full refresh was requested. */
  REQUESTED,
  DEFINITION_CHANGED,
  LINEAGE_LOST,
  FOREIGN_WRITES,
  VIEW_FILES_LOST,
  /** Of no view that can be refreshed: it cannot be read. */
  UNREADABLE,

  DELTA_TOO_LARGE,
  /** The query has an operator over all rows. */
  NOT_INCREMENTAL,

  /** The next batch of a view that appends. */
  BATCH,
  BATCH_IS_THERE,
  NOT_DUE,

  /** A verification found differences. */
  REPAIRED;

  /** What the state of a view means for its refresh. */
  static RefreshReason of(Reason state) {
    return state == Reason.NEVER_REFRESHED ? FIRST_REFRESH : valueOf(state.name());
  }
}
