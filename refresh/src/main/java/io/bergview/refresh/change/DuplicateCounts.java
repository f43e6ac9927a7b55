package io.bergview.refresh.change;

/** How often the same row may occur in a set of rows. */
public enum DuplicateCounts {
  /** Once at most: each has a key of its own. */
  ONE,
  /** Any number of times. */
  MANY
}
