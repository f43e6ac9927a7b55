package io.bergview.staleness;

import java.util.Locale;

/** The state of a view relative to its sources, from good to bad. */
public enum Freshness {
  /** The view's rows are what its definition says of its sources now. */
  FRESH,
  /** The view's rows are what its definition said of its sources at an earlier time. */
  STALE,
  /** It is not known what the view's rows say, or they say something else than its definition. */
  INVALID;

  /** The name in JSON and on the screen. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
