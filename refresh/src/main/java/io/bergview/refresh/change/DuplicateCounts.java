package io.bergview.refresh.change;

/** How often one and the same row may be among some rows. */
public enum DuplicateCounts {
  /** Once at most: each has a key of its own. */
  ONE,
  /** Any number of times. */
  MANY
}
