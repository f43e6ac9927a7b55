package io.bergview.refresh;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views as other engines spell them, whose values are stated after each change. */
class SqlSpellingsTest {
  @TempDir Path folder;

  @Test
  void spellingsOfOtherEnginesAreFollowed() {
    try (SqlViews views = new SqlViews(folder)) {
      views.insert("a", "1 5 1 0 a", "1 7 2 0 b", "2 - 3 0 x").insert("b", "1 4", "1 6", "2 1");
      views.view(
          "Tests",
          "SELECT k, SOME(g > 6) AS one, EVERY(g > 6) AS every, count(*) day FROM h.a GROUP BY k");
      views.view(
          "Tried",
          "SELECT k, SAFE_CAST(s AS INT) AS i, g BETWEEN SYMMETRIC 9 AND 6 AS between,"
              + " MAP['x', k, 'y', g]['y'] AS entry, g <=> NULL AS none FROM h.a");
      views.view(
          "Nearest",
          "SELECT a.k, a.g, b.g AS before FROM h.a LEFT ASOF JOIN h.b MATCH_CONDITION (a.g >= b.g)"
              + " ON a.k = b.k");
      views.view(
          "NearestOfFew",
          "SELECT a.g, b.g AS before FROM h.a ASOF JOIN h.b MATCH_CONDITION (a.g > b.g)"
              + " ON a.k = b.k WHERE a.k = 1 OR a.k = 3");
      views.view("Sets", "SELECT grouping(k) AS o FROM h.a GROUP BY GROUPING SETS ((k), ())");
      views.assertRows("Tests", "1 true false 2", "2 - - 1");
      views.assertRows("Tried", "1 - false 5 false", "1 - true 7 false", "2 - - - true");
      views.assertRows("Nearest", "1 5 4", "1 7 6", "2 - -");
      views.assertRows("NearestOfFew", "5 4", "7 6");
      views.assertRows("Sets", "0", "0", "1");
      views.view(
          "Lengths",
          "SELECT CAST(k * 1000 AS VARCHAR(2)) AS v, CAST(s AS CHAR(3)) || '.' AS c,"
              + " hex(CAST(encode(s) AS BINARY(2))) AS b FROM h.a WHERE k = 1");
      views.assertRows("Lengths", "10 a  . 6100", "10 b  . 6200");
      views.insert("a", "2 9 4 0 12").delete("a", 1L);
      views.assertFollowed("Tests", "2 true true 2");
      views.assertFollowed("Tried", "2 - - - true", "2 12 true 9 false");
      views.assertFollowed("Nearest", "2 - -", "2 9 1");
      views.assertFollowed("Sets", "0", "1");
      views.delete("a", 2L);
      views.assertFollowed("Tests");
      views.assertFollowed("Sets", "1");
    }
  }

  @Test
  void rowsListsAndMapsAreCompared() {
    try (SqlViews views = new SqlViews(folder)) {
      views.insert("a", "1 5 1 0 a", "1 3 2 0 b", "2 - 3 0 c");
      views.view(
          "Rows",
          "SELECT k, max(ROW(g, s))[2] AS most, count(DISTINCT ROW(k, 1)) AS kinds,"
              + " max_by(s, (k, g)) AS last, min([g, 1])[1] AS least,"
              + " element_at(min(MAP {'a': g}), 'a') AS entry FROM h.a GROUP BY k");
      views.view(
          "Compared",
          "SELECT g, (k, g) < (1, 4) AS less, (k, g) >= ROW(1, g) AS most, (k, g) IS DISTINCT FROM"
              + " (2, NULL) AS other, {'a': k, 'b': s} = (1, 'b') AS b, MAP {'a': k, 'b': g} ="
              + " MAP {'b': g, 'a': 1} AS m FROM h.a");
      views.view(
          "Elements",
          "SELECT k, x, y, i FROM h.a, UNNEST([{'p': g, 'q': s}, {'p': 0, 'q': 'z'}]) WITH"
              + " ORDINALITY AS u(x, y, i) WHERE k = 2");
      views.view(
          "Distinct",
          "SELECT stddev_samp(DISTINCT k) AS s, bit_xor(DISTINCT k) AS x, max_by(DISTINCT s, g) AS"
              + " m FROM h.a");
      views.view("Count", "SELECT count(DISTINCT ROW(k, g)) AS c FROM h.a WHERE k = 1");
      views.view("None", "SELECT count(DISTINCT {'a': k}) AS c FROM h.a WHERE k > 100");
      views.assertRows("Count", "2");
      views.assertRows("None", "0");
      views.view("Pairs", "SELECT regr_count(g, k) AS c FROM h.a WHERE k > 100");
      views.assertRows("Pairs", "0");
      views.assertRows("Rows", "1 a 1 a 3 3", "2 c 1 c - -");
      views.assertRows(
          "Compared",
          "5 false true true false true",
          "3 true true true true true",
          "- false true false false false");
      views.assertRows("Elements", "2 - c 1", "2 0 z 2");
      views.assertRows("Distinct", "0.7071067811865476 3 a");
      views.delete("a", 1L).insert("a", "2 8 4 0 d", "5 1 1 0 e");
      views.assertFollowed("Rows", "2 d 1 d - -", "5 e 1 e 1 1");
      views.assertFollowed("Count", "0");
      views.assertFollowed("None", "0");
      views.assertFollowed("Pairs", "0");
      views.assertFollowed("Elements", "2 - c 1", "2 0 z 2", "2 8 d 1", "2 0 z 2");
      views.assertFollowed("Distinct", "2.1213203435596424 7 d");
    }
  }

  @Test
  void intervalsAreColumns() {
    try (SqlViews views = new SqlViews(folder)) {
      String at = "TIMESTAMP '2024-01-31 12:00:00'";
      views.insert("a", "1 30", "1 61", "2 366");
      views.view(
          "Spans",
          "SELECT k, (t - %1$s) DAY TO SECOND AS d, (t - %1$s) MONTH AS m FROM (SELECT k, %1$s + INTERVAL (g) DAY AS t FROM h.a)"
              .formatted(at));
      views.view(
          "Longest",
          "SELECT k, %s + max(d) AS t, CAST(max(m) AS VARCHAR) AS m, count(DISTINCT m) AS c FROM spans GROUP BY k"
              .formatted(at));
      views.view(
          "Written",
          "SELECT CAST(d AS VARCHAR) AS d, CAST(d * 2 - INTERVAL '1 02:00:00' DAY TO SECOND AS"
              + " VARCHAR) AS e, CAST(-m AS VARCHAR) AS n, CAST(m AS BIGINT) AS i, d > INTERVAL"
              + " '31' DAY AS more, d = CAST('+30 00:00:00' AS INTERVAL DAY TO SECOND) AS same FROM"
              + " spans");
      views.project().refresh("Spans");
      views.assertRows("Longest", "1 2024-04-01T12:00 +2 2", "2 2025-01-31T12:00 +12 1");
      views.assertRows(
          "Written",
          "+30 00:00:00.000000 +58 22:00:00.000000 -1 1 false true",
          "+61 00:00:00.000000 +120 22:00:00.000000 -2 2 true false",
          "+366 00:00:00.000000 +730 22:00:00.000000 -12 12 true false");
      views.deleteWhere("a", "g", 61L).insert("a", "2 -1");
      views.project().refresh("Spans");
      views.assertFollowed("Longest", "1 2024-03-01T12:00 +1 1", "2 2025-01-31T12:00 +12 2");
      views.assertFollowed(
          "Written",
          "+30 00:00:00.000000 +58 22:00:00.000000 -1 1 false true",
          "+366 00:00:00.000000 +730 22:00:00.000000 -12 12 true false",
          "-1 00:00:00.000000 -3 02:00:00.000000 +0 0 false false");
    }
  }
}
