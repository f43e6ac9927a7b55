package io.bergview.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One entry of a {@code .cases} file: a comment that says what it shows, a view, a line {@code --},
 * and Spark's query for the same rows, written by hand. Lines {@code =====} part the entries.
 */
record Case(String title, String view, String definition, String query) {
  private static final Pattern TYPE = Pattern.compile("(?m)^\\$type: *(\\S+)$");

  static List<Case> read(String file) {
    try (InputStream in = Objects.requireNonNull(Case.class.getResourceAsStream(file), file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("(?m)^=====\\n")).map(Case::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Case parse(String entry) {
    String[] parts = entry.split("(?m)^--\\n");
    Matcher type = TYPE.matcher(parts[0]);
    if (parts.length != 2 || !parts[0].startsWith("# ") || !type.find()) {
      throw new IllegalArgumentException("Not '# title', a view, '--' and a query:\n" + entry);
    }
    String title = parts[0].substring(2, parts[0].indexOf('\n'));
    return new Case(title, type.group(1), parts[0], parts[1]);
  }

  @Override
  public String toString() {
    return view + ": " + title;
  }
}
