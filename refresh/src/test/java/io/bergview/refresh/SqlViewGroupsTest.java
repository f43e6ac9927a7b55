package io.bergview.refresh;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/** Views of groups and totals with few rows, whose values are stated after each change. */
class SqlViewGroupsTest extends StatedRows {
  @Test
  void aSumThatIsShownRoundedKeepsItsDigits() {
    views.insert("a", "1 1 0.40", "1 1 0.40");
    views.view(
        "V",
        "SELECT k, CAST(sum(n) AS DECIMAL(20, 0)) AS rounded, sum(n) AS s FROM h.a GROUP BY k");
    views.view("W", "SELECT k, CAST(sum(n) AS DECIMAL(20, 0)) AS rounded FROM h.a GROUP BY k");
    views.assertRows("V", "1 1 0.80");
    views.assertRows("W", "1 1");
    views.insert("a", "1 1 0.40");
    views.assertFollowed("V", "1 1 1.20");
    views.assertFollowed("W", "1 1");
    views.insert("a", "1 1 0.40");
    views.assertFollowed("V", "1 2 1.60");
    views.assertFollowed("W", "1 2");
  }

  @Test
  void countsOfNothing() {
    views.insert("a", "1").insert("b", "1");
    views.view(
        "Total",
        "SELECT count(*) AS rows, count(a.n) AS ns, sum(a.n) AS total FROM h.a JOIN h.b ON a.k ="
            + " b.k");
    views.view(
        "Each", "SELECT b.k, count(a.k) AS found FROM h.b LEFT JOIN h.a ON a.k = b.k GROUP BY b.k");
    views.assertRows("Total", "1 0 -");
    views.assertRows("Each", "1 1");
    views.delete("a", 1L);
    views.assertFollowed("Total", "0 0 -");
    views.assertFollowed("Each", "1 0");
    views.delete("b", 1L);
    views.assertFollowed("Total", "0 0 -");
    views.assertFollowed("Each");
  }

  @Test
  void havingIsEnteredAndLeft() {
    views.insert("a", "1 1 1", "2 1 2", "3 2 9");
    views.view(
        "V", "SELECT g, sum(n) AS total FROM h.a GROUP BY g HAVING count(*) > 1 AND sum(n) < 10");
    views.assertRows("V", "1 3.00");
    views.insert("a", "4 2 0.5");
    views.assertFollowed("V", "1 3.00", "2 9.50");
    views.insert("a", "5 2 0.5");
    views.assertFollowed("V", "1 3.00");
    views.delete("a", 1L);
    views.assertFollowed("V");
    views.delete("a", 3L);
    views.assertFollowed("V", "2 1.00");
  }

  @Test
  void theOnlyRowOfATotalNeedsNoOrder() {
    views.insert("a", "1", "2");
    views.view("V", "SELECT count(*) AS rows FROM h.a WHERE k > 1 ORDER BY count(*) LIMIT 100");
    views.view("None", "SELECT count(*) AS rows FROM h.a LIMIT 0");
    views.assertRows("V", "1");
    views.insert("a", "3");
    views.assertFollowed("V", "2");
    views.delete("a", 2L);
    views.assertFollowed("V", "1");
    views.assertRows("None");
  }

  @Test
  void groupsOnTheLeftOfJoins() {
    views.insert("a", "1 7", "2 7", "3 8").insert("b", "7 1", "8 3");
    views.view(
        "V",
        "WITH t AS (SELECT g, count(*) AS total FROM h.a GROUP BY g) SELECT b.g AS other, t.g, c.g"
            + " AS last, t.total FROM t, h.b, h.a AS c WHERE t.total > (SELECT avg(total) * 0.1"
            + " FROM t AS u WHERE u.g = t.g) AND b.k = t.g AND c.k = b.g ORDER BY t.g, b.g LIMIT"
            + " 9");
    views.assertRows("V", "1 7 7 2", "3 8 8 1");
    views.insert("a", "4 8");
    views.assertFollowed("V", "1 7 7 2", "3 8 8 2");
    views.delete("a", 1L);
    views.assertFollowed("V", "3 8 8 2");
    views.insert("b", "7 2");
    views.assertFollowed("V", "2 7 7 1", "3 8 8 2");
  }

  @Test
  void aTotalThatRowsAreComparedWith() {
    views.insert("a", "1 1 1", "2 1 5", "3 2 6");
    views.view("V", "SELECT k, n FROM h.a WHERE n > (SELECT avg(n) FROM h.a)");
    views.view(
        "Share",
        "SELECT k, CAST(n / (SELECT sum(n) FROM h.a) AS DECIMAL(9, 3)) AS share FROM h.a WHERE g ="
            + " 1");
    views.assertRows("V", "2 5.00", "3 6.00");
    views.assertRows("Share", "1 0.083", "2 0.417");
    views.insert("a", "4 2 12");
    views.assertFollowed("V", "4 12.00");
    views.assertFollowed("Share", "1 0.042", "2 0.208");
    views.delete("a", 1L).delete("a", 4L);
    views.assertFollowed("V", "3 6.00");
    views.delete("a", 2L).delete("a", 3L);
    views.assertFollowed("V");
    views.assertFollowed("Share");
    views.insert("a", "5 1 2");
    views.assertFollowed("V");
    views.assertFollowed("Share", "5 1.000");
  }

  @Test
  void sumsOfFloatingPointThatDecide() {
    views.insert("a", "1 1 - 0.1", "2 1 - 0.2", "3 1 - 0.3", "4 2 - 0.6", "5 3 - 5");
    views.view(
        "V",
        """
        SELECT total, count(*) AS groups
        FROM (SELECT g, sum(f) AS total FROM h.a GROUP BY g HAVING sum(f) < 1) GROUP BY total
        """);
    views.assertRows("V", "0.6000000000000001 1", "0.6 1");
    views.update("a", 5L, "f", 0.6);
    views.assertFollowed("V", "0.6000000000000001 1", "0.6 2");
    views.delete("a", 1L);
    views.assertFollowed("V", "0.5 1", "0.6 2");
    views.delete("a", 4L).insert("a", "6 1 - 0.1");
    views.assertFollowed("V", "0.6000000000000001 1", "0.6 1");
  }

  @Test
  void rowsOfBothSidesOfAJoinWithGroups() {
    views.insert("a", "1 1", "2 1", "3 2").insert("b", "1 5 - - x", "2 6 - - y").insert("c", "5 8");
    views.view(
        "V",
        """
        SELECT x.g, x.total, b.s, c.g AS other
        FROM (SELECT g, count(*) AS total FROM h.a GROUP BY g) x
        JOIN h.b ON x.g = b.k LEFT JOIN h.c ON c.k = b.g
        """);
    views.assertRows("V", "1 2 x 8", "2 1 y -");
    views.insert("a", "4 2").update("b", 1L, "s", "z").insert("c", "6 9", "5 7");
    views.assertFollowed("V", "1 2 z 8", "1 2 z 7", "2 2 y 9");
    views.delete("a", 3L).delete("b", 1L).delete("c", 6L);
    views.assertFollowed("V", "2 1 y -");
  }

  @Test
  void aSumBecomesNullAgain() {
    views.insert("a", "1 1 -", "2 1 5", "3 2 1");
    views.view(
        "V",
        "SELECT g, sum(n) AS total, avg(n) AS mean, max(n) AS most, count(n) AS ns FROM h.a GROUP"
            + " BY g");
    views.assertRows("V", "1 5.00 5.000000 5.00 1", "2 1.00 1.000000 1.00 1");
    views.update("a", 2L, "n", null);
    views.assertFollowed("V", "1 - - - 0", "2 1.00 1.000000 1.00 1");
    views.update("a", 1L, "n", new BigDecimal("0.00"));
    views.assertFollowed("V", "1 0.00 0.000000 0.00 1", "2 1.00 1.000000 1.00 1");
  }

  @Test
  void aRowMovesFromOneGroupToAnother() {
    views.insert("a", "1 1 1", "2 1 2");
    views.view("V", "SELECT g, count(*) AS rows, min(n) AS least FROM h.a GROUP BY g");
    views.assertRows("V", "1 2 1.00");
    views.update("a", 1L, "g", 2L);
    views.assertFollowed("V", "1 1 2.00", "2 1 1.00");
    views.update("a", 2L, "g", 2L);
    views.assertFollowed("V", "2 2 1.00");
    views.update("a", 2L, "g", null);
    views.assertFollowed("V", "2 1 1.00", "- 1 2.00");
  }

  @Test
  void zerosAreOneKeyAndSoAreNansAndNulls() {
    views.insert("a", "1 1 1 0.0", "2 1 1 -0.0", "3 1 1 NaN", "4 1 1 -", "5 1 1 NaN");
    views.insert("b", "1 1 1 -0.0", "2 1 1 NaN", "3 1 1 -");
    views.view("Groups", "SELECT f, count(*) AS rows FROM h.a GROUP BY f");
    views.view("Joined", "SELECT a.k, b.k AS other FROM h.a JOIN h.b ON a.f = b.f");
    views.view("Once", "SELECT DISTINCT f FROM h.a");
    views.assertRows("Groups", "0.0 2", "NaN 2", "- 1");
    views.assertRows("Joined", "1 1", "2 1", "3 2", "5 2");
    views.assertRows("Once", "0.0", "NaN", "-");
    views.delete("a", 1L).insert("a", "6 1 1 NaN", "7 1 1 -");
    views.assertFollowed("Groups", "0.0 1", "NaN 3", "- 2");
    views.assertFollowed("Joined", "2 1", "3 2", "5 2", "6 2");
    views.assertFollowed("Once", "0.0", "NaN", "-");
    views.delete("a", 2L).delete("a", 3L).delete("a", 4L).delete("a", 7L);
    views.assertFollowed("Groups", "NaN 2");
    views.assertFollowed("Joined", "5 2", "6 2");
    views.assertFollowed("Once", "NaN");
  }

  @Test
  void distinctCountsOfGroupsWithTwoKeysInAJoin() {
    for (int i = 0; i < 12; i++) {
      views.insert("a", i + " " + i % 2 + " 1 0.5 s" + i % 3);
    }
    views.insert("b", "1 1 1 0.5 s1", "2 1 1 1.5 s1", "3 1 1 1.5 s2");
    views.view(
        "V",
        """
        SELECT x.s, x.k, count(DISTINCT x.f) AS fs FROM
          (SELECT a.k, a.s, b.f FROM h.a JOIN h.b ON a.s = b.s WHERE a.k > 9) x GROUP BY x.s, x.k
        """);
    views.assertRows("V", "s1 10 2", "s2 11 1");
    views.insert("b", "4 1 1 2.5 s1").insert("a", "12 1 1 1 s2");
    views.assertFollowed("V", "s1 10 3", "s2 11 1", "s2 12 1");
  }

  @Test
  void totalsOfWhichNothingIsShown() {
    views.insert("a", "1", "2");
    views.view(
        "V",
        """
        SELECT a.k FROM h.a, (SELECT count(*) AS rows FROM h.b) x
        WHERE EXISTS (SELECT sum(c.n) FROM h.c)
        """);
    views.assertRows("V", "1", "2");
    views.insert("b", "1").insert("c", "1");
    views.assertRows("V", "1", "2");
  }

  @Test
  void countsOfEveryKindAreZeroWhereThereIsNothing() {
    views.insert("a", "1", "2").insert("b", "1 5 1.5");
    views.view(
        "V",
        """
        SELECT k,
          (SELECT count(*) FILTER (WHERE g > 1) FROM h.b WHERE b.k = a.k) AS filtered,
          (SELECT count(DISTINCT g) FROM h.b WHERE b.k = a.k) AS different,
          (SELECT count_if(g > 1) FROM h.b WHERE b.k = a.k) AS meeting,
          (SELECT approx_count_distinct(g) FROM h.b WHERE b.k = a.k) AS nearly,
          (SELECT regr_count(g, n) FROM h.b WHERE b.k = a.k) AS pairs
        FROM h.a
        """);
    views.assertRows("V", "1 1 1 1 1 1", "2 0 0 0 0 0");
    views.delete("b", 1L);
    views.assertFollowed("V", "1 0 0 0 0 0", "2 0 0 0 0 0");
  }

  @Test
  void aTotalOfNothingIsARowInEverySubquery() {
    views.insert("a", "1", "2", "-").insert("b", "1 5", "1 6", "- 7");
    views.view(
        "Beside",
        """
        SELECT a.k, t.rows, t.total FROM h.a,
          LATERAL (SELECT count(*) AS rows, sum(g) AS total FROM h.b WHERE b.k = a.k) AS t
        """);
    views.view("There", "SELECT k FROM h.a WHERE EXISTS (SELECT sum(g) FROM h.b WHERE b.k = a.k)");
    views.view(
        "Few",
        """
        SELECT k FROM h.a
        WHERE EXISTS (SELECT 1 FROM h.b WHERE b.k = a.k HAVING count(*) < 2)
        """);
    views.view(
        "Deep",
        """
        SELECT k, (SELECT max(x.rows) + 1 FROM (SELECT count(*) AS rows FROM h.b WHERE b.k = a.k) x)
          AS value
        FROM h.a
        """);
    views.view(
        "NotIn", "SELECT k FROM h.a WHERE 0 NOT IN (SELECT count(*) FROM h.b WHERE b.k = a.k)");
    views.assertRows("Beside", "1 2 11", "2 0 -", "- 0 -");
    views.assertRows("There", "1", "2", "-");
    views.assertRows("Few", "2", "-");
    views.assertRows("Deep", "1 3", "2 1", "- 1");
    views.assertRows("NotIn", "1");
    views.delete("b", 1L).insert("b", "2 8", "2 9");
    views.assertFollowed("Beside", "1 0 -", "2 2 17", "- 0 -");
    views.assertFollowed("There", "1", "2", "-");
    views.assertFollowed("Few", "1", "-");
    views.assertFollowed("Deep", "1 1", "2 3", "- 1");
    views.assertFollowed("NotIn", "2");
  }
}
