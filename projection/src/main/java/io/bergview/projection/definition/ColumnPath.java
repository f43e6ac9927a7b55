package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A path of names through relations to a column or a field, such as {@code customer.address.city}.
 * A segment that is not a plain identifier is written in backticks, a backtick inside doubled:
 * {@code customer.`home.city`}.
 *
 * @param segments the names, none empty, at least one
 * @param at where in the document it stands, such as {@code $expand[1]}; no part of equality
 */
public record ColumnPath(List<String> segments, String at) {
  public ColumnPath {
    segments = List.copyOf(segments);
    requireNonNull(at, "at is null");
    if (segments.isEmpty() || segments.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException(
          "a path needs at least one name and no empty one: " + segments);
    }
  }

  public static ColumnPath of(String... segments) {
    return new ColumnPath(List.of(segments), "");
  }

  /**
   * Reads {@code a.b.`odd.name`}; one leading {@code $} is dropped.
   *
   * @throws IllegalArgumentException with a message for the user, where a segment is empty or a
   *     backtick is not closed
   */
  public static ColumnPath parse(String text, String at) {
    String source = text.startsWith("$") ? text.substring(1) : text;
    List<String> segments = new ArrayList<>();
    int next = 0;
    while (true) {
      StringBuilder segment = new StringBuilder();
      if (next < source.length() && source.charAt(next) == '`') {
        next = readQuoted(source, next + 1, segment, text);
        if (next < source.length() && source.charAt(next) != '.') {
          throw new IllegalArgumentException(
              "a '.' or the end is expected after the closing backtick in '" + text + "'");
        }
      } else {
        while (next < source.length() && source.charAt(next) != '.') {
          segment.append(source.charAt(next++));
        }
      }
      if (segment.isEmpty()) {
        throw new IllegalArgumentException(
            "'" + text + "' has an empty name; write names with dots in backticks: `a.b`");
      }
      segments.add(segment.toString());
      if (next >= source.length()) {
        return new ColumnPath(segments, at);
      }
      next++;
    }
  }

  private static int readQuoted(String source, int from, StringBuilder segment, String text) {
    int next = from;
    while (next < source.length()) {
      char c = source.charAt(next);
      if (c != '`') {
        segment.append(c);
        next++;
      } else if (next + 1 < source.length() && source.charAt(next + 1) == '`') {
        segment.append('`');
        next += 2;
      } else {
        return next + 1;
      }
    }
    throw new IllegalArgumentException("a backtick is not closed in '" + text + "'");
  }

  public String last() {
    return segments.get(segments.size() - 1);
  }

  public boolean startsWith(ColumnPath prefix) {
    return segments.size() >= prefix.segments.size()
        && segments.subList(0, prefix.segments.size()).equals(prefix.segments);
  }

  /** The names joined by {@code _}, the default name of an output column. */
  public String joined() {
    return String.join("_", segments);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ColumnPath path && segments.equals(path.segments);
  }

  @Override
  public int hashCode() {
    return segments.hashCode();
  }

  /** As {@link #parse} reads it back. */
  @Override
  public String toString() {
    return segments.stream().map(ColumnPath::quoted).collect(Collectors.joining("."));
  }

  private static String quoted(String segment) {
    boolean plain =
        !segment.startsWith("$") && segment.chars().noneMatch(c -> c == '.' || c == '`');
    return plain ? segment : '`' + segment.replace("`", "``") + '`';
  }
}
