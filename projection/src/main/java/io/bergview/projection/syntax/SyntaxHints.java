package io.bergview.projection.syntax;

import java.util.List;
import java.util.regex.Pattern;

/** What to write instead of forms of other engines at which the parser stops. */
final class SyntaxHints {
  private static final int MOST_BEFORE = 200;

  /**
   * @param before what stands in front of the place, up to it
   * @param at what begins at the place
   */
  private record Hint(Pattern before, Pattern at, String instead) {}

  private static final List<Hint> HINTS =
      List.of(
          hint(
              "",
              "LATERAL\\s+VIEW\\b",
              "write CROSS JOIN UNNEST(list) AS t(element), or LEFT JOIN ... ON true for OUTER"),
          hint(
              "",
              "FOR\\s+(?:SYSTEM_TIME|SYSTEM_VERSION|TIMESTAMP|VERSION)\\b",
              "a table is read FOR TIMESTAMP AS OF '2026-01-31 12:00:00', or FOR VERSION AS OF a"
                  + " snapshot id or the name of a tag or branch; a subquery is not"),
          hint("\\bROWS\\s+", "FROM\\b", "write UNNEST(a, b) AS u(x, y)"),
          hint(
              "\\bstack\\s*\\(.*\\)\\s*AS\\s*",
              "\\(",
              "write UNPIVOT, or CROSS JOIN (VALUES (...), (...)) AS t(a, b)"),
          hint(
              "\\b(?:pos)?explode(?:_outer)?\\s*\\(.*\\)\\s*AS\\s*",
              "\\(",
              "join it in FROM: CROSS JOIN UNNEST(map) AS u(key, value), or UNNEST(list) WITH"
                  + " ORDINALITY AS u(element, n)"),
          hint("\\bLIMIT\\s+\\d+\\s*", ",", "write LIMIT 2 OFFSET 1 for LIMIT 1, 2"),
          hint(
              "\\)\\s*",
              "(?:CONTAINS|EQUALS|PRECEDES|SUCCEEDS|IMMEDIATELY)\\b",
              "compare the ends of the periods, or write (a, b) OVERLAPS (c, d)"),
          hint(
              "\\bwindow\\s*",
              "\\(",
              "write time_bucket(INTERVAL '10 minutes', ts), or FROM TUMBLE(TABLE t,"
                  + " DESCRIPTOR(ts), INTERVAL '10' MINUTE)"),
          hint(
              "\\b(?:int|smallint|tinyint|bigint|float|real|double|decimal|boolean|timestamp|date)\\s*",
              "\\(",
              "write CAST(x AS type)"),
          hint(
              "\\bMATCH_RECOGNIZE\\s*\\(.*",
              "",
              "write lag(x) and lead(x) over the rows, and filter them with QUALIFY"),
          hint(
              "\\b(?:SORT|DISTRIBUTE|CLUSTER)\\s+",
              "BY\\b",
              "leave it out: how rows are stored is said by PARTITIONED BY and ORDER BY of the"
                  + " view"),
          hint(
              "", "GROUPING\\s+SETS\\b", "write GROUP BY GROUPING SETS ((a), (b)), without a list"),
          hint("", "WITH\\s+OFFSET\\b", "write WITH ORDINALITY AS u(element, n), from 1"),
          hint("\\bSELECT\\s+", "AS\\s+(?:STRUCT|VALUE)\\b", "write SELECT {'a': a, 'b': b}"),
          hint(
              "\\bSTRUCT\\s*\\(.*",
              "AS\\b",
              "write {'a': 1, 'b': 2}, or struct_pack(a := 1, b := 2)"));

  private SyntaxHints() {}

  private static Hint hint(String before, String at, String instead) {
    int flags = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
    return new Hint(
        Pattern.compile(before + "$", flags), Pattern.compile(at, flags), "; " + instead);
  }

  /** What to write instead of what stands at a place; empty where nothing is known of it. */
  static String at(String sql, int offset) {
    String before = sql.substring(Math.max(0, offset - MOST_BEFORE), offset);
    for (Hint hint : HINTS) {
      if (hint.at().matcher(sql).region(offset, sql.length()).lookingAt()
          && hint.before().matcher(before).find()) {
        return hint.instead();
      }
    }
    return "";
  }
}
