package io.bergview.projection.syntax;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * Finds words and parentheses in a query around a place. What stands in quotes and comments is
 * skipped.
 */
final class SpellingScan {
  private final String text;

  /** What each character is part of. */
  private final Part[] parts;

  private enum Part {
    CODE,
    QUOTED,
    COMMENT
  }

  SpellingScan(String text) {
    this.text = text;
    this.parts = new Part[text.length()];
    Arrays.fill(parts, Part.CODE);
    int i = 0;
    while (i < text.length()) {
      int end = skipped(i);
      char first = text.charAt(i);
      Arrays.fill(parts, i, end, first == '\'' || first == '"' ? Part.QUOTED : Part.COMMENT);
      i = Math.max(end, i + 1);
    }
  }

  /** After the quoted text or comment that begins at a place; the place itself where none does. */
  private int skipped(int i) {
    char c = text.charAt(i);
    if (c == '\'' || c == '"') {
      int close = text.indexOf(c, i + 1);
      return close < 0 ? text.length() : close + 1;
    }
    if (text.startsWith("--", i)) {
      int line = text.indexOf('\n', i);
      return line < 0 ? text.length() : line;
    }
    if (text.startsWith("/*", i)) {
      int close = text.indexOf("*/", i + 2);
      return close < 0 ? text.length() : close + 2;
    }
    return i;
  }

  private boolean isWhite(int at) {
    return parts[at] == Part.COMMENT || isCode(at) && Character.isWhitespace(text.charAt(at));
  }

  private boolean isCode(int at) {
    return parts[at] == Part.CODE;
  }

  /** Whether a text in quotes begins or ends at a place. */
  boolean isQuote(int at, char quote) {
    return at >= 0 && at < text.length() && parts[at] == Part.QUOTED && text.charAt(at) == quote;
  }

  /** After the text in quotes at a place; quotes in it are doubled. */
  int quotedEnd(int at) {
    int end = at;
    while (end < text.length() && parts[end] == Part.QUOTED) {
      end++;
    }
    return end;
  }

  /** The last character before a place that is neither white space nor comment; -1 for none. */
  int before(int at) {
    int last = at - 1;
    while (last >= 0 && isWhite(last)) {
      last--;
    }
    return last;
  }

  /** The first character from a place on that is neither white space nor comment. */
  int next(int at) {
    int next = at;
    while (next < text.length() && isWhite(next)) {
      next++;
    }
    return next;
  }

  /** Whether a character is there, as code. */
  boolean is(int at, char c) {
    return at >= 0 && at < text.length() && isCode(at) && text.charAt(at) == c;
  }

  private boolean isWord(int at) {
    return at >= 0
        && at < text.length()
        && isCode(at)
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_');
  }

  /** The word that begins at a place, in upper case; empty where none does. */
  String word(int at) {
    return isWord(at) && !isWord(at - 1)
        ? text.substring(at, wordEnd(at)).toUpperCase(Locale.ROOT)
        : "";
  }

  int wordEnd(int at) {
    int end = at;
    while (isWord(end)) {
      end++;
    }
    return end;
  }

  /** Where the word ends that stands before a place; its beginning. */
  int wordBefore(int at) {
    int start = before(at) + 1;
    while (isWord(start - 1)) {
      start--;
    }
    return start;
  }

  /** After the last of a word before a place that is in no deeper parentheses; -1 for none. */
  int afterBack(int at, String word) {
    int depth = 0;
    for (int i = at - 1; i >= 0 && depth <= 0; i--) {
      if (isCode(i)) {
        depth += depth(text.charAt(i));
        if (depth == 0 && word(i).equals(word)) {
          return wordEnd(i);
        }
      }
    }
    return -1;
  }

  /** The parenthesis, bracket or brace around a place; -1 where there is none. */
  int opening(int at) {
    int depth = 0;
    for (int i = at - 1; i >= 0; i--) {
      if (isCode(i)) {
        depth += depth(text.charAt(i));
        if (depth > 0) {
          return i;
        }
      }
    }
    return -1;
  }

  /** What closes the parenthesis, bracket or brace at a place; -1 where nothing does. */
  int closing(int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      if (isCode(i)) {
        depth += depth(text.charAt(i));
        if (depth == 0) {
          return i;
        }
      }
    }
    return -1;
  }

  private static int depth(char c) {
    return c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
  }

  /** The first of some words from a place on that is in no deeper parentheses; else the end. */
  int endAt(int from, Set<String> words) {
    int depth = 0;
    int cases = 0;
    for (int i = from; i < text.length(); i++) {
      if (!isCode(i)) {
        continue;
      }
      depth += depth(text.charAt(i));
      if (depth < 0) {
        return i;
      }
      String word = word(i);
      if (word.equals("CASE")) {
        cases++;
      } else if (word.equals("END") && cases > 0) {
        cases--;
      } else if (depth == 0
          && cases == 0
          && (words.contains(word) || words.contains(text.substring(i, i + 1)))) {
        return i;
      }
    }
    return text.length();
  }
}
