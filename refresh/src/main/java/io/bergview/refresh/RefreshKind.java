package io.bergview.refresh;

import java.util.Locale;

/** What a refresh does to the view's table. */
public enum RefreshKind {
  /** Nothing: the view is fresh. */
  SKIP,
  /** Adds rows. */
  APPEND,
  /** Replaces the rows that changed. */
  MERGE,
  /** Recomputes everything. */
  FULL;

  /** As commands and summaries show it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
