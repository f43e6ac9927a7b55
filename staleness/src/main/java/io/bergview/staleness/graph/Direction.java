package io.bergview.staleness.graph;

/** The direction of a traversal of a lineage graph. */
public enum Direction {
  /** What it is derived from. */
  UP,
  /** What is derived from it. */
  DOWN,
  BOTH;

  boolean up() {
    return this != DOWN;
  }

  boolean down() {
    return this != UP;
  }
}
