package io.bergview.projection.text;

import io.bergview.errors.DefinitionException;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.Positions.LineColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A recursive descent parser for JSON5 (spec.json5.org 1.0.0), a superset of JSON. Our own, because
 * Jackson supports neither hexadecimal numbers nor line continuations, and reads {@code \x41} as
 * {@code x41}; here numbers stay exact, and every message has a position.
 */
final class Json5Parser {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:(?:0|[1-9][0-9]*)(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
  private static final Pattern HEX = Pattern.compile("([+-]?)0[xX]([0-9a-fA-F]+)");

  private final String text;
  private final Positions positions;
  private final NodeBuilder builder;
  private int at;

  Json5Parser(String text, NodeBuilder builder) {
    this.text = text;
    this.positions = new Positions(text);
    this.builder = builder;
  }

  /** The one value of the text; of a list at the top, its items, each a root of its own. */
  List<Node> parse() {
    skipBlanks();
    List<Node> documents = new ArrayList<>();
    if (at >= text.length()) {
      return documents;
    }
    if (peek() == '[') {
      LineColumn open = here();
      at++;
      while (moreItems(documents.isEmpty(), ']', open, "")) {
        documents.add(value("", 1, here()));
      }
    } else {
      documents.add(value("", 0, here()));
    }
    skipBlanks();
    if (at < text.length()) {
      throw failure(at, "", "the end is expected here, after the document");
    }
    return documents;
  }

  /** A collection stands at its key, which is {@code place}; a scalar where it begins. */
  private Node value(String path, int depth, LineColumn place) {
    skipBlanks();
    LineColumn start = here();
    builder.enter(depth, start, path);
    return switch (peek()) {
      case '{' -> object(path, depth, place);
      case '[' -> array(path, depth, place);
      case '"', '\'' -> builder.scalar(string(path), path, start);
      default -> bare(path, start);
    };
  }

  private Node object(String path, int depth, LineColumn place) {
    LineColumn open = here();
    at++;
    Map<String, Entry> entries = new LinkedHashMap<>();
    while (moreItems(entries.isEmpty(), '}', open, path)) {
      LineColumn keyPlace = here();
      String key = peek() == '"' || peek() == '\'' ? string(path) : unquotedName(path);
      builder.checkText(key, path, keyPlace);
      String entryPath = NodeBuilder.entryPath(path, key);
      builder.checkNew(entries, key, entryPath, keyPlace);
      skipBlanks();
      if (peek() != ':') {
        throw failure(at, path, "':' is expected after the key '" + key + "'" + found());
      }
      at++;
      Node value = value(entryPath, depth + 1, keyPlace);
      entries.put(key, new Entry(key, keyPlace.line(), keyPlace.column(), value));
    }
    return builder.map(entries, path, place);
  }

  private Node array(String path, int depth, LineColumn place) {
    LineColumn open = here();
    at++;
    List<Node> items = new ArrayList<>();
    while (moreItems(items.isEmpty(), ']', open, path)) {
      items.add(value(NodeBuilder.itemPath(path, items.size()), depth + 1, here()));
    }
    return builder.list(items, path, place);
  }

  /** Moves past the comma to the next item, or past the closing bracket. */
  private boolean moreItems(boolean first, char close, LineColumn open, String path) {
    skipBlanks();
    if (!first && peek() == ',') {
      at++;
      skipBlanks();
    } else if (!first && peek() != close) {
      throw failure(at, path, "',' or " + closing(close, open) + " is expected" + found());
    }
    if (at >= text.length()) {
      throw failure(at, path, closing(close, open) + " is missing: the text ends here");
    }
    if (peek() == close) {
      at++;
      return false;
    }
    return true;
  }

  private static String closing(char close, LineColumn open) {
    char opening = close == '}' ? '{' : '[';
    return "the '%c' that closes the '%c' at %d:%d"
        .formatted(close, opening, open.line(), open.column());
  }

  private String unquotedName(String path) {
    int start = at;
    StringBuilder name = new StringBuilder();
    while (at < text.length()) {
      int c = text.codePointAt(at);
      boolean part = Character.isUnicodeIdentifierPart(c) || c == '$' || c == '_';
      if (c == '\\') {
        at++;
        if (peek() != 'u') {
          throw failure(start, path, "only \\u escapes are possible in a key without quotes");
        }
        at++;
        name.append((char) hex(4, path));
      } else if (part && !Character.isIdentifierIgnorable(c)) {
        name.appendCodePoint(c);
        at += Character.charCount(c);
      } else {
        break;
      }
    }
    if (name.isEmpty() || Character.isDigit(name.codePointAt(0))) {
      throw failure(
          start, path, "a key is expected, in quotes unless it is a plain name" + found());
    }
    return name.toString();
  }

  /** A word without quotes: null, true, false or a number. */
  private Node bare(String path, LineColumn start) {
    int from = at;
    while (at < text.length() && !endsWord(text.charAt(at))) {
      at++;
    }
    String word = text.substring(from, at);
    Matcher hex = HEX.matcher(word);
    if (hex.matches()) {
      return builder.scalar(
          builder.radix(hex.group(1), hex.group(2), 16, path, start), path, start);
    }
    if (NUMBER.matcher(word).matches()) {
      return builder.scalar(builder.decimal(word, path, start), path, start);
    }
    return switch (word) {
      case "null" -> builder.scalar(null, path, start);
      case "true" -> builder.scalar(true, path, start);
      case "false" -> builder.scalar(false, path, start);
      case "NaN", "+NaN", "-NaN" -> builder.scalar(Double.NaN, path, start);
      case "Infinity", "+Infinity" -> builder.scalar(Double.POSITIVE_INFINITY, path, start);
      case "-Infinity" -> builder.scalar(Double.NEGATIVE_INFINITY, path, start);
      case "" -> throw failure(from, path, "a value is expected" + found());
      default ->
          throw failure(
              from, path, "'" + word + "' is not a value; a string needs quotes around it");
    };
  }

  private static boolean endsWord(char c) {
    return ",:[]{}\"'/".indexOf(c) >= 0 || isBlank(c);
  }

  private String string(String path) {
    int open = at;
    char quote = text.charAt(at++);
    StringBuilder value = new StringBuilder();
    while (true) {
      if (at >= text.length() || text.charAt(at) == '\n' || text.charAt(at) == '\r') {
        throw failure(open, path, "the string that begins here is not closed on its line");
      }
      char c = text.charAt(at++);
      if (c == quote) {
        return value.toString();
      }
      if (c == '\\') {
        escape(value, path);
      } else {
        value.append(c);
      }
    }
  }

  private void escape(StringBuilder value, String path) {
    if (at >= text.length()) {
      throw failure(at, path, "the text ends inside a string");
    }
    char c = text.charAt(at++);
    switch (c) {
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case 'v' -> value.append('\u000b');
      case 'x' -> value.append((char) hex(2, path));
      case 'u' -> value.append((char) hex(4, path));
      case '\n', '\u2028', '\u2029' -> {}
      case '\r' -> at += peek() == '\n' ? 1 : 0;
      default -> {
        boolean digitFollows = peek() >= '0' && peek() <= '9';
        if ((c >= '1' && c <= '9') || (c == '0' && digitFollows)) {
          throw failure(at - 2, path, "'\\" + c + "' is not an escape of JSON5");
        }
        value.append(c == '0' ? '\0' : c);
      }
    }
  }

  private int hex(int digits, String path) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw failure(at, path, "an escape needs " + digits + " hexadecimal digits" + found());
      }
      value = value * 16 + digit;
      at++;
    }
    return value;
  }

  private void skipBlanks() {
    while (at < text.length()) {
      if (isBlank(text.charAt(at))) {
        at++;
      } else if (text.startsWith("//", at)) {
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
          at++;
        }
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
          throw failure(at, "", "the comment that begins here is not closed");
        }
        at = end + 2;
      } else {
        return;
      }
    }
  }

  private static boolean isBlank(char c) {
    return (c >= '\t' && c <= '\r')
        || c == '\u00a0'
        || c == '\ufeff'
        || c == '\u2028'
        || c == '\u2029'
        || Character.getType(c) == Character.SPACE_SEPARATOR;
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private String found() {
    return at < text.length()
        ? ", found '" + Character.toString(text.codePointAt(at)) + "'"
        : ", found the end of the text";
  }

  private LineColumn here() {
    return positions.at(at);
  }

  private DefinitionException failure(int index, String path, String message) {
    return builder.failure(positions.at(Math.min(index, text.length())), path, message);
  }
}
