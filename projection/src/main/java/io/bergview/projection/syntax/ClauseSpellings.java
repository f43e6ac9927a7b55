package io.bergview.projection.syntax;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Clauses of queries that other engines spell otherwise than DuckDB. */
final class ClauseSpellings {
  private static final Pattern LATERAL_VIEW =
      Pattern.compile(
          "LATERAL\\s+VIEW\\s+(OUTER\\s+)?(explode|posexplode|inline)(?=\\s*\\()",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern NAMES =
      Pattern.compile("\\s*\\b(\\w+)\\s+AS\\s+(\\w+(?:\\s*,\\s*\\w+)*)", Pattern.CASE_INSENSITIVE);
  private static final Pattern TIES =
      Pattern.compile("FETCH\\s+(?:FIRST|NEXT)\\s+(\\d+)\\s+ROWS?\\s+$", Pattern.CASE_INSENSITIVE);
  private static final Pattern WITH_TIES =
      Pattern.compile("WITH\\s+TIES\\b", Pattern.CASE_INSENSITIVE);
  private static final Set<String> SET_OPERATIONS =
      Set.of("UNION", "INTERSECT", "EXCEPT", "MINUS", ";");

  private ClauseSpellings() {}

  /**
   * {@code LATERAL VIEW explode(x) t AS c} as {@code CROSS JOIN unnest(x) t(c)}, {@code OUTER} as a
   * left join.
   */
  static Optional<RespelledText> lateralView(RespelledText text, SpellingScan scan, int at) {
    Matcher words = LATERAL_VIEW.matcher(text.text()).region(at, text.text().length());
    if (!words.lookingAt()) {
      return Optional.empty();
    }
    int end = scan.closing(scan.next(words.end())) + 1;
    Matcher names = NAMES.matcher(text.text()).region(end, text.text().length());
    if (end == 0 || !names.lookingAt()) {
      return Optional.empty();
    }
    boolean outer = words.group(1) != null;
    String name = " %s(%s)%s".formatted(names.group(1), names.group(2), outer ? " ON true" : "");
    String join = (outer ? "LEFT JOIN " : "CROSS JOIN ") + words.group(2);
    return Optional.of(text.with(names.start(), names.end(), name).with(at, words.end(), join));
  }

  /** {@code MINUS} as {@code EXCEPT}: DuckDB takes it for an alias. */
  static Optional<RespelledText> minus(RespelledText text, SpellingScan scan, int at) {
    int word = scan.wordBefore(at);
    if (scan.is(scan.before(at), '(')) {
      word = scan.wordBefore(scan.before(at));
    }
    return scan.word(word).equals("MINUS") && scan.word(at).equals("SELECT")
        ? Optional.of(text.with(word, scan.wordEnd(word), "EXCEPT"))
        : Optional.empty();
  }

  /** {@code LEFT SEMI JOIN} and {@code LEFT ANTI JOIN} without LEFT. */
  static Optional<RespelledText> leftSemi(RespelledText text, SpellingScan scan, int at) {
    int left = scan.wordBefore(at);
    return Set.of("SEMI", "ANTI").contains(scan.word(at)) && scan.word(left).equals("LEFT")
        ? Optional.of(text.with(left, at, ""))
        : Optional.empty();
  }

  /** {@code SELECT TOP 2 x FROM t} as {@code SELECT x FROM t LIMIT 2}. */
  static Optional<RespelledText> top(RespelledText text, SpellingScan scan, int at) {
    int top = scan.wordBefore(at);
    int end = scan.wordEnd(at);
    if (!scan.word(top).equals("TOP")
        || !scan.word(scan.wordBefore(top)).equals("SELECT")
        || !scan.word(at).matches("\\d+")) {
      return Optional.empty();
    }
    int last = scan.endAt(end, SET_OPERATIONS);
    return Optional.of(text.with(last, last, " LIMIT " + scan.word(at)).with(top, end, ""));
  }

  /** {@code FETCH FIRST n ROWS WITH TIES} as {@code LIMIT with_ties(n)}. */
  static Optional<RespelledText> ties(RespelledText text, SpellingScan scan, int at) {
    Matcher ties = WITH_TIES.matcher(text.text()).region(at, text.text().length());
    Matcher fetch = TIES.matcher(text.text()).region(0, at);
    return ties.lookingAt() && fetch.find()
        ? Optional.of(
            text.with(fetch.start(), ties.end(), "LIMIT with_ties(" + fetch.group(1) + ")"))
        : Optional.empty();
  }

  /** {@code GROUP BY a, b WITH ROLLUP} as {@code GROUP BY ROLLUP (a, b)}. */
  static Optional<RespelledText> rollup(RespelledText text, SpellingScan scan, int at) {
    int kind = scan.next(scan.wordEnd(at));
    int list = scan.afterBack(at, "BY");
    return scan.word(at).equals("WITH")
            && Set.of("ROLLUP", "CUBE").contains(scan.word(kind))
            && list > 0
        ? Optional.of(
            text.with(at, scan.wordEnd(kind), ")").with(list, list, " " + scan.word(kind) + " ("))
        : Optional.empty();
  }

  /** {@code CROSS APPLY} and {@code OUTER APPLY} of a subquery as lateral joins. */
  static Optional<RespelledText> apply(RespelledText text, SpellingScan scan, int at) {
    boolean outer = scan.word(at).equals("OUTER");
    int word = outer ? scan.next(scan.wordEnd(at)) : at;
    int open = scan.next(scan.wordEnd(word));
    int close = scan.is(open, '(') ? scan.closing(open) : -1;
    if (!scan.word(word).equals("APPLY") || close < 0) {
      return Optional.empty();
    }
    if (!outer) {
      return scan.word(scan.wordBefore(at)).equals("CROSS")
          ? Optional.of(text.with(at, scan.wordEnd(at), "JOIN LATERAL"))
          : Optional.empty();
    }
    int name = scan.next(close + 1);
    name = scan.word(name).equals("AS") ? scan.next(scan.wordEnd(name)) : name;
    return scan.word(name).isEmpty()
        ? Optional.empty()
        : Optional.of(
            text.with(scan.wordEnd(name), scan.wordEnd(name), " ON true")
                .with(at, scan.wordEnd(word), "LEFT JOIN LATERAL"));
  }

  /** {@code FROM TABLE(f(x))} as {@code FROM f(x)}, and a table as an argument as its query. */
  static Optional<RespelledText> table(RespelledText text, SpellingScan scan, int at) {
    int open = scan.next(scan.wordEnd(at));
    if (!scan.word(at).equals("TABLE")) {
      return Optional.empty();
    }
    if (scan.is(open, '(')) {
      int close = scan.closing(open);
      return close < 0
          ? Optional.empty()
          : Optional.of(text.with(close, close + 1, "").with(at, open + 1, ""));
    }
    int end = scan.endAt(at, Set.of(","));
    return scan.opening(at) < 0
        ? Optional.empty()
        : Optional.of(text.with(end, end, ")").with(at, at, "("));
  }

  /** {@code VALUES 1, 2} as {@code VALUES (1), (2)}. */
  static Optional<RespelledText> values(RespelledText text, SpellingScan scan, int at) {
    if (!scan.word(scan.wordBefore(at)).equals("VALUES") || scan.is(at, '(')) {
      return Optional.empty();
    }
    int end = scan.endAt(at, Set.of(",", "UNION", "INTERSECT", "EXCEPT", ";"));
    RespelledText made = text.with(end, end, ")").with(at, at, "(");
    while (scan.is(end, ',')) {
      int next = scan.next(end + 1);
      int shift = made.text().length() - text.text().length();
      end = scan.endAt(next, Set.of(",", "UNION", "INTERSECT", "EXCEPT", ";"));
      made = made.with(end + shift, end + shift, ")").with(next + shift, next + shift, "(");
    }
    return Optional.of(made);
  }
}
