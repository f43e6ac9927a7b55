package io.bergview.cli;

/** How a service writes its log. */
enum LogFormat {
  /** A line for display, with {@code key=value} at its end. */
  TEXT,
  /** A JSON object a line. */
  JSON
}
