package io.bergview.projection.statement;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a text into tokens by the rules of DuckDB and PostgreSQL: names in double quotes, strings
 * in single quotes with {@code ''} for a quote, {@code E'...'} with backslashes, {@code
 * $tag$...$tag$}, comments {@code --} and nested {@code /* ... *}{@code /}.
 */
final class Tokenizer {
  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d*)?([eE][+-]?\\d+)?");
  private static final Pattern DOLLAR_TAG = Pattern.compile("\\$(?:[\\p{L}_][\\p{L}\\p{N}_]*)?\\$");

  private final SourceText source;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Tokenizer(SourceText source) {
    this.source = source;
    this.text = source.text();
  }

  /**
   * All tokens, without an end.
   *
   * @throws DefinitionException if a quote or a comment is not closed
   */
  static List<Token> tokens(SourceText source) {
    Tokenizer tokenizer = new Tokenizer(source);
    while (tokenizer.at < tokenizer.text.length()) {
      tokenizer.next();
    }
    return tokenizer.tokens;
  }

  private void next() {
    int c = text.codePointAt(at);
    if (Character.isWhitespace(c) || c == '\ufeff' || c == '\u00a0') {
      at += Character.charCount(c);
    } else if (text.startsWith("--", at)) {
      lineComment();
    } else if (text.startsWith("/*", at)) {
      blockComment();
    } else if (c == '\'') {
      quoted(Token.Kind.STRING, at, at, '\'', "string");
    } else if (c == '"') {
      quoted(Token.Kind.QUOTED_NAME, at, at, '"', "name");
    } else if ((c == 'e' || c == 'E') && text.startsWith("'", at + 1)) {
      escaped();
    } else if (isWordStart(c)) {
      word();
    } else if (c >= '0' && c <= '9') {
      Matcher number = NUMBER.matcher(text).region(at, text.length());
      add(Token.Kind.NUMBER, number.lookingAt() ? number.end() : at + 1);
    } else if (c != '$' || !dollarQuoted()) {
      add(Token.Kind.SYMBOL, at + Character.charCount(c));
    }
  }

  private static boolean isWordStart(int c) {
    return Character.isLetter(c) || c == '_';
  }

  private void add(Token.Kind kind, int end) {
    add(kind, text.substring(at, end), at, end);
  }

  private void add(Token.Kind kind, String value, int start, int end) {
    tokens.add(new Token(kind, value, start, end));
    at = end;
  }

  private void word() {
    int end = at;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      if (!isWordStart(c) && !Character.isDigit(c) && c != '$') {
        break;
      }
      end += Character.charCount(c);
    }
    add(Token.Kind.WORD, end);
  }

  private void lineComment() {
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      at++;
    }
  }

  private void blockComment() {
    int start = at;
    int depth = 0;
    do {
      if (at >= text.length()) {
        throw notClosed(start, "comment");
      }
      if (text.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0);
  }

  /** A doubled quote stands for one. */
  private void quoted(Token.Kind kind, int start, int open, char quote, String what) {
    StringBuilder value = new StringBuilder();
    int end = open + 1;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (c != quote) {
        value.append(c);
        end++;
      } else if (end + 1 < text.length() && text.charAt(end + 1) == quote) {
        value.append(quote);
        end += 2;
      } else {
        add(kind, value.toString(), start, end + 1);
        return;
      }
    }
    throw notClosed(start, what);
  }

  /** {@code E'it\'s'}. */
  private void escaped() {
    StringBuilder value = new StringBuilder();
    int end = at + 2;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (c == '\\' && end + 1 < text.length()) {
        char escape = text.charAt(end + 1);
        value.append(
            switch (escape) {
              case 'n' -> '\n';
              case 't' -> '\t';
              case 'r' -> '\r';
              default -> escape;
            });
        end += 2;
      } else if (c == '\'' && !text.startsWith("''", end)) {
        add(Token.Kind.STRING, value.toString(), at, end + 1);
        return;
      } else {
        value.append(c);
        end += c == '\'' ? 2 : 1;
      }
    }
    throw notClosed(at, "string");
  }

  private boolean dollarQuoted() {
    Matcher open = DOLLAR_TAG.matcher(text).region(at, text.length());
    if (!open.lookingAt()) {
      return false;
    }
    int close = text.indexOf(open.group(), open.end());
    if (close < 0) {
      throw notClosed(at, "string " + open.group());
    }
    add(
        Token.Kind.STRING,
        text.substring(open.end(), close),
        at,
        close + open.end() - open.start());
    return true;
  }

  private DefinitionException notClosed(int start, String what) {
    return source.failure(
        ProblemKind.SYNTAX,
        start,
        "the statement is cut off: the " + what + " that begins here is not closed");
  }
}
