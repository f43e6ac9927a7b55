package io.bergview.cli;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import java.util.ArrayList;
import java.util.List;

/** {@code a,-b,`c,d`}: names between commas; backticks hold a name with commas together. */
final class NameList {
  private NameList() {}

  static List<String> parse(String text) {
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '`') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        add(name, text, names);
      } else {
        name.append(c);
      }
    }
    if (quoted) {
      throw new UsageException(ErrorCode.USAGE, "A backtick is not closed in '%s'".formatted(text));
    }
    add(name, text, names);
    return names;
  }

  private static void add(StringBuilder name, String text, List<String> names) {
    String stripped = name.toString().strip();
    if (stripped.isEmpty() || stripped.equals("-")) {
      throw new UsageException(
          ErrorCode.USAGE, "'%s' has an empty name between its commas".formatted(text));
    }
    names.add(stripped);
    name.setLength(0);
  }
}
