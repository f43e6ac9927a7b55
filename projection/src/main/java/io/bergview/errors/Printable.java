package io.bergview.errors;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Foreign text made safe for a terminal, a log or a web page: it contains no control sequences,
 * does not reorder the text around it, has no line breaks, and its length is bounded.
 */
public final class Printable {
  private static final int MAX_MESSAGE = 4_000;
  private static final int MAX_VALUE = 200;

  /** A value in quotes; an apostrophe within a word begins none. */
  private static final Pattern LONG_VALUE =
      Pattern.compile("(?<![\\p{L}\\p{N}])'([^']{%d,})'".formatted(MAX_VALUE + 1));

  private Printable() {}

  /** A message on one line: each value in quotes is cut after 200 characters, all after 4,000. */
  public static String line(String message) {
    String cut =
        LONG_VALUE
            .matcher(message)
            .replaceAll(
                value -> Matcher.quoteReplacement("'" + cut(value.group(1), MAX_VALUE, "") + "'"));
    return cut(escaped(cut), MAX_MESSAGE, " in all");
  }

  /** As {@link #line}, of a message that has several lines of its own, as a list of problems. */
  public static String lines(String message) {
    return cut(
        message.lines().map(Printable::line).collect(Collectors.joining("\n")),
        MAX_MESSAGE,
        " in all");
  }

  /** Text of any length and number of lines, as a stack trace is, with its tabs. */
  public static String text(String text) {
    return text.lines()
        .map(line -> escaped(line).replaceFirst("^\\\\t", "\t"))
        .collect(Collectors.joining("\n"));
  }

  /** Text of any length on one line, as a cell of a table is. */
  public static String cell(String text) {
    return escaped(text);
  }

  private static String cut(String text, int longest, String what) {
    if (text.length() <= longest) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
    return "%s... (%d characters%s)".formatted(text.substring(0, end), text.length(), what);
  }

  private static String escaped(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    int[] characters = text.codePoints().toArray();
    for (int i = 0; i < characters.length; i++) {
      if (joins(characters, i)) {
        shown.appendCodePoint(characters[i]);
      } else {
        append(characters[i], shown);
      }
    }
    return shown.toString();
  }

  /** A joiner (ZWJ, ZWNJ) within an emoji or a word, where it belongs to what is read. */
  private static boolean joins(int[] characters, int at) {
    return (characters[at] == 0x200d || characters[at] == 0x200c)
        && at > 0
        && at + 1 < characters.length
        && isJoined(characters[at - 1])
        && isJoined(characters[at + 1]);
  }

  private static boolean isJoined(int character) {
    return switch (Character.getType(character)) {
      case Character.OTHER_LETTER,
          Character.LOWERCASE_LETTER,
          Character.UPPERCASE_LETTER,
          Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.OTHER_SYMBOL,
          Character.MODIFIER_SYMBOL ->
          true;
      default -> false;
    };
  }

  private static void append(int character, StringBuilder shown) {
    switch (character) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        switch (Character.getType(character)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              shown.append(String.format(Locale.ROOT, "\\u%04x", character));
          default -> shown.appendCodePoint(character);
        }
      }
    }
  }
}
