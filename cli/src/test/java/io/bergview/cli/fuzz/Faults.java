package io.bergview.cli.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What must not come of any input. */
final class Faults {
  /** A hundred problems, each with a value of 200 characters in it. */
  private static final int LONGEST_MESSAGE = 40_000;

  private record Sign(String name, Pattern pattern) {}

  private static final List<Sign> SIGNS =
      List.of(
          sign("code INTERNAL", "\\bINTERNAL\\b|a defect of its own"),
          sign("an exception's class", "\\b(?:[a-z]+\\.)*[A-Z][a-z]\\w*(?:Exception|Error)\\b"),
          sign("a stack trace", "(?m)^\\s+at [\\w.$/]+\\(|Suppressed: |Caused by: "),
          sign("a Java name", "\\b(?:java|javax|jdk|sun|org|com|net)\\.[a-z]+\\.[\\w.]+[A-Z]\\w+"),
          sign(
              "SQL",
              "(?s)\\bSELECT\\b.{1,2000}?\\bFROM\\b|\\bCREATE (?:OR REPLACE )?(?:TEMP"
                  + " )?(?:TABLE|VIEW)\\b|\\bINSERT INTO\\b|\\bread_parquet\\b|\\bCAST\\(|LINE"
                  + " \\d+: |\\bCOPY \\("),
          sign(
              "words of the database",
              "(?:Binder|Parser|Catalog|Conversion|Out of Range|Invalid Input|IO|Serialization)"
                  + " Error|Invalid Error|\\[SQLITE_|SQLSTATE|(?i:\\bduckdb\\b)"),
          sign(
              "words of a library",
              "StreamReadFeature|fasterxml|Unexpected character \\(|JsonToken|snakeyaml|in"
                  + " 'reader'"
                  + "|(?i:javalin|jetty|servlet|picocli|hikari|logback)|For input string|Invalid"
                  + " range!|Cannot (?:parse|convert) [^'`]*\\bto (?:int|long)|Cannot parse"
                  + " (?:missing|to)|Missing (?:int|long|string): "),
          sign("null in a message", "(?:: null\\b(?!,)|'null'|\\bnull null\\b)"));

  /** Line ends and tabs are all that a message may move a terminal with. */
  private static final Pattern CONTROL =
      Pattern.compile(
          "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]");

  private Faults() {}

  private static Sign sign(String name, String pattern) {
    return new Sign(name, Pattern.compile(pattern));
  }

  /**
   * The faults of an outcome.
   *
   * @param input whose own words are no fault where a message quotes them
   */
  static List<String> of(String input, Surface.Outcome outcome, List<String> secrets) {
    List<String> faults = new ArrayList<>(outcome.faults());
    String messages = outcome.messages();
    for (Sign sign : SIGNS) {
      Matcher found = sign.pattern().matcher(messages);
      while (found.find()) {
        boolean quoted = found.group().contains("null") && input.contains("null");
        if (!quoted && !input.contains(found.group())) {
          faults.add(sign.name() + ": " + around(messages, found));
          break;
        }
      }
    }
    Matcher control = CONTROL.matcher(messages);
    if (control.find()) {
      faults.add("a control character in a message: " + around(messages, control));
    }
    if (messages.length() > LONGEST_MESSAGE) {
      faults.add("messages of %d characters".formatted(messages.length()));
    }
    for (String secret : secrets) {
      if (messages.contains(secret) || outcome.data().contains(secret)) {
        faults.add("a secret is shown");
      }
    }
    return faults;
  }

  private static String around(String text, Matcher found) {
    int from = Math.max(0, found.start() - 60);
    int to = Math.min(text.length(), found.end() + 120);
    return Printable.of(text.substring(from, to));
  }
}
