package io.bergview.cli;

/** The name by which this program is started, for the commands that messages suggest. */
final class Program {
  private Program() {}

  /** As it was typed, which the start script tells us; else the name on the path. */
  static String name() {
    return Shell.quoted(System.getProperty("bergview.command", "bergview"));
  }
}
