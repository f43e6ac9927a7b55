package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Views in SQL with few rows, whose values are stated after each change. */
class SqlViewRowsTest extends StatedRows {
  @Test
  void notInIsNeverTrueBesideANull() {
    views.insert("a", "1", "2", "-").insert("b", "- 2");
    views.view("V", "SELECT k FROM h.a WHERE k NOT IN (SELECT g FROM h.b)");
    views.assertRows("V", "1");
    views.insert("b", "7 -");
    views.assertFollowed("V");
    views.delete("b", 7L).delete("b", null);
    views.assertFollowed("V", "1", "2", "-");
    views.insert("b", "- 5");
    views.assertFollowed("V", "1", "2");
  }

  @Test
  void correlatedNotInHasANullRuleOfItsOwnForEachRow() {
    views.insert("a", "1 1", "1 2", "- 1", "- 3").insert("b", "5 1", "6 2");
    views.view("V", "SELECT k, g FROM h.a WHERE k NOT IN (SELECT k FROM h.b WHERE b.g = a.g)");
    views.assertRows("V", "1 1", "1 2", "- 3");
    views.insert("b", "- 2");
    views.assertFollowed("V", "1 1", "- 3");
    views.delete("b", 5L);
    views.assertFollowed("V", "1 1", "- 1", "- 3");
  }

  @Test
  void fullJoinOnAComparison() {
    views.insert("a", "1", "4").insert("b", "2", "3");
    views.view("V", "SELECT a.k, b.k AS other FROM h.a FULL JOIN h.b ON a.k < b.k");
    views.assertRows("V", "1 2", "1 3", "4 -");
    views.delete("a", 1L);
    views.assertRows("V", "4 -", "- 2", "- 3");
    views.insert("b", "9", "-");
    views.assertRows("V", "4 9", "- 2", "- 3", "- -");
  }

  @Test
  void fullJoinOnAKeyAndAComparison() {
    views.insert("a", "1 1", "1 5", "2 1").insert("b", "1 3", "3 1");
    views.view(
        "V",
        "SELECT a.k, a.g, b.k AS l, b.g AS h FROM h.a FULL JOIN h.b ON a.k = b.k AND a.g < b.g");
    views.assertRows("V", "1 1 1 3", "1 5 - -", "2 1 - -", "- - 3 1");
    views.update("b", 1L, "g", 9L);
    views.assertFollowed("V", "1 1 1 9", "1 5 1 9", "2 1 - -", "- - 3 1");
    views.update("b", 1L, "g", null);
    views.assertFollowed("V", "1 1 - -", "1 5 - -", "2 1 - -", "- - 1 -", "- - 3 1");
  }

  /** What a rounded output lost is not taken for what the view keeps. */
  @Test
  void allOutputsOrder() {
    views.insert("a", "1 2", "1 3", "2 1", "- 5");
    views.view("Last", "SELECT g AS x, k FROM h.a ORDER BY ALL DESC LIMIT 2");
    views.view("First", "SELECT k, g FROM h.a UNION SELECT 1, 2 ORDER BY ALL LIMIT 2");
    views.assertRows("Last", "5 -", "3 1");
    views.assertRows("First", "- 5", "1 2");
    views.insert("a", "7 5");
    views.assertFollowed("Last", "5 7", "5 -");
    views.delete("a", null);
    views.assertFollowed("First", "1 2", "1 3");
  }

  @Test
  void aDistinctRowStaysUntilItsLastCopyGoes() {
    views.insert("a", "1 1", "1 1", "1 1", "2 1");
    views.view("V", "SELECT DISTINCT k, g FROM h.a");
    views.assertRows("V", "1 1", "2 1");
    views.deleteOne("a", 1L);
    views.assertFollowed("V", "1 1", "2 1");
    views.deleteOne("a", 1L);
    views.assertFollowed("V", "1 1", "2 1");
    views.deleteOne("a", 1L);
    views.assertFollowed("V", "2 1");
  }

  @Test
  void rangesTakeTiesAndRowsDoNot() {
    views.insert("a", "1 1 1", "1 2 1", "1 3 5");
    views.view(
        "V",
        """
        SELECT g,
          sum(n) OVER (PARTITION BY k ORDER BY n) AS ranged,
          sum(n) OVER (PARTITION BY k ORDER BY n, g ROWS UNBOUNDED PRECEDING) AS counted,
          count(*) OVER (PARTITION BY k ORDER BY n, g ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS near,
          count(*) OVER (PARTITION BY k ORDER BY n RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS within
        FROM h.a
        """);
    views.assertRows("V", "1 2.00 1.00 2 2", "2 2.00 2.00 3 2", "3 7.00 7.00 2 1");
    views.insert("a", "1 4 2");
    views.assertFollowed(
        "V", "1 2.00 1.00 2 2", "2 2.00 2.00 3 2", "4 4.00 4.00 3 3", "3 9.00 9.00 2 1");
    views.insert("a", "1 5 -");
    views.assertFollowed(
        "V",
        "5 - - 2 1",
        "1 2.00 1.00 3 2",
        "2 2.00 2.00 3 2",
        "4 4.00 4.00 3 3",
        "3 9.00 9.00 2 1");
  }

  @Test
  void theNextRowOfAGroupComesUp() {
    views.insert("a", "1 10 3", "2 10 2", "3 10 1", "4 20 7");
    views.view(
        "V",
        """
        SELECT k, g, n FROM h.a QUALIFY row_number() OVER (PARTITION BY g ORDER BY n DESC, k) <= 2
        """);
    views.assertRows("V", "1 10 3.00", "2 10 2.00", "4 20 7.00");
    views.delete("a", 2L);
    views.assertFollowed("V", "1 10 3.00", "3 10 1.00", "4 20 7.00");
    views.insert("a", "5 10 9");
    views.assertFollowed("V", "1 10 3.00", "5 10 9.00", "4 20 7.00");
    views.update("a", 5L, "g", 20L);
    views.assertFollowed("V", "1 10 3.00", "3 10 1.00", "4 20 7.00", "5 20 9.00");
  }

  @Test
  void theNextRowOfALimitComesUp() {
    views.insert("a", "1 1", "2 2", "3 3", "4 4");
    views.view("V", "SELECT k, g FROM h.a ORDER BY g DESC NULLS LAST LIMIT 2");
    views.assertRows("V", "4 4", "3 3");
    views.insert("a", "9 9");
    views.assertFollowed("V", "9 9", "4 4");
    views.delete("a", 4L);
    views.assertFollowed("V", "9 9", "3 3");
    views.insert("a", "10 3", "0 3");
    views.assertFollowed("V", "9 9", "0 3");
    views.delete("a", 3L).delete("a", 10L).delete("a", 0L).delete("a", 9L);
    views.assertFollowed("V", "2 2", "1 1");
  }

  @Test
  void aLimitInASubqueryAndOneWithAnOffset() {
    views.insert("a", "1 1", "2 2", "3 3", "4 4").insert("b", "3 7", "4 8");
    views.view("Skipping", "SELECT k FROM h.a ORDER BY k DESC LIMIT 2 OFFSET 1");
    views.view(
        "Joined",
        "SELECT b.g, x.k FROM h.b JOIN (SELECT k FROM h.a ORDER BY k LIMIT 3) x ON x.k = b.k");
    views.assertRows("Skipping", "3", "2");
    views.assertRows("Joined", "7 3");
    views.delete("a", 2L);
    views.assertFollowed("Skipping", "3", "1");
    views.assertFollowed("Joined", "7 3", "8 4");
    views.insert("a", "0 0", "9 9");
    views.assertFollowed("Skipping", "4", "3");
    views.assertFollowed("Joined", "7 3");
  }

  @Test
  void aWindowOverAllRows() {
    views.insert("a", "1 1 5", "2 1 1", "3 2 5");
    views.view(
        "V",
        "SELECT k, rank() OVER (ORDER BY n DESC) AS place, n - avg(n) OVER () AS above FROM h.a");
    views.assertRows("V", "1 1 1.333333", "2 3 -2.666667", "3 1 1.333333");
    views.insert("a", "4 2 9");
    views.assertFollowed("V", "4 1 4.000000", "1 2 0.000000", "2 4 -4.000000", "3 2 0.000000");
    views.delete("a", 1L).delete("a", 4L);
    views.assertFollowed("V", "2 2 -2.000000", "3 1 2.000000");
  }

  @Test
  void aFilterLeavesNothingOfOtherRows() {
    views.insert("a", "1 1 1", "2 1 -", "3 1 3", "1 2 4");
    views.view(
        "V",
        """
        SELECT g,
          list(n ORDER BY k) FILTER (WHERE k > 1) AS listed,
          first(n ORDER BY k) FILTER (WHERE k > 2) AS first,
          min_by(n, k) FILTER (WHERE k > 2) AS least
        FROM h.a GROUP BY g
        """);
    views.assertRows("V", "1 [null, 3.00] 3.00 3.00", "2 - - -");
    views.delete("a", 2L);
    views.assertFollowed("V", "1 [3.00] 3.00 3.00", "2 - - -");
    views.insert("a", "3 2 -");
    views.assertFollowed("V", "1 [3.00] 3.00 3.00", "2 [null] - -");
  }

  @Test
  void tablesByTheirNamesAloneAndColumnsOfOneName() {
    views.insert("a", "1 2").insert("b", "1 3", "1 4");
    views.view("V", "SELECT x.k, B.k, B.g FROM A x JOIN B ON x.k = B.k");
    views.assertRows("V", "1 1 3", "1 1 4");
    assertThat(views.project().contents("V").get(0).keySet()).containsExactly("k", "k_1", "g");
    views.delete("b", 1L).insert("b", "1 9");
    views.assertFollowed("V", "1 1 9");
  }

  @Test
  void aRowOnBothSidesOfAJoin() {
    views.insert("a", "1 1", "2 1");
    views.view("V", "SELECT x.k, y.k AS other FROM h.a x JOIN h.a y ON x.k = y.g");
    views.assertRows("V", "1 1", "1 2");
    views.update("a", 1L, "g", 2L);
    views.assertFollowed("V", "1 2", "2 1");
    views.update("a", 1L, "k", 2L);
    views.assertFollowed("V", "2 2", "2 2");
    views.delete("a", 2L);
    views.assertFollowed("V");
  }

  @Test
  void allSourcesOfAJoinChangeAtOnce() {
    views.insert("a", "1 1").insert("b", "1 1").insert("c", "1 1");
    views.view(
        "V",
        "SELECT a.g, b.g AS h, c.g AS i FROM h.a JOIN h.b ON a.k = b.k LEFT JOIN h.c ON b.g = c.k");
    views.assertRows("V", "1 1 1");
    views.insert("a", "1 2").update("b", 1L, "g", 2L).insert("c", "2 8", "2 9");
    views.assertFollowed("V", "1 2 8", "1 2 9", "2 2 8", "2 2 9");
    views.delete("a", 1L).insert("a", "3 3").insert("b", "3 7").delete("c", 2L);
    views.assertFollowed("V", "3 7 -");
  }

  @Test
  void theInnerSideOfACorrelatedSubqueryEmpties() {
    views.insert("a", "1", "2").insert("b", "1 5 1.5", "1 6 2");
    views.view(
        "V",
        """
        SELECT k, (SELECT count(*) FROM h.b WHERE b.k = a.k) AS found,
          (SELECT sum(n) FROM h.b WHERE b.k = a.k) AS total,
          (SELECT max(g) + 1 FROM h.b WHERE b.k = a.k) AS next,
          EXISTS (SELECT 1 FROM h.b WHERE b.k = a.k) AS some
        FROM h.a
        """);
    views.assertRows("V", "1 2 3.50 7 true", "2 0 - - false");
    views.delete("b", 1L);
    views.assertFollowed("V", "1 0 - - false", "2 0 - - false");
    views.insert("b", "2 1 1");
    views.assertFollowed("V", "1 0 - - false", "2 1 1.00 2 true");
  }

  @Test
  void unionAllOfATableWithItself() {
    views.insert("a", "1 1", "2 2");
    views.view("V", "SELECT k FROM h.a UNION ALL SELECT g FROM h.a WHERE g > 1");
    views.assertRows("V", "1", "2", "2");
    views.update("a", 1L, "g", 3L);
    views.assertFollowed("V", "1", "2", "2", "3");
    views.delete("a", 2L);
    views.assertFollowed("V", "1", "3");
  }

  @Test
  void differencesOfBagsCountTheirCopies() {
    views.insert("a", "1", "1", "1", "2", "-", "-").insert("b", "1", "-");
    views.view("Less", "SELECT k FROM h.a EXCEPT ALL SELECT k FROM h.b");
    views.view("Both", "SELECT k FROM h.a INTERSECT SELECT k FROM h.b");
    views.assertRows("Less", "1", "1", "2", "-");
    views.assertRows("Both", "1", "-");
    views.insert("b", "1", "2", "2");
    views.assertFollowed("Less", "1", "-");
    views.assertFollowed("Both", "1", "2", "-");
    views.delete("b", null);
    views.assertFollowed("Less", "1", "-", "-");
    views.assertFollowed("Both", "1", "2");
  }

  @Test
  void viewsOverViews() {
    views.project().write("types/A.yaml", "$type: A\n$table: h.a\n$id: k\n");
    views.insert("a", "1 1 1", "2 1 2", "3 2 4");
    views.project().define("Yaml", "$from: A\n$groupBy: [g]\n$compute: {total: {$sum: n}}\n");
    views.view("First", "SELECT g, sum(n) AS total FROM h.a GROUP BY g");
    views.view(
        "Second",
        "SELECT f.g, f.total, y.total AS same FROM First f JOIN Yaml y ON f.g = y.g WHERE f.total >"
            + " 2");
    views.project().refresh("Yaml");
    views.assertRows("First", "1 3.00", "2 4.00");
    views.assertRows("Second", "1 3.00 3.00", "2 4.00 4.00");
    views.update("a", 3L, "g", 1L);
    views.project().refresh("Yaml");
    views.assertFollowed("First", "1 7.00");
    views.assertFollowed("Second", "1 7.00 7.00");
  }

  @Test
  void copiesOfRowsWithoutAKey() {
    views.insert("a", "1 1 1.5 0.5 x", "1 1 1.5 0.5 x", "- - - - -", "- - - - -");
    views.view("V", "SELECT * FROM h.a");
    views.assertRows("V", "1 1 1.50 0.5 x", "1 1 1.50 0.5 x", "- - - - -", "- - - - -");
    views.deleteOne("a", 1L).deleteOne("a", null);
    views.assertFollowed("V", "1 1 1.50 0.5 x", "- - - - -");
    views.insert("a", "1 1 1.5 0.5 x", "1 1 1.5 0.5 x");
    views.assertFollowed("V", "1 1 1.50 0.5 x", "1 1 1.50 0.5 x", "1 1 1.50 0.5 x", "- - - - -");
  }

  @Test
  void nullsThatTheQueryWrites() {
    views.insert("a", "1 1", "2 2");
    views.view(
        "V",
        """
        SELECT a.k, CASE WHEN g > 1 THEN g ELSE NULL END AS some, NULL AS nothing, v.y
        FROM h.a LEFT JOIN (VALUES (1, NULL), (2, 'q')) AS v(x, y) ON a.k = v.x
        WHERE nullif(g, 7) IS DISTINCT FROM NULL
        """);
    views.assertRows("V", "1 - - -", "2 2 - q");
    views.update("a", 2L, "g", 1L);
    views.assertFollowed("V", "1 - - -", "2 - - q");
  }
}
