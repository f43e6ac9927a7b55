package io.bergview.cli;

/** How people start this program, for the commands that we tell them to try. */
final class Program {
  private Program() {}

  /** As it was typed, which the start script tells us; else the name on the path. */
  static String name() {
    return Shell.quoted(System.getProperty("bergview.command", "bergview"));
  }
}
