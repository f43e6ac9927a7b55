package io.bergview.staleness;

import java.util.Locale;

/** The state of a view relative to its sources, from good to bad. */
public enum Freshness {
  /** The view's rows are what its definition says of its sources now. */
  FRESH,
  /** The view's rows are what its definition said of its sources at an earlier time. */
  STALE,
  /** The meaning of the view's rows is not known, or they do not match its definition. */
  INVALID;

  /** The name in JSON and on the screen. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
