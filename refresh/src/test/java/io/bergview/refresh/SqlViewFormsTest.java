package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Views in the rarer forms of SQL with few rows, whose values are stated after each change. */
@Tag("contract")
class SqlViewFormsTest extends StatedRows {
  @Test
  void subqueriesInTheConditionOfALeftJoin() {
    views.insert("a", "1 1", "1 2", "2 1").insert("b", "1 7", "2 8").insert("c", "1 7");
    views.view(
        "OfRight",
        "SELECT a.k, a.g, b.g AS h FROM h.a LEFT JOIN h.b ON a.k = b.k AND EXISTS"
            + " (SELECT 1 FROM h.c WHERE c.g = b.g)");
    views.view(
        "OfLeft",
        "SELECT a.k, a.g, b.g AS h FROM h.a LEFT JOIN h.b ON a.k = b.k AND a.g IN"
            + " (SELECT c.k FROM h.c)");
    views.view(
        "OfBoth",
        "SELECT a.k, a.g, b.g AS h FROM h.a LEFT JOIN h.b ON a.k = b.k AND NOT EXISTS"
            + " (SELECT 1 FROM h.c WHERE c.k = a.g AND c.g = b.g)");
    views.view(
        "Inner",
        "SELECT a.k, a.g, b.g AS h FROM h.a JOIN h.b ON a.k = b.k AND b.g >"
            + " (SELECT count(*) FROM h.c WHERE c.k = a.k) + 6");
    views.assertRows("OfRight", "1 1 7", "1 2 7", "2 1 -");
    views.assertRows("OfLeft", "1 1 7", "1 2 -", "2 1 8");
    views.assertRows("OfBoth", "1 1 -", "1 2 7", "2 1 8");
    views.assertRows("Inner", "2 1 8");
    views.insert("c", "2 7", "9 8");
    views.assertFollowed("OfRight", "1 1 7", "1 2 7", "2 1 8");
    views.assertFollowed("OfLeft", "1 1 7", "1 2 7", "2 1 8");
    views.assertFollowed("OfBoth", "1 1 -", "1 2 -", "2 1 8");
    views.delete("c", 1L);
    views.assertFollowed("OfRight", "1 1 7", "1 2 7", "2 1 8");
    views.assertFollowed("OfLeft", "1 1 -", "1 2 7", "2 1 -");
    views.assertFollowed("OfBoth", "1 1 7", "1 2 -", "2 1 8");
    views.assertFollowed("Inner", "1 1 7", "1 2 7", "2 1 8");
  }

  @Test
  void aFullJoinWithASubqueryKeepsBothSides() {
    views.insert("a", "1 1", "- 2").insert("b", "1 7", "3 8").insert("c", "1 7");
    views.view(
        "V",
        "SELECT a.k, b.k AS l FROM h.a FULL JOIN h.b ON a.k = b.k AND EXISTS"
            + " (SELECT 1 FROM h.c WHERE c.k = a.k AND c.g = b.g)");
    views.view(
        "Alone", "SELECT b.k FROM h.a FULL JOIN h.b ON EXISTS (SELECT 1 FROM h.c WHERE c.k = b.k)");
    views.assertRows("V", "1 1", "- -", "- 3");
    views.assertRows("Alone", "1", "1", "3");
    views.delete("c", 1L);
    views.assertFollowed("V", "1 -", "- -", "- 1", "- 3");
    views.assertFollowed("Alone", "-", "-", "1", "3");
    views.insert("c", "1 7").delete("a", 1L).delete("a", null);
    views.assertFollowed("V", "- 1", "- 3");
    views.assertFollowed("Alone", "1", "3");
  }

  @Test
  void aLeftJoinWithALateralSubquery() {
    views.insert("a", "1 1 2", "2 1 2", "3 1 -").insert("b", "1 5 1", "1 6 3", "1 7 4");
    views.view(
        "Each",
        "SELECT a.k, x.g FROM h.a LEFT JOIN LATERAL"
            + " (SELECT b.g FROM h.b WHERE b.k = a.k AND b.n > a.n) AS x ON x.g < 7");
    views.view(
        "First",
        "SELECT a.k, x.g FROM h.a LEFT JOIN LATERAL"
            + " (SELECT b.g FROM h.b WHERE b.k = a.k ORDER BY b.n LIMIT 1) AS x ON true");
    views.assertRows("Each", "1 6", "2 -", "3 -");
    views.assertRows("First", "1 5", "2 -", "3 -");
    views.delete("b", 1L).insert("b", "2 4 9");
    views.assertFollowed("Each", "1 -", "2 4", "3 -");
    views.assertFollowed("First", "1 -", "2 4", "3 -");
  }

  @Test
  void theNearestRowBefore() {
    views.insert("a", "1 5 - - x", "2 9 - - x", "3 1 - - x", "4 9 - - y", "5 - - - x");
    views.insert("b", "10 4 - - x", "11 5 - - x", "12 8 - - y");
    views.view(
        "V",
        "SELECT a.k, b.k AS found, b.g FROM h.a ASOF LEFT JOIN h.b ON a.s = b.s AND a.g >= b.g");
    views.view("After", "SELECT a.k, b.g FROM h.a ASOF JOIN h.b ON a.s = b.s AND a.g < b.g");
    views.assertRows("V", "1 11 5", "2 11 5", "3 - -", "4 12 8", "5 - -");
    views.assertRows("After", "3 4");
    views.insert("b", "13 7 - - x", "9 5 - - x");
    views.assertFollowed("V", "1 9 5", "2 13 7", "3 - -", "4 12 8", "5 - -");
    views.assertFollowed("After", "3 4", "1 7");
    views.delete("b", 9L).delete("b", 11L).delete("b", 12L);
    views.assertFollowed("V", "1 10 4", "2 13 7", "3 - -", "4 - -", "5 - -");
  }

  @Test
  void elementsOfListsAreRows() {
    views.insert("a", "1 2", "3 -");
    views.view("V", "SELECT a.k, u.e FROM h.a CROSS JOIN UNNEST([k, g, k + g]) AS u(e)");
    views.view("Kept", "SELECT a.k, u.e FROM h.a LEFT JOIN unnest([k, g]) AS u(e) ON u.e = 2");
    views.view("Output", "SELECT k, unnest([g, 7]) AS e, row_number() OVER (ORDER BY k) FROM h.a");
    views.view(
        "Numbered",
        "SELECT a.k, u.n FROM h.a, unnest([k, g]) WITH ORDINALITY AS u(e, n) WHERE e IS NOT NULL");
    views.view("Exploded", "SELECT k, e FROM h.a LATERAL VIEW explode([k, g]) u AS e");
    views.assertRows("Exploded", "1 1", "1 2", "3 3", "3 -");
    views.assertRows("V", "1 1", "1 2", "1 3", "3 3", "3 -", "3 -");
    views.assertRows("Kept", "1 2", "3 -");
    views.assertRows("Output", "1 2 1", "1 7 1", "3 - 2", "3 7 2");
    views.assertRows("Numbered", "1 1", "1 2", "3 1");
    views.update("a", 3L, "g", 2L).delete("a", 1L);
    views.assertFollowed("V", "3 3", "3 2", "3 5");
    views.assertFollowed("Exploded", "3 3", "3 2");
    views.assertFollowed("Kept", "3 2");
    views.assertFollowed("Output", "3 2 1", "3 7 1");
    views.assertFollowed("Numbered", "3 1", "3 2");
  }

  @Test
  void seriesFillGaps() {
    views.insert("a", "1 1 1", "1 1 2", "3 1 4");
    views.view(
        "V",
        "SELECT d.x, count(a.k) AS rows, sum(a.n) AS total FROM generate_series(1, 4) AS d(x)"
            + " LEFT JOIN h.a ON a.k = d.x GROUP BY d.x");
    views.view("Each", "SELECT a.k, d.x FROM h.a, range(a.k) AS d(x)");
    views.assertRows("V", "1 2 3.00", "2 0 -", "3 1 4.00", "4 0 -");
    views.assertRows("Each", "1 0", "1 0", "3 0", "3 1", "3 2");
    views.insert("a", "4 1 1").delete("a", 1L);
    views.assertFollowed("V", "1 0 -", "2 0 -", "3 1 4.00", "4 1 1.00");
    views.assertFollowed("Each", "3 0", "3 1", "3 2", "4 0", "4 1", "4 2", "4 3");
  }

  @Test
  void structsAreColumnsAndKeys() {
    views.insert("a", "1 1 1 - x", "2 1 2 - x", "3 2 3 - -");
    views.view("V", "SELECT k, {'group': g, 'name': s} AS about FROM h.a");
    views.view(
        "Groups",
        "SELECT about.name AS name, count(*) AS rows FROM (SELECT {'group': g, 'name': s} AS about"
            + " FROM h.a) GROUP BY about, about.name");
    views.assertRows("V", "1 {group=1, name=x}", "2 {group=1, name=x}", "3 {group=2, name=null}");
    views.assertRows("Groups", "x 2", "- 1");
    views.update("a", 1L, "s", "y");
    views.assertFollowed(
        "V", "1 {group=1, name=y}", "2 {group=1, name=x}", "3 {group=2, name=null}");
    views.assertFollowed("Groups", "x 1", "y 1", "- 1");
  }

  @Test
  void countsByValueAreAMap() {
    views.insert("a", "1 1", "1 2", "1 2", "2 -");
    views.view("V", "SELECT k, histogram(g) AS counts FROM h.a GROUP BY k");
    views.assertRows("V", "1 {1=1, 2=2}", "2 -");
    views.insert("a", "2 5", "1 0").deleteWhere("a", "g", 1L);
    views.assertFollowed("V", "1 {0=1, 2=2}", "2 {5=1}");
  }

  @Test
  void valuesBecomeColumns() {
    views.insert("a", "1 1 1 - x", "2 1 2 - y", "3 2 3 - x", "4 2 3 - z");
    views.view(
        "V",
        "SELECT * FROM (SELECT g, s, n FROM h.a)"
            + " PIVOT (sum(n) FOR s IN ('x', 'y' AS second)) AS p");
    views.view("Two", "PIVOT h.a ON s IN ('x', 'y') USING count(*) AS c, max(n) AS m GROUP BY g");
    views.assertRows("V", "1 1.00 2.00", "2 3.00 -");
    views.assertRows("Two", "1 1 1.00 1 2.00", "2 1 3.00 0 -");
    assertThat(views.project().contents("V").get(0).keySet()).containsExactly("g", "x", "second");
    views.update("a", 4L, "s", "y").delete("a", 1L);
    views.assertFollowed("V", "1 - 2.00", "2 3.00 3.00");
    views.assertFollowed("Two", "1 0 - 1 2.00", "2 1 3.00 1 3.00");
  }

  @Test
  void framesByDistancesAndWithoutRows() {
    views.insert("a", "1 1 1", "1 3 2", "1 4 4", "1 4 8", "1 - 16");
    views.view(
        "V",
        """
        SELECT g, n,
          sum(n) OVER (PARTITION BY k ORDER BY g RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS near,
          sum(n) OVER (PARTITION BY k ORDER BY DATE '2024-01-01' + CAST(g AS INT)
            RANGE BETWEEN INTERVAL 2 DAY PRECEDING AND CURRENT ROW) AS days,
          sum(n) OVER (PARTITION BY k ORDER BY g
            GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES) AS alone
        FROM h.a
        """);
    views.assertRows(
        "V",
        "- 16.00 16.00 16.00 16.00",
        "1 1.00 1.00 1.00 17.00",
        "3 2.00 2.00 3.00 19.00",
        "4 4.00 14.00 14.00 23.00",
        "4 8.00 14.00 14.00 27.00");
    views.update("a", 1L, "k", 2L).insert("a", "2 2 32");
    views.assertFollowed(
        "V",
        "- 16.00 16.00 16.00 16.00",
        "1 1.00 1.00 1.00 17.00",
        "2 32.00 33.00 33.00 49.00",
        "3 2.00 34.00 35.00 51.00",
        "4 4.00 14.00 46.00 55.00",
        "4 8.00 14.00 46.00 59.00");
  }

  @Test
  void valuesOfFramesPassOverNulls() {
    views.insert("a", "1 1 5", "1 2 -", "1 3 7", "1 4 -");
    views.view(
        "V",
        """
        SELECT g,
          lag(n) IGNORE NULLS OVER (PARTITION BY k ORDER BY g) AS before,
          lead(n IGNORE NULLS) OVER (PARTITION BY k ORDER BY g) AS after,
          last_value(n) IGNORE NULLS OVER (PARTITION BY k ORDER BY g) AS last,
          first_value(n) RESPECT NULLS OVER (PARTITION BY k ORDER BY g DESC) AS first
        FROM h.a
        """);
    views.assertRows(
        "V", "1 - 7.00 5.00 -", "2 5.00 7.00 5.00 -", "3 5.00 - 7.00 -", "4 7.00 - 7.00 -");
    views.insert("a", "1 5 9");
    views.assertFollowed(
        "V",
        "1 - 7.00 5.00 9.00",
        "2 5.00 7.00 5.00 9.00",
        "3 5.00 9.00 7.00 9.00",
        "4 7.00 9.00 7.00 9.00",
        "5 7.00 - 9.00 9.00");
  }

  /** Of rows that come equal in the order of a window, the values do not depend on the files. */
  @Test
  void rowsThatComeEqualInAFrameAreOrderedByTheirColumns() {
    views.insert("a", "1 1 3", "1 1 1", "1 1 2", "1 2 0");
    views.view(
        "V",
        """
        SELECT g, n,
          first_value(n) OVER (PARTITION BY k ORDER BY g) AS first,
          last_value(n) OVER (PARTITION BY k ORDER BY g) AS last,
          nth_value(n, 2) OVER (PARTITION BY k ORDER BY g) AS second,
          list(n) OVER (PARTITION BY k ORDER BY g) AS all_of,
          list(n ORDER BY n DESC) OVER (PARTITION BY k ORDER BY g) AS turned
        FROM h.a WHERE n > 0
        """);
    String same = " 1.00 3.00 2.00 [1.00, 2.00, 3.00] [3.00, 2.00, 1.00]";
    views.assertRows("V", "1 3.00" + same, "1 1.00" + same, "1 2.00" + same);
    views.delete("a", 1L).insert("a", "1 1 2", "1 1 3", "1 1 1");
    views.assertRows("V", "1 3.00" + same, "1 1.00" + same, "1 2.00" + same);
  }

  @Test
  void starsWithoutSomeColumnsAndWithOthersInstead() {
    views.insert("a", "1 2 3", "4 5 6");
    views.view("V", "SELECT * EXCLUDE (f, s) REPLACE (n * 2 AS n) RENAME (g AS grp) FROM h.a");
    views.view("Most", "SELECT max(COLUMNS('^[kg]$')), count(*) AS rows FROM h.a");
    views.assertRows("V", "1 2 6.00", "4 5 12.00");
    views.assertRows("Most", "4 5 2");
    assertThat(views.project().contents("V").get(0).keySet()).containsExactly("k", "grp", "n");
    views.delete("a", 4L);
    views.assertFollowed("V", "1 2 6.00");
    views.assertFollowed("Most", "1 2 1");
  }
}
