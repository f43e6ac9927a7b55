package io.bergview.cli;

/** The name with which this program was started, for the commands that messages suggest. */
final class Program {
  private Program() {}

  /** As typed, which the start script passes on; otherwise the name on the path. */
  static String name() {
    return Shell.quoted(System.getProperty("bergview.command", "bergview"));
  }
}
