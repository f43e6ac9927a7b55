package io.bergview.refresh;

import org.junit.jupiter.api.Test;

/** Views that make rows of lists and lists of lists, whose values are stated after each change. */
class SqlListFormsTest extends StatedRows {
  @Test
  void columnsBecomeRows() {
    views.insert("a", "1 5 1.5 0 x", "2 - 2 0 y", "3 - - 0 z");
    views.view(
        "Rows", "SELECT k, what, value FROM h.a UNPIVOT (value FOR what IN (g, n AS 'amount'))");
    views.view(
        "Nulls",
        "SELECT k, what, value FROM h.a UNPIVOT INCLUDE NULLS (value FOR what IN (g, n)) WHERE k >"
            + " 1");
    views.view(
        "Pairs",
        "SELECT p.k, what, one, other FROM h.a UNPIVOT ((one, other) FOR what IN ((g, s) AS"
            + " 'first', (n, s) AS 'second')) AS p");
    views.view(
        "Sums",
        "SELECT what, sum(value) AS total FROM (UNPIVOT h.a ON COLUMNS('^[gn]$') INTO NAME what"
            + " VALUE value) GROUP BY what");
    views.assertRows("Rows", "1 g 5.00", "1 amount 1.50", "2 amount 2.00");
    views.assertRows("Nulls", "2 g -", "2 n 2.00", "3 g -", "3 n -");
    views.assertRows(
        "Pairs",
        "1 first 5.00 x",
        "1 second 1.50 x",
        "2 first - y",
        "2 second 2.00 y",
        "3 first - z",
        "3 second - z");
    views.assertRows("Sums", "g 5.00", "n 3.50");
    views.update("a", 2L, "g", 7L).insert("a", "4 1 - 0 w").delete("a", 1L);
    views.assertFollowed("Rows", "2 g 7.00", "2 amount 2.00", "4 g 1.00");
    views.assertFollowed("Nulls", "2 g 7.00", "2 n 2.00", "3 g -", "3 n -", "4 g 1.00", "4 n -");
    views.assertFollowed("Sums", "g 8.00", "n 2.00");
    views.delete("a", 2L).delete("a", 4L);
    views.assertFollowed("Rows");
    views.assertFollowed("Sums");
  }

  @Test
  void listsSideBySide() {
    views.insert("a", "1 2 1 0 x", "2 0 1 0 y", "- - 1 0 z");
    views.view("Outputs", "SELECT k, unnest(range(g)) AS i, unnest([s]) AS t FROM h.a");
    views.view(
        "InFrom",
        "SELECT k, x, y, o FROM h.a, UNNEST(range(k, k + g), [s, s || s]) WITH ORDINALITY AS u(x,"
            + " y, o) WHERE k = 1");
    views.view(
        "Kept", "SELECT k, x, y FROM h.a LEFT JOIN UNNEST(range(g), range(g)) AS u(x, y) ON true");
    views.view(
        "Numbered", "SELECT k, p, x FROM h.a LATERAL VIEW posexplode(range(5, 5 + g)) u AS p, x");
    views.assertRows("Outputs", "1 0 x", "1 1 -", "2 - y", "- - z");
    views.assertRows("InFrom", "1 1 x 1", "1 2 xx 2");
    views.assertRows("Kept", "1 0 0", "1 1 1", "2 - -", "- - -");
    views.assertRows("Numbered", "1 0 5", "1 1 6");
    views.update("a", 2L, "g", 1L).delete("a", null).insert("a", "1 1 1 0 q");
    views.assertFollowed("Outputs", "1 0 x", "1 1 -", "2 0 y", "1 0 q");
    views.assertFollowed("InFrom", "1 1 x 1", "1 2 xx 2", "1 1 q 1", "1 - qq 2");
    views.assertFollowed("Kept", "1 0 0", "1 1 1", "2 0 0", "1 0 0");
    views.assertFollowed("Numbered", "1 0 5", "1 1 6", "2 0 5", "1 0 5");
  }

  @Test
  void lambdasOverElements() {
    views.insert("a", "1 3 1 0 x", "2 - 1 0 y", "3 0 1 0 z");
    views.view(
        "Lists",
        "SELECT k, list_transform(list_filter(range(g), x -> x > 0), x -> x * 10 + k) AS l FROM"
            + " h.a");
    views.view(
        "Positions",
        "SELECT transform(['p', s], (x, i) -> x || i)[2] AS zero, list_transform(['p', s], lambda"
            + " x, i : x || i)[2] AS one FROM h.a WHERE k = 1");
    views.view(
        "Tests",
        "SELECT k, any_match([g, 1], x -> x > 2) AS one, all_match([g, 5], x -> x > 2) AS every,"
            + " none_match([g], x -> x > 2) AS none FROM h.a");
    views.view(
        "Sums",
        "SELECT k, reduce(range(g), CAST(0.5 AS DECIMAL(9,1)), (sum, x) -> sum + x, sum -> sum * 2)"
            + " AS total FROM h.a");
    views.view(
        "Groups",
        "SELECT list_transform([k], g -> g + 1) AS l, count(*) AS rows FROM h.a GROUP BY k, g");
    views.view(
        "Nested",
        "SELECT k, list_transform(range(g), x -> list_transform(range(x), y -> x * y)) AS l FROM"
            + " h.a WHERE g > 0");
    views.assertRows("Lists", "1 [11, 21]", "2 -", "3 []");
    views.assertRows("Positions", "x1 x2");
    views.assertRows("Tests", "1 true true false", "2 - - -", "3 false false true");
    views.assertRows("Sums", "1 7.0", "2 -", "3 1.0");
    views.assertRows("Groups", "[2] 1", "[3] 1", "[4] 1");
    views.assertRows("Nested", "1 [[], [0], [0, 2]]");
    views.update("a", 2L, "g", 2L).delete("a", 3L).insert("a", "1 3 1 0 w");
    views.assertFollowed("Lists", "1 [11, 21]", "2 [12]", "1 [11, 21]");
    views.assertFollowed("Positions", "x1 x2", "w1 w2");
    views.assertFollowed("Tests", "1 true true false", "2 false false true", "1 true true false");
    views.assertFollowed("Sums", "1 7.0", "2 3.0", "1 7.0");
    views.assertFollowed("Groups", "[2] 2", "[3] 1");
  }

  @Test
  void windowsOfTime() {
    String at = "(SELECT k, TIMESTAMP '2024-01-01 10:00:00' + to_minutes(g) AS ts FROM h.a)";
    views.insert("a", "1 0", "2 7", "3 12", "4 -", "5 -3");
    views.view(
        "Tumbling",
        "SELECT window_start AS w, count(*) AS rows FROM TABLE(TUMBLE("
            + at
            + ", DESCRIPTOR(ts), INTERVAL '10' MINUTE)) GROUP BY window_start");
    views.view(
        "Hopping",
        "SELECT k, extract(minute FROM window_start) AS f, extract(minute FROM window_end) AS t"
            + " FROM HOP("
            + at
            + ", DESCRIPTOR(ts), INTERVAL '5' MINUTES, INTERVAL '10' MINUTES) WHERE k < 3");
    views.assertRows("Tumbling", "2024-01-01T09:50 1", "2024-01-01T10:00 2", "2024-01-01T10:10 1");
    views.assertRows("Hopping", "1 55 5", "1 0 10", "2 0 10", "2 5 15");
    views.insert("a", "6 9").delete("a", 5L).update("a", 1L, "g", 11L);
    views.assertFollowed("Tumbling", "2024-01-01T10:00 2", "2024-01-01T10:10 2");
    views.assertFollowed("Hopping", "1 5 15", "1 10 20", "2 0 10", "2 5 15");
    views.delete("a", 2L);
    views.assertFollowed("Tumbling", "2024-01-01T10:00 1", "2024-01-01T10:10 2");
  }
}
