package io.bergview.staleness.graph;

/** Where to look from one table of a lineage graph. */
public enum Direction {
  /** What it is made from. */
  UP,
  /** What is made from it. */
  DOWN,
  BOTH;

  boolean up() {
    return this != DOWN;
  }

  boolean down() {
    return this != UP;
  }
}
