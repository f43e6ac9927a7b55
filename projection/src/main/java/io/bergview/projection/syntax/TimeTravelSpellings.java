package io.bergview.projection.syntax;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table as it was, which DuckDB spells {@code t AS o AT (VERSION => 3)}: SQL:2011, Trino and
 * BigQuery have {@code t FOR SYSTEM_TIME AS OF time AS o}, Spark leaves {@code FOR} out.
 */
final class TimeTravelSpellings {
  private static final Map<String, String> UNITS =
      Map.of(
          "SYSTEM_TIME", "TIMESTAMP",
          "TIMESTAMP", "TIMESTAMP",
          "SYSTEM_VERSION", "VERSION",
          "VERSION", "VERSION");

  /** What may follow a table without being its alias, besides what may follow a join. */
  private static final Set<String> AFTER_TABLE =
      Set.of(
          "ON",
          "USING",
          "POSITIONAL",
          "UNPIVOT",
          "TABLESAMPLE",
          "MATCH_CONDITION",
          "FOR",
          "SELECT");

  private TimeTravelSpellings() {}

  /** {@code t FOR VERSION AS OF 3 AS o} and {@code t VERSION AS OF 3 AS o}. */
  static Optional<RespelledText> asOf(RespelledText text, SpellingScan scan, int at) {
    boolean standard = scan.word(at).equals("FOR");
    int unit = standard ? scan.next(scan.wordEnd(at)) : scan.wordBefore(at);
    int as = standard ? scan.next(scan.wordEnd(unit)) : at;
    int of = scan.next(scan.wordEnd(as));
    int start = standard ? at : unit;
    String meant = UNITS.get(scan.word(unit));
    if (meant == null
        || !scan.word(as).equals("AS")
        || !scan.word(of).equals("OF")
        || !endsName(scan, scan.before(start))) {
      return Optional.empty();
    }
    int value = scan.next(scan.wordEnd(of));
    int end = value(scan, value);
    if (end <= value) {
      return Optional.empty();
    }
    Alias alias = Alias.at(text, scan, scan.next(end));
    return Optional.of(
        alias
            .without(text)
            .with(end, end, ")")
            .with(start, value, alias.written() + "AT (" + meant + " => "));
  }

  /** {@code t AT (VERSION => 3) AS o}. */
  static Optional<RespelledText> alias(RespelledText text, SpellingScan scan, int at) {
    int close = scan.before(at);
    int open = scan.is(close, ')') ? scan.opening(close) : -1;
    int word = open < 0 ? -1 : scan.wordBefore(open);
    if (word < 0 || !scan.word(word).equals("AT") || !endsName(scan, scan.before(word))) {
      return Optional.empty();
    }
    Alias alias = Alias.at(text, scan, at);
    return alias.isNone()
        ? Optional.empty()
        : Optional.of(alias.without(text).with(word, word, alias.written()));
  }

  /** Whether a name ends at a place: nothing else can be read as of a time. */
  private static boolean endsName(SpellingScan scan, int last) {
    return scan.isQuote(last, '"') || !scan.word(scan.wordBefore(last + 1)).isEmpty();
  }

  /** After a value, and others that are added to it or taken away; where it begins for none. */
  private static int value(SpellingScan scan, int at) {
    int end = term(scan, at);
    for (int sign = scan.next(end);
        end > at && (scan.is(sign, '+') || scan.is(sign, '-'));
        sign = scan.next(end)) {
      int next = scan.next(sign + 1);
      int after = term(scan, next);
      if (after == next) {
        return end;
      }
      end = after;
    }
    return end;
  }

  /** A literal, perhaps with its type, a call, or what stands in parentheses. */
  private static int term(SpellingScan scan, int at) {
    if (scan.isQuote(at, '\'')) {
      return cast(scan, scan.quotedEnd(at));
    }
    if (scan.is(at, '(')) {
      return cast(scan, scan.closing(at) + 1);
    }
    if (scan.is(at, '-')) {
      int number = scan.next(at + 1);
      return scan.word(number).isEmpty() ? at : scan.wordEnd(number);
    }
    String word = scan.word(at);
    if (word.isEmpty()) {
      return at;
    }
    int end = scan.wordEnd(at);
    int next = scan.next(end);
    if (scan.is(next, '(')) {
      end = scan.closing(next) + 1;
      next = scan.next(end);
    }
    if (scan.word(next).equals("WITH") || scan.word(next).equals("WITHOUT")) {
      next = scan.next(scan.wordEnd(scan.next(scan.wordEnd(scan.next(scan.wordEnd(next))))));
    }
    if (scan.isQuote(next, '\'')) {
      end = scan.quotedEnd(next);
      int unit = scan.next(end);
      return word.equals("INTERVAL") ? Math.max(end, scan.wordEnd(unit)) : end;
    }
    return cast(scan, end);
  }

  /** After {@code ::type}, if that follows. */
  private static int cast(SpellingScan scan, int end) {
    int colon = scan.next(end);
    return scan.is(colon, ':') && scan.is(colon + 1, ':')
        ? scan.wordEnd(scan.next(colon + 2))
        : end;
  }

  /**
   * The name that a table gets after it.
   *
   * @param written with a blank on either side
   */
  private record Alias(int start, int end, String written) {
    static Alias at(RespelledText text, SpellingScan scan, int at) {
      boolean as = scan.word(at).equals("AS");
      int name = as ? scan.next(scan.wordEnd(at)) : at;
      String word = scan.word(name);
      boolean quoted = scan.isQuote(name, '"');
      if (!quoted && (word.isEmpty() || !as && mayFollow(word))) {
        return new Alias(at, at, " ");
      }
      int end = quoted ? scan.quotedEnd(name) : scan.wordEnd(name);
      int columns = scan.next(end);
      if (scan.is(columns, '(') && scan.closing(columns) > 0) {
        end = scan.closing(columns) + 1;
      }
      return new Alias(at, end, " " + text.text().substring(at, end) + " ");
    }

    boolean isNone() {
      return start == end;
    }

    RespelledText without(RespelledText text) {
      return text.with(start, end, "");
    }
  }

  private static boolean mayFollow(String word) {
    return AFTER_TABLE.contains(word) || OtherSpellings.AFTER_JOIN.contains(word);
  }
}
