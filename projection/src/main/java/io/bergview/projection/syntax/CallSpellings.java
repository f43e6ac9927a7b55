package io.bergview.projection.syntax;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls and operators that other engines spell otherwise than DuckDB. */
final class CallSpellings {
  private static final Pattern ORDERED =
      Pattern.compile(
          "\\b(listagg|string_agg|group_concat|array_agg|list)\\s*(?=\\()",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern WITHIN =
      Pattern.compile("WITHIN\\s+GROUP\\s*(?=\\()", Pattern.CASE_INSENSITIVE);
  private static final Pattern NULLS =
      Pattern.compile("\\b(IGNORE|RESPECT)\\s+NULLS\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern OVERFLOW =
      Pattern.compile("ON\\s+OVERFLOW\\s+ERROR\\b", Pattern.CASE_INSENSITIVE);

  /** Operators that are words, which DuckDB takes for an alias. */
  private static final Map<String, String> OPERATORS =
      Map.of("RLIKE", "~", "REGEXP", "~", "DIV", "//");

  private CallSpellings() {}

  /** {@code a RLIKE b} and {@code a DIV b}. */
  static Optional<RespelledText> operator(RespelledText text, SpellingScan scan, int at) {
    int before = scan.wordBefore(at);
    String operator = OPERATORS.get(scan.word(before));
    if (operator != null && !scan.is(scan.before(before), '.')) {
      return Optional.of(text.with(before, scan.wordEnd(before), operator));
    }
    String negated = OPERATORS.get(scan.word(at));
    return "~".equals(negated) && scan.word(before).equals("NOT")
        ? Optional.of(text.with(before, scan.wordEnd(at), "!~"))
        : Optional.empty();
  }

  /** {@code listagg(x, ',' ON OVERFLOW ERROR)} without what is so anyway. */
  static Optional<RespelledText> overflow(RespelledText text, SpellingScan scan, int at) {
    Matcher words = OVERFLOW.matcher(text.text()).region(at, text.text().length());
    return words.lookingAt() ? Optional.of(text.with(at, words.end(), "")) : Optional.empty();
  }

  /** Spark's {@code exists(list, x -> ...)}, which DuckDB takes for one of a query. */
  static Optional<RespelledText> exists(RespelledText text, SpellingScan scan, int at) {
    int open = scan.before(at);
    int name = scan.wordBefore(Math.max(0, open));
    return scan.is(open, '(') && scan.word(name).equals("EXISTS")
        ? Optional.of(text.with(name, scan.wordEnd(name), "any_match"))
        : Optional.empty();
  }

  /** {@code (a, b) OVERLAPS (c, d)} as {@code overlaps(a, b, c, d)}. */
  static Optional<RespelledText> overlaps(RespelledText text, SpellingScan scan, int at) {
    int close = scan.before(at);
    int next = scan.next(scan.wordEnd(at));
    if (!scan.word(at).equals("OVERLAPS") || !scan.is(close, ')') || !scan.is(next, '(')) {
      return Optional.empty();
    }
    int open = scan.opening(close);
    if (open < 0) {
      return Optional.empty();
    }
    int period = scan.wordBefore(open);
    int start = Set.of("PERIOD", "ROW").contains(scan.word(period)) ? period : open;
    return Optional.of(text.with(close, next + 1, ", ").with(start, open + 1, " overlaps("));
  }

  /**
   * {@code listagg(x, ',') WITHIN GROUP (ORDER BY y)} as {@code listagg(x, ',' ORDER BY y)}: DuckDB
   * refuses it without a place.
   */
  static Optional<RespelledText> withinGroup(RespelledText text) {
    SpellingScan scan = new SpellingScan(text.text());
    Matcher names = ORDERED.matcher(text.text());
    while (names.find()) {
      int close = scan.closing(names.end());
      int after = close < 0 ? -1 : scan.next(close + 1);
      if (after < 0 || !scan.is(names.start(), text.text().charAt(names.start()))) {
        continue;
      }
      Matcher within = WITHIN.matcher(text.text()).region(after, text.text().length());
      int end = within.lookingAt() ? scan.closing(within.end()) : -1;
      if (end > 0) {
        String order = text.text().substring(within.end() + 1, end);
        return Optional.of(text.with(within.start(), end + 1, "").with(close, close, " " + order));
      }
    }
    return Optional.empty();
  }

  /** {@code array_agg(x IGNORE NULLS ORDER BY y)}, where DuckDB stops at the order. */
  static Optional<RespelledText> nullsBeforeOrder(RespelledText text, SpellingScan scan, int at) {
    return scan.word(at).equals("ORDER") && scan.word(scan.wordBefore(at)).equals("NULLS")
        ? nullsOfAggregate(text)
        : Optional.empty();
  }

  /**
   * {@code array_agg(x IGNORE NULLS)} as {@code array_agg(x) FILTER (WHERE (x) IS NOT NULL)};
   * {@code RESPECT NULLS} says nothing. DuckDB refuses both without a place.
   */
  static Optional<RespelledText> nullsOfAggregate(RespelledText text) {
    SpellingScan scan = new SpellingScan(text.text());
    Matcher words = NULLS.matcher(text.text());
    while (words.find()) {
      int open = scan.opening(words.start());
      int close = open < 0 ? -1 : scan.closing(open);
      String name = open < 0 ? "" : scan.word(scan.wordBefore(open));
      boolean aggregate = Set.of("ARRAY_AGG", "LIST", "FIRST", "LAST", "ANY_VALUE").contains(name);
      boolean window = close > 0 && scan.word(scan.next(close + 1)).equals("OVER");
      if (!aggregate || window) {
        continue;
      }
      if (words.group(1).equalsIgnoreCase("RESPECT")) {
        return Optional.of(text.with(words.start(), words.end(), ""));
      }
      String value = text.text().substring(open + 1, words.start()).strip();
      String plain = value.replaceFirst("(?i)^DISTINCT\\s+", "");
      return Optional.of(
          text.with(close + 1, close + 1, " FILTER (WHERE (" + plain + ") IS NOT NULL)")
              .with(words.start(), words.end(), ""));
    }
    return Optional.empty();
  }
}
