package io.bergview.projection.syntax;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Intervals in standard SQL that DuckDB does not read. */
final class IntervalSpellings {
  private static final Set<String> UNITS =
      Set.of(
          "YEAR", "YEARS", "MONTH", "MONTHS", "DAY", "DAYS", "HOUR", "HOURS", "MINUTE", "MINUTES",
          "SECOND", "SECONDS");

  private static final Pattern LITERAL =
      Pattern.compile(
          "\\bINTERVAL\\s*([+-]?)\\s*'([^']*)'\\s*(\\w+\\s+TO\\s+\\w+)", Pattern.CASE_INSENSITIVE);

  private IntervalSpellings() {}

  /** {@code (a - b) DAY TO SECOND} as {@code interval_between('DAY TO SECOND', (a - b))}. */
  static Optional<RespelledText> difference(RespelledText text, SpellingScan scan, int at) {
    int close = scan.before(at);
    if (!UNITS.contains(scan.word(at)) || !scan.is(close, ')')) {
      return Optional.empty();
    }
    int open = scan.opening(close);
    int end = end(scan, at);
    if (open < 0 || !scan.word(scan.wordBefore(open)).isEmpty() && !isKeyword(scan, open)) {
      return Optional.empty();
    }
    String units = text.text().substring(at, end).replaceAll("\\s+", " ");
    return Optional.of(
        text.with(at, end, ")").with(open, open, "interval_between('" + units + "', "));
  }

  private static boolean isKeyword(SpellingScan scan, int open) {
    return Set.of(
            "SELECT",
            "AND",
            "OR",
            "NOT",
            "WHEN",
            "THEN",
            "ELSE",
            "WHERE",
            "ON",
            "BY",
            "DISTINCT",
            "BETWEEN",
            "HAVING",
            "CASE")
        .contains(scan.word(scan.wordBefore(open)));
  }

  /** After {@code DAY} or {@code DAY TO SECOND}. */
  private static int end(SpellingScan scan, int at) {
    int end = scan.wordEnd(at);
    int to = scan.next(end);
    int last = scan.next(scan.wordEnd(to));
    return scan.word(to).equals("TO") && UNITS.contains(scan.word(last)) ? scan.wordEnd(last) : end;
  }

  /** {@code INTERVAL '1-2' YEAR TO MONTH} as a call, wherever the first one stands. */
  static Optional<RespelledText> literal(RespelledText text) {
    Matcher written = LITERAL.matcher(text.text());
    return written.find()
        ? Optional.of(
            text.with(
                written.start(),
                written.end(),
                "interval_value('%s', '%s%s')"
                    .formatted(
                        written.group(3).replaceAll("\\s+", " "),
                        written.group(1).replace("+", ""),
                        written.group(2))))
        : Optional.empty();
  }

  /** {@code INTERVAL t.x DAY} as {@code INTERVAL (t.x) DAY}. */
  static Optional<RespelledText> amount(RespelledText text, SpellingScan scan, int at) {
    int first = scan.is(at, '.') ? scan.wordBefore(at) : at;
    if (!scan.word(scan.wordBefore(first)).equals("INTERVAL") || scan.word(first).isEmpty()) {
      return Optional.empty();
    }
    int end = scan.wordEnd(first);
    while (scan.is(end, '.')) {
      end = scan.wordEnd(end + 1);
    }
    return Optional.of(text.with(end, end, ")").with(first, first, "("));
  }
}
