package io.bergview.spark.sql;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.function.EdgeCalls;
import io.bergview.projection.function.FunctionDocs;
import io.bergview.projection.function.FunctionGroup;
import io.bergview.projection.function.Functions;
import io.bergview.projection.plan.Expr;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Functions of values at the edges are the same on Spark as in DuckDB. */
@Tag("long")
class SparkAgainstDuckDbTest {
  /** What differs: which arguments are errors, and what is no value of Spark's. */
  private static final List<Pattern> KNOWN =
      List.of(
          Pattern.compile("is refused: type time"),
          Pattern.compile(
              "^(?:substring|make_date|make_timestamp)\\(.*fails, and is NULL: \\[CAST"),
          Pattern.compile("^(?:array_slice|array_extract)\\(.*fails.*ARITHMETIC_OVERFLOW"),
          Pattern.compile("^\\w*like_escape\\(.*fails, and is (?:true|false)"),
          Pattern.compile("^regexp_replace\\(.*is no error but"),
          // Without regard to case, Java takes a dotted capital I for an i, and RE2 does not.
          Pattern.compile("^regexp_\\w+\\(.* of .*\u0130"),
          Pattern.compile("^timestamp_micros\\(long, \\) of 9223372036854775807 is no error"));

  private final List<String> wrong = new ArrayList<>();
  private int same;

  @Test
  void valuesAtTheEdgesAreTheSame() throws Exception {
    String only = System.getProperty("bergview.only", "");
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        SparkSession spark = ExampleSession.start()) {
      spark.sparkContext().setLogLevel("OFF");
      try (Statement statement = duckDb.createStatement()) {
        statement.execute("SET TimeZone = 'UTC'");
      }
      EdgeCalls calls = new EdgeCalls(Long.getLong("bergview.seed", 1));
      for (FunctionGroup group : Functions.all()) {
        if (!group.title().equals("Aggregates") && !group.title().equals("Window functions")) {
          for (FunctionDocs function : group.functions()) {
            if (only.isEmpty() || function.names().contains(only)) {
              for (EdgeCalls.Edge edge : calls.of(function, 2)) {
                compare(edge, duckDb, spark);
              }
            }
          }
        }
      }
    }
    wrong.removeIf(line -> KNOWN.stream().anyMatch(known -> known.matcher(line).find()));
    assertThat(wrong).isEmpty();
    assertThat(same).isGreaterThan(only.isEmpty() ? 9_000 : 0);
  }

  private void compare(EdgeCalls.Edge edge, Connection duckDb, SparkSession spark) {
    List<List<Expr>> rows = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    List<List<Expr>> errors = new ArrayList<>();
    for (List<Expr> row : edge.rows()) {
      try (Statement statement = duckDb.createStatement();
          ResultSet result = statement.executeQuery(edge.duckDb(List.of(row)))) {
        result.next();
        String value = result.getString(1);
        expected.add(value == null ? "NULL" : value);
        rows.add(row);
      } catch (SQLException e) {
        if (String.valueOf(e.getMessage()).contains("Catalog Error")) {
          return;
        }
        errors.add(row);
      }
    }
    try {
      String sql = ExampleSql.sql(edge.value());
      values(edge, sql, rows, expected, spark);
      for (List<Expr> row : errors.subList(0, Math.min(errors.size(), 2))) {
        try {
          Object value = spark.sql(query(edge, sql, List.of(row))).collectAsList().get(0).get(0);
          wrong.add(edge.what() + " of " + text(row) + " is no error but " + DuckDbText.of(value));
        } catch (Exception e) {
          same++;
        }
      }
    } catch (UnsupportedOnSpark e) {
      wrong.add(edge.what() + " is refused: " + e.getMessage());
    } catch (RuntimeException e) {
      wrong.add(edge.what() + " cannot be written: " + e);
    }
  }

  private void values(
      EdgeCalls.Edge edge,
      String sql,
      List<List<Expr>> rows,
      List<String> expected,
      SparkSession spark) {
    if (rows.isEmpty()) {
      return;
    }
    try {
      List<Row> found = spark.sql(query(edge, sql, rows)).collectAsList();
      for (int i = 0; i < rows.size(); i++) {
        Object value = found.get(i).get(0);
        if (isSame(value, expected.get(i))) {
          same++;
        } else {
          wrong.add(
              "%s of %s is %s, not %s"
                  .formatted(
                      edge.what(), text(rows.get(i)), DuckDbText.of(value), expected.get(i)));
        }
      }
    } catch (Exception e) {
      if (rows.size() == 1) {
        wrong.add(
            "%s of %s fails, and is %s: %s"
                .formatted(
                    edge.what(),
                    text(rows.get(0)),
                    expected.get(0),
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
        return;
      }
      int half = rows.size() / 2;
      values(edge, sql, rows.subList(0, half), expected.subList(0, half), spark);
      values(
          edge, sql, rows.subList(half, rows.size()), expected.subList(half, rows.size()), spark);
    }
  }

  private static boolean isSame(@Nullable Object value, String expected) {
    return DuckDbText.same(value, expected)
        || plain(DuckDbText.of(value)).equals(plain(expected))
        || expected.contains("(BC)")
        || value instanceof byte[] && expected.contains("\\x");
  }

  /** Without the quotes and spellings that differ within lists. */
  private static String plain(String text) {
    return text.replace("'", "")
        .replace("\\\\", "\\")
        .replace("Infinity", "inf")
        .replace("1.0E300", "1e+300")
        .replace("1.0E-9", "1e-09")
        .replaceFirst("^\\+(\\d{5})", "$1");
  }

  private static String query(EdgeCalls.Edge edge, String sql, List<List<Expr>> rows) {
    return "SELECT %s FROM VALUES %s AS t(%s)"
        .formatted(
            sql,
            rows.stream()
                .map(row -> row.stream().map(ExampleSql::sql).collect(joining(", ", "(", ")")))
                .collect(joining(", ")),
            edge.columns().stream().map(ExampleSql::column).collect(joining(", ")));
  }

  private static String text(List<Expr> row) {
    return row.stream()
        .map(value -> value instanceof Expr.Constant c ? "" + c.value() : ExampleSql.sql(value))
        .collect(joining("; "))
        .replace("\n", "\\n");
  }
}
