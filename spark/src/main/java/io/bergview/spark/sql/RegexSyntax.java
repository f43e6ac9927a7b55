package io.bergview.spark.sql;

/** Regular expressions of RE2, which DuckDB has, as Java reads them. */
final class RegexSyntax {
  private RegexSyntax() {}

  /** Only a line feed ends a line, and {@code $} is the end of the text. */
  static String java(String re2, boolean anyCase) {
    StringBuilder java = new StringBuilder(anyCase ? "(?diu)" : "(?d)");
    boolean lines = re2.startsWith("(?m") || re2.contains("(?m");
    boolean inClass = false;
    for (int i = 0; i < re2.length(); i++) {
      char c = re2.charAt(i);
      if (c == '\\' && re2.startsWith("\\Q", i)) {
        int end = re2.indexOf("\\E", i);
        java.append(re2, i, end < 0 ? re2.length() : end + 2);
        i = end < 0 ? re2.length() : end + 1;
      } else if (c == '\\' && i + 1 < re2.length()) {
        char next = re2.charAt(++i);
        java.append(escaped(next, inClass));
      } else if (inClass && c == '[' && re2.startsWith("[:", i) && re2.indexOf(":]", i) > 0) {
        int end = re2.indexOf(":]", i);
        java.append(posix(re2.substring(i + 2, end)));
        i = end + 1;
      } else if (inClass && (c == '[' || c == '&')) {
        java.append('\\').append(c);
      } else if (inClass && c == ']') {
        inClass = false;
        java.append(c);
      } else if (!inClass && c == '[') {
        inClass = true;
        int first = re2.startsWith("^", i + 1) ? 1 : 0;
        java.append(re2, i, i + 1 + first);
        i += first;
        if (re2.startsWith("]", i + 1)) {
          java.append("\\]");
          i++;
        }
      } else if (!inClass && c == '$' && !lines) {
        java.append("\\z");
      } else if (!inClass && re2.startsWith("(?P<", i)) {
        java.append("(?<");
        i += 3;
      } else {
        java.append(c);
      }
    }
    return java.toString();
  }

  /** RE2 takes a vertical tab for no space. */
  private static String escaped(char letter, boolean inClass) {
    String spaces = "\\t\\n\\f\\r ";
    return switch (letter) {
      case 'v' -> "\\x0B";
      case 's' -> inClass ? spaces : "[" + spaces + "]";
      case 'S' -> inClass ? "\\S" : "[^" + spaces + "]";
      default -> "\\" + letter;
    };
  }

  private static String posix(String name) {
    boolean negated = name.startsWith("^");
    String plain = negated ? name.substring(1) : name;
    String letter = negated ? "\\P" : "\\p";
    return switch (plain) {
      case "alpha" -> letter + "{Alpha}";
      case "digit" -> letter + "{Digit}";
      case "alnum" -> letter + "{Alnum}";
      case "upper" -> letter + "{Upper}";
      case "lower" -> letter + "{Lower}";
      case "punct" -> letter + "{Punct}";
      case "graph" -> letter + "{Graph}";
      case "print" -> letter + "{Print}";
      case "blank" -> letter + "{Blank}";
      case "cntrl" -> letter + "{Cntrl}";
      case "xdigit" -> letter + "{XDigit}";
      case "space" -> letter + "{Space}";
      case "ascii" -> letter + "{ASCII}";
      case "word" -> negated ? "\\W" : "\\w";
      default -> throw new UnsupportedOnSpark("character class " + name);
    };
  }

  /** What replaces a match: {@code \1} is the first group. */
  static String replacement(String re2) {
    StringBuilder java = new StringBuilder();
    for (int i = 0; i < re2.length(); i++) {
      char c = re2.charAt(i);
      boolean escaped = c == '\\' && i + 1 < re2.length();
      if (escaped && Character.isDigit(re2.charAt(i + 1))) {
        java.append('$').append(re2.charAt(++i));
        boolean digit = i + 1 < re2.length() && Character.isDigit(re2.charAt(i + 1));
        java.append(digit ? "\\" : "");
      } else if (escaped && re2.charAt(i + 1) == '\\') {
        java.append("\\\\");
        i++;
      } else if (c == '\\' || c == '$') {
        java.append('\\').append(c);
      } else {
        java.append(c);
      }
    }
    return java.toString();
  }
}
