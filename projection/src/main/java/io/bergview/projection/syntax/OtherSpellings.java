package io.bergview.projection.syntax;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What other engines spell otherwise than DuckDB, which stops there. It is written anew in as many
 * characters, so that all places in the text stay.
 */
final class OtherSpellings {
  private static final Pattern NULLS =
      Pattern.compile("(?:IGNORE|RESPECT)\\s+NULLS\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern EXPLODE =
      Pattern.compile("LATERAL\\s+VIEW\\s+explode(?=\\s*\\()", Pattern.CASE_INSENSITIVE);
  private static final Pattern ARRAY = Pattern.compile("\\barray\\s*$", Pattern.CASE_INSENSITIVE);
  private static final Pattern NAMES =
      Pattern.compile("\\s*\\b(\\w+)\\s+AS\\s+(\\w+)", Pattern.CASE_INSENSITIVE);

  private OtherSpellings() {}

  /**
   * The text with what stands at a place in DuckDB's spelling.
   *
   * @param at where DuckDB stopped
   */
  static Optional<String> repaired(String text, int at) {
    if (at < 0 || at >= text.length()) {
      return Optional.empty();
    }
    return nulls(text, at).or(() -> explode(text, at)).or(() -> array(text, at));
  }

  /** {@code lag(x) IGNORE NULLS} as {@code lag(x IGNORE NULLS)}. */
  private static Optional<String> nulls(String text, int at) {
    int close = before(text, at);
    Matcher words = NULLS.matcher(text).region(at, text.length());
    if (close < 0 || text.charAt(close) != ')' || !words.lookingAt()) {
      return Optional.empty();
    }
    StringBuilder repaired = new StringBuilder(text);
    repaired.setCharAt(close, ' ');
    repaired.replace(at - 1, words.end(), words.group() + ")");
    return Optional.of(repaired.toString());
  }

  /** {@code LATERAL VIEW explode(x) t AS c} as {@code CROSS JOIN unnest(x) t(c)}. */
  private static Optional<String> explode(String text, int at) {
    Matcher words = EXPLODE.matcher(text).region(at, text.length());
    if (!words.lookingAt()) {
      return Optional.empty();
    }
    int end = closing(text, text.indexOf('(', words.end()));
    Matcher names = NAMES.matcher(text).region(Math.max(0, end), text.length());
    if (end < 0 || !names.lookingAt()) {
      return Optional.empty();
    }
    String name = " " + names.group(1) + "(" + names.group(2) + ")";
    return Optional.of(
        text.substring(0, at)
            + padded("CROSS JOIN unnest", words.group().length())
            + text.substring(words.end(), end)
            + padded(name, names.group().length())
            + text.substring(names.end()));
  }

  /** {@code array(a, b)}, which DuckDB takes for one of a query, as {@code array[a, b]}. */
  private static Optional<String> array(String text, int at) {
    int open = before(text, at);
    if (open < 0 || text.charAt(open) != '(' || !ARRAY.matcher(text.substring(0, open)).find()) {
      return Optional.empty();
    }
    int end = closing(text, open);
    if (end < 0) {
      return Optional.empty();
    }
    StringBuilder repaired = new StringBuilder(text);
    repaired.setCharAt(open, '[');
    repaired.setCharAt(end - 1, ']');
    return Optional.of(repaired.toString());
  }

  /** The last character before a place that is no white space; -1 where there is none. */
  private static int before(String text, int at) {
    int last = at - 1;
    while (last >= 0 && Character.isWhitespace(text.charAt(last))) {
      last--;
    }
    return last;
  }

  private static String padded(String text, int length) {
    return text + " ".repeat(Math.max(0, length - text.length()));
  }

  /** After the parenthesis that closes one; -1 where there is none. */
  private static int closing(String text, int open) {
    int depth = 0;
    boolean quoted = false;
    for (int i = open; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '\'';
      depth += quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }
}
