package io.bergview.projection.syntax;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What other engines spell otherwise than DuckDB, which stops there. */
final class OtherSpellings {
  private static final Pattern NULLS =
      Pattern.compile("(?:IGNORE|RESPECT)\\s+NULLS\\b", Pattern.CASE_INSENSITIVE);
  private static final String MATCH = "MATCH_CONDITION";
  private static final Set<String> UNITS =
      Set.of(
          "MILLENNIUM",
          "CENTURY",
          "DECADE",
          "YEAR",
          "QUARTER",
          "MONTH",
          "WEEK",
          "DAY",
          "HOUR",
          "MINUTE",
          "SECOND",
          "MILLISECOND",
          "MICROSECOND",
          "DATE",
          "TIME",
          "TIMESTAMP");
  private static final Set<String> ROUNDED = Set.of("CEIL", "CEILING", "FLOOR");

  /** What may follow a join, in SQL. */
  static final Set<String> AFTER_JOIN =
      Set.of(
          "WHERE",
          "GROUP",
          "HAVING",
          "ORDER",
          "LIMIT",
          "OFFSET",
          "FETCH",
          "QUALIFY",
          "WINDOW",
          "UNION",
          "INTERSECT",
          "EXCEPT",
          "JOIN",
          "LEFT",
          "RIGHT",
          "FULL",
          "INNER",
          "CROSS",
          "NATURAL",
          "ASOF",
          "SEMI",
          "ANTI",
          "LATERAL",
          "PIVOT",
          ",",
          ";");

  /** What a rule makes of the text; empty where it is not meant. */
  private interface Rule {
    Optional<RespelledText> apply(RespelledText text, SpellingScan scan, int at);
  }

  private static final List<Rule> RULES =
      List.of(
          OtherSpellings::nulls,
          ClauseSpellings::lateralView,
          OtherSpellings::array,
          OtherSpellings::some,
          OtherSpellings::safeCast,
          OtherSpellings::roundedTo,
          OtherSpellings::map,
          OtherSpellings::symmetric,
          OtherSpellings::asofSide,
          OtherSpellings::matchCondition,
          IntervalSpellings::difference,
          IntervalSpellings::amount,
          OtherSpellings::typeOfMap,
          TimeTravelSpellings::asOf,
          TimeTravelSpellings::alias,
          OtherSpellings::alias,
          ClauseSpellings::minus,
          ClauseSpellings::leftSemi,
          ClauseSpellings::top,
          ClauseSpellings::ties,
          ClauseSpellings::rollup,
          ClauseSpellings::apply,
          ClauseSpellings::table,
          ClauseSpellings::values,
          CallSpellings::operator,
          CallSpellings::overflow,
          CallSpellings::exists,
          CallSpellings::nullsBeforeOrder,
          CallSpellings::overlaps);

  private OtherSpellings() {}

  /**
   * The text with what stands at a place in DuckDB's spelling.
   *
   * @param at where DuckDB stopped
   */
  static Optional<RespelledText> repaired(RespelledText text, int at) {
    if (at < 0) {
      return IntervalSpellings.literal(text)
          .or(() -> CallSpellings.withinGroup(text))
          .or(() -> CallSpellings.nullsOfAggregate(text));
    }
    if (at >= text.text().length()) {
      return Optional.empty();
    }
    SpellingScan scan = new SpellingScan(text.text());
    return RULES.stream().flatMap(rule -> rule.apply(text, scan, at).stream()).findFirst();
  }

  /** {@code lag(x) IGNORE NULLS} as {@code lag(x IGNORE NULLS)}. */
  private static Optional<RespelledText> nulls(RespelledText text, SpellingScan scan, int at) {
    int close = scan.before(at);
    Matcher words = NULLS.matcher(text.text()).region(at, text.text().length());
    if (!scan.is(close, ')') || !words.lookingAt()) {
      return Optional.empty();
    }
    String written = " " + words.group() + ")";
    return Optional.of(text.with(close, words.end(), written));
  }

  /** {@code array(a, b)}, which DuckDB takes for one of a query, as {@code array[a, b]}. */
  private static Optional<RespelledText> array(RespelledText text, SpellingScan scan, int at) {
    int open = scan.before(at);
    if (!scan.is(open, '(') || !scan.word(scan.wordBefore(open)).equals("ARRAY")) {
      return Optional.empty();
    }
    int close = scan.closing(open);
    return close < 0
        ? Optional.empty()
        : Optional.of(text.with(open, open + 1, "[").with(close, close + 1, "]"));
  }

  /** The aggregates {@code some(x)} and {@code any(x)}, whose names DuckDB reserves. */
  private static Optional<RespelledText> some(RespelledText text, SpellingScan scan, int at) {
    String word = scan.word(at);
    boolean called = scan.is(scan.next(scan.wordEnd(at)), '(');
    return called && (word.equals("SOME") || word.equals("ANY"))
        ? Optional.of(text.with(at, scan.wordEnd(at), "bool_or"))
        : Optional.empty();
  }

  /** {@code SAFE_CAST(x AS type)} as {@code TRY_CAST(x AS type)}. */
  private static Optional<RespelledText> safeCast(RespelledText text, SpellingScan scan, int at) {
    int name = scan.wordBefore(Math.max(0, scan.opening(at)));
    return scan.word(at).equals("AS") && scan.word(name).equals("SAFE_CAST")
        ? Optional.of(text.with(name, scan.wordEnd(name), "TRY_CAST"))
        : Optional.empty();
  }

  /** {@code ceil(x TO MONTH)} as {@code ceil(x, 'MONTH')}. */
  private static Optional<RespelledText> roundedTo(RespelledText text, SpellingScan scan, int at) {
    int open = Math.max(0, scan.opening(at));
    int unit = scan.next(scan.wordEnd(at));
    if (!scan.word(at).equals("TO")
        || !ROUNDED.contains(scan.word(scan.wordBefore(open)))
        || scan.word(unit).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(text.with(at, scan.wordEnd(unit), ", '" + scan.word(unit) + "'"));
  }

  /** {@code MAP[k, v, l, w]} as {@code MAP {k: v, l: w}}. */
  private static Optional<RespelledText> map(RespelledText text, SpellingScan scan, int at) {
    int open = scan.opening(at);
    if (!scan.is(at, ',')
        || !scan.is(open, '[')
        || !scan.word(scan.wordBefore(open)).equals("MAP")) {
      return Optional.empty();
    }
    int close = scan.closing(open);
    if (close < 0) {
      return Optional.empty();
    }
    RespelledText made = text.with(close, close + 1, "}").with(open, open + 1, "{");
    boolean key = true;
    for (int i = scan.endAt(open + 1, Set.of(",")); i < close; ) {
      made = key ? made.with(i, i + 1, ":") : made;
      key = !key;
      i = scan.endAt(i + 1, Set.of(","));
    }
    return Optional.of(made);
  }

  /** {@code BETWEEN SYMMETRIC a AND b} as {@code BETWEEN either_bound(a) AND b}. */
  private static Optional<RespelledText> symmetric(RespelledText text, SpellingScan scan, int at) {
    int first = scan.next(scan.wordEnd(at));
    if (!scan.word(at).equals("SYMMETRIC") || !scan.word(scan.wordBefore(at)).equals("BETWEEN")) {
      return Optional.empty();
    }
    int and = scan.endAt(first, Set.of("AND"));
    return Optional.of(text.with(and, and, ") ").with(at, first, "either_bound("));
  }

  /** {@code MAP<k, v>} as {@code MAP(k, v)}. */
  private static Optional<RespelledText> typeOfMap(RespelledText text, SpellingScan scan, int at) {
    int close = text.text().indexOf('>', at);
    return scan.is(at, '<') && scan.word(scan.wordBefore(at)).equals("MAP") && close > 0
        ? Optional.of(text.with(close, close + 1, ")").with(at, at + 1, "("))
        : Optional.empty();
  }

  /** {@code max(x) month} as {@code max(x) AS month}: DuckDB takes such names after AS only. */
  private static Optional<RespelledText> alias(RespelledText text, SpellingScan scan, int at) {
    int after = scan.next(scan.wordEnd(at));
    boolean last =
        after >= text.text().length() || scan.is(after, ',') || scan.word(after).equals("FROM");
    return UNITS.contains(scan.word(at)) && last
        ? Optional.of(text.with(at, at, "AS "))
        : Optional.empty();
  }

  /** {@code LEFT ASOF JOIN} as {@code ASOF LEFT JOIN}. */
  private static Optional<RespelledText> asofSide(RespelledText text, SpellingScan scan, int at) {
    int side = scan.wordBefore(at);
    return scan.word(at).equals("ASOF") && Set.of("LEFT", "INNER").contains(scan.word(side))
        ? Optional.of(text.with(side, scan.wordEnd(at), "ASOF " + scan.word(side)))
        : Optional.empty();
  }

  /**
   * {@code ASOF JOIN t MATCH_CONDITION (a >= b) ON c} as {@code ASOF JOIN t ON (a >= b) AND (c)}.
   */
  private static Optional<RespelledText> matchCondition(
      RespelledText text, SpellingScan scan, int at) {
    int within = scan.wordBefore(Math.max(0, scan.opening(at)));
    int word =
        scan.word(at).equals(MATCH)
            ? at
            : scan.word(within).equals(MATCH) ? within : scan.wordBefore(at);
    int open = scan.next(scan.wordEnd(word));
    int close = scan.is(open, '(') ? scan.closing(open) : -1;
    if (!scan.word(word).equals(MATCH) || close < 0) {
      return Optional.empty();
    }
    int on = scan.next(close + 1);
    if (!scan.word(on).equals("ON")) {
      return Optional.of(text.with(word, scan.wordEnd(word), "ON"));
    }
    int end = scan.endAt(on + 2, AFTER_JOIN);
    return Optional.of(
        text.with(end, end, ") ").with(on, on + 2, "AND (").with(word, scan.wordEnd(word), "ON"));
  }
}
