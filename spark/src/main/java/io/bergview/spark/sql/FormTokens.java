package io.bergview.spark.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words and signs of a form, read from the first to the last. */
final class FormTokens {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s+|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\\{(?:\\d+|\\*)}"
              + "|\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|[A-Za-z_]\\w*"
              + "|\\|\\||//|<<|>>|<=|>=|<>|!=|:=|.");

  private final String form;
  private final List<String> tokens = new ArrayList<>();
  private int next;

  FormTokens(String form) {
    this.form = form;
    for (Matcher token = TOKEN.matcher(form); token.find(); ) {
      if (!token.group().isBlank()) {
        tokens.add(token.group());
      }
    }
  }

  /** Empty at the end. */
  String peek() {
    return peek(0);
  }

  String peek(int ahead) {
    return next + ahead < tokens.size() ? tokens.get(next + ahead) : "";
  }

  String next() {
    if (next == tokens.size()) {
      throw error("more");
    }
    return tokens.get(next++);
  }

  /** Reads these words, in any case, where they come next. */
  boolean take(String... words) {
    for (int i = 0; i < words.length; i++) {
      if (!peek(i).equalsIgnoreCase(words[i])) {
        return false;
      }
    }
    next += words.length;
    return true;
  }

  void expect(String word) {
    if (!take(word)) {
      throw error(word);
    }
  }

  /** A name, without its quotes. */
  String name() {
    String token = next();
    if (token.startsWith("\"")) {
      return token.substring(1, token.length() - 1).replace("\"\"", "\"");
    }
    if (!token.matches("[A-Za-z_]\\w*")) {
      throw error("a name");
    }
    return token;
  }

  int number() {
    return Integer.parseInt(next());
  }

  IllegalArgumentException error(String expected) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "the form %s needs %s at its token %d, '%s'",
            form,
            expected,
            next + 1,
            peek()));
  }
}
