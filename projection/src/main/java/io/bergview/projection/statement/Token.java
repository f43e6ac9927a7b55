package io.bergview.projection.statement;

/**
 * A token of SQL.
 *
 * @param text of a string or a quoted name without its quotes; otherwise as written
 * @param start offset of its first character
 * @param end offset after its last character
 */
record Token(Kind kind, String text, int start, int end) {
  /** The kinds of token. */
  enum Kind {
    WORD,
    QUOTED_NAME,
    STRING,
    NUMBER,
    SYMBOL,
    /** After the last token of a statement. */
    END
  }

  /** Whether it is this keyword, in any case and without quotes. */
  boolean is(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  boolean isSymbol(char symbol) {
    return kind == Kind.SYMBOL && text.length() == 1 && text.charAt(0) == symbol;
  }

  /** For messages. */
  String shown() {
    return switch (kind) {
      case STRING -> "the string '" + shortened() + "'";
      case QUOTED_NAME -> "the name \"" + shortened() + "\"";
      case END -> "the end of the statement";
      default -> "'" + shortened() + "'";
    };
  }

  private String shortened() {
    int shown = 40;
    return text.codePointCount(0, text.length()) <= shown
        ? text
        : text.substring(0, text.offsetByCodePoints(0, shown)) + "...";
  }
}
