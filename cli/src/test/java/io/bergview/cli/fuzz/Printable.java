package io.bergview.cli.fuzz;

/** Text as a report may show it: on one line, without what moves a terminal, not too long. */
final class Printable {
  private static final int LONGEST = 600;

  private Printable() {}

  static String of(String text) {
    StringBuilder shown = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (shown.length() > LONGEST) {
        return shown.append("... (").append(text.length()).append(" characters)").toString();
      }
      if (c == '\n') {
        shown.append("\\n");
      } else if (c < ' ' || c >= 0x7f) {
        shown.append("\\u%04x".formatted((int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }
}
