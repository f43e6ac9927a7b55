package io.bergview.refresh;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Views as users of DuckDB, Snowflake, Spark, Trino and PostgreSQL write them, whose values are
 * stated after each change.
 */
@Tag("contract")
class SqlDialectsTest extends StatedRows {
  @Test
  void outputsAreNamedByOthers() {
    views.insert("a", "1 5 1 0 x", "2 1 1 0 y", "3 - 1 0 x");
    views.view("Chain", "SELECT k + 1 AS x, x * 2 AS y, y - g AS z FROM h.a WHERE y > 4");
    views.view(
        "Groups",
        "SELECT upper(s) AS name, sum(g) AS total, total * 10 AS more FROM h.a GROUP BY name HAVING"
            + " more > 10");
    views.view("ColumnsFirst", "SELECT k + 10 AS g, g + 1 AS h FROM h.a");
    views.view(
        "Inner",
        "SELECT k AS g, (SELECT max(g) FROM h.b) AS m, list_transform([k], g -> g) AS l FROM h.a");
    views.view("Window", "SELECT row_number() OVER (ORDER BY k) AS r, r * 10 AS ten FROM h.a");
    views.view(
        "Units",
        "SELECT date_part(year, d) AS year, date_part(YEAR, e) AS other, list_transform([k], y ->"
            + " list_transform([y], year -> year))[1][1] AS y FROM (SELECT k, DATE '2024-01-01' +"
            + " to_days(k) AS d, DATE '2023-01-01' AS e FROM h.a WHERE k = 1)");
    views.insert("b", "1 7");
    views.assertRows("Units", "2024 2023 1");
    views.assertRows("Chain", "3 6 5", "4 8 -");
    views.assertRows("Groups", "X 5 50");
    views.assertRows("ColumnsFirst", "11 6", "12 2", "13 -");
    views.assertRows("Inner", "1 7 [1]", "2 7 [2]", "3 7 [3]");
    views.assertRows("Window", "1 10", "2 20", "3 30");
    views.update("a", 3L, "g", 2L).delete("a", 2L).insert("b", "1 9");
    views.assertFollowed("Chain", "4 8 6");
    views.assertFollowed("Groups", "X 7 70");
    views.assertFollowed("ColumnsFirst", "11 6", "13 3");
    views.assertFollowed("Inner", "1 9 [1]", "3 9 [3]");
    views.assertFollowed("Window", "1 10", "2 20");
  }

  @Test
  void unionsByNames() {
    views.insert("a", "1 5 1.5 0 x").insert("b", "2 6 2 0 y", "2 6 3 0 z");
    views.view("All", "SELECT k, g FROM h.a UNION ALL BY NAME SELECT s, k FROM h.b");
    views.view("Once", "SELECT k AS x, g FROM h.b UNION BY NAME SELECT G, n AS X FROM h.a");
    views.view(
        "Three",
        "SELECT k FROM h.a UNION ALL BY NAME SELECT g FROM h.b UNION ALL BY NAME SELECT s, k FROM"
            + " h.a");
    views.assertRows("All", "1 5 -", "2 - y", "2 - z");
    views.assertRows("Once", "2.00 6", "1.50 5");
    views.assertRows("Three", "1 - -", "- 6 -", "- 6 -", "1 - x");
    views.deleteWhere("b", "s", "z").insert("a", "3 - 1 0 -");
    views.assertFollowed("All", "1 5 -", "3 - -", "2 - y");
    views.assertFollowed("Once", "2.00 6", "1.50 5", "1.00 -");
    views.assertFollowed("Three", "1 - -", "3 - -", "- 6 -", "1 - x", "3 - -");
    views.delete("b", 2L);
    views.assertFollowed("Once", "1.50 5", "1.00 -");
  }

  @Test
  void theFirstRowsWithThoseThatAreEqual() {
    views.insert("a", "1 5", "2 5", "3 4", "4 3");
    views.view("Ties", "SELECT k, g FROM h.a ORDER BY g DESC FETCH FIRST 1 ROWS WITH TIES");
    views.view(
        "Top", "SELECT k FROM (SELECT TOP 2 k, g FROM h.a ORDER BY k DESC) AS q WHERE g < 4");
    views.assertRows("Ties", "1 5", "2 5");
    views.assertRows("Top", "4");
    views.delete("a", 1L).insert("a", "5 6");
    views.assertFollowed("Ties", "5 6");
    views.delete("a", 5L).delete("a", 4L).insert("a", "6 5", "7 1");
    views.assertFollowed("Ties", "2 5", "6 5");
    views.assertFollowed("Top", "7");
  }

  @Test
  void clausesOfOtherEngines() {
    views.insert("a", "1 5 1 0 ax", "1 6 2 0 b", "2 - 3 0 a").insert("b", "1 7");
    views.view("Minus", "SELECT k FROM h.a MINUS SELECT k FROM h.b");
    views.view("Anti", "SELECT a.k FROM h.a LEFT ANTI JOIN h.b ON a.k = b.k");
    views.view("Semi", "SELECT a.g FROM h.a LEFT SEMI JOIN h.b ON a.k = b.k");
    views.view(
        "RolledUp",
        "SELECT k, grouping_id() AS all, count(*) AS c FROM h.a GROUP BY k WITH ROLLUP");
    views.view(
        "Applied",
        "SELECT a.g, x.g AS h FROM h.a OUTER APPLY (SELECT b.g FROM h.b WHERE b.k = a.k) AS x");
    views.view("Words", "SELECT s RLIKE '^a' AS r, s NOT RLIKE 'x$' AS n, g DIV 2 AS d FROM h.a");
    views.view("In", "SELECT g FROM h.a WHERE g = ANY (VALUES 5, 7)");
    views.assertRows("Minus", "2");
    views.assertRows("Anti", "2");
    views.assertRows("Semi", "5", "6");
    views.assertRows("RolledUp", "1 0 2", "2 0 1", "- 1 3");
    views.assertRows("Applied", "5 7", "6 7", "- -");
    views.assertRows("Words", "true false 2", "false true 3", "true true -");
    views.assertRows("In", "5");
    views.insert("b", "2 8").delete("b", 1L).deleteWhere("a", "g", 6L);
    views.assertFollowed("Minus", "1");
    views.assertFollowed("Anti", "1");
    views.assertFollowed("Semi", "-");
    views.assertFollowed("RolledUp", "1 0 1", "2 0 1", "- 1 2");
    views.assertFollowed("Applied", "5 -", "- 8");
  }

  @Test
  void aggregatesOfOtherEngines() {
    views.insert("a", "1 5 1 0 x", "1 6 2 0 y", "1 6 3 0 -", "2 - 4 0 z");
    views.view(
        "Lists",
        "SELECT k, listagg(s, '-' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY n DESC) AS l,"
            + " array_agg(s IGNORE NULLS) AS a, array_agg(g RESPECT NULLS ORDER BY n) AS r,"
            + " collect_list(s) AS c, collect_set(g) AS t FROM h.a GROUP BY k");
    views.view(
        "Values",
        "SELECT k, mode() WITHIN GROUP (ORDER BY g) AS m, percentile(g, 0.5) AS p, count(DISTINCT"
            + " k, s) AS d, boolor_agg(g > 5) AS o FROM h.a GROUP BY k");
    views.assertRows("Lists", "1 y-x [x, y] [5, 6, 6] [x, y] [5, 6]", "2 z [z] [null] [z] []");
    views.assertRows("Values", "1 6 6.0 2 true", "2 - - 1 -");
    views.deleteWhere("a", "s", "y").insert("a", "2 1 5 0 w");
    views.assertFollowed("Lists", "1 x [x] [5, 6] [x] [5, 6]", "2 w-z [w, z] [null, 1] [w, z] [1]");
    views.assertFollowed("Values", "1 5 5.5 1 true", "2 1 1.0 2 false");
  }

  @Test
  void numbersAndTimesAreCast() {
    views.insert("a", "90 1 1.5 0.25 x", "-1 - - - -");
    views.view(
        "Moments",
        "SELECT CAST(k AS TIMESTAMP) AS k, CAST(n AS TIMESTAMP) AS n, CAST(f AS TIMESTAMP) AS f"
            + " FROM h.a");
    views.view(
        "Seconds",
        "SELECT CAST(t AS BIGINT) AS i, CAST(t AS DECIMAL(20, 3)) AS d, CAST(t AS DOUBLE) AS f FROM"
            + " (SELECT CAST(n AS TIMESTAMP) - INTERVAL 3 SECOND AS t FROM h.a)");
    views.view(
        "Periods",
        "SELECT k, (DATE '2024-01-01', to_days(g) + DATE '2024-01-01') OVERLAPS (DATE '2024-01-02',"
            + " INTERVAL 2 DAY) AS o FROM h.a");
    views.assertRows(
        "Moments",
        "1970-01-01T00:01:30 1970-01-01T00:00:01.500 1970-01-01T00:00:00.250",
        "1969-12-31T23:59:59 - -");
    views.assertRows("Seconds", "-2 -1.500 -1.5", "- - -");
    views.assertRows("Periods", "90 false", "-1 -");
    views.update("a", 90L, "g", 2L).insert("a", "0 1 0 0 y");
    views.assertFollowed("Periods", "90 true", "-1 -", "0 false");
    views.assertFollowed("Seconds", "-2 -1.500 -1.5", "- - -", "-3 -3.000 -3.0");
  }
}
