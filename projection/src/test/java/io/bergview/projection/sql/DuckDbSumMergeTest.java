package io.bergview.projection.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.DeltaPlan.MergedGroups;
import io.bergview.projection.plan.DeltaPlan.PreparedRows;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups of counts and exact sums: merged as sums they are what they are merged by joins. */
class DuckDbSumMergeTest {
  private static final PlanColumn RATE = new PlanColumn(1, "rate", Types.DoubleType.get());
  private static final PlanColumn NAME = new PlanColumn(2, "name", Types.StringType.get());
  private static final PlanColumn ROWS = new PlanColumn(3, "rows", Types.LongType.get());
  private static final PlanColumn VALUES = new PlanColumn(4, "values", Types.LongType.get());
  private static final PlanColumn SUM = new PlanColumn(5, "sum", Types.DecimalType.of(38, 2));
  private static final PlanColumn LEAST = new PlanColumn(6, "least", Types.IntegerType.get());
  private static final PlanColumn BROKEN = new PlanColumn(7, "broken", Types.BooleanType.get());
  private static final List<PlanColumn> KEYS = List.of(RATE, NAME);
  private static final Expr ARGUMENT = new Expr.Ref(new PlanColumn(8, "x", SUM.type()));
  private static final List<AggregateCall> EXACT =
      List.of(
          new AggregateCall(ROWS, AggregateFunction.COUNT_ROWS, ARGUMENT, List.of()),
          new AggregateCall(VALUES, AggregateFunction.COUNT, ARGUMENT, List.of()),
          new AggregateCall(
              SUM, AggregateFunction.SUM, ARGUMENT, List.of(), 0, Optional.of(VALUES)));

  private Connection duckDb;

  @BeforeEach
  void open() throws SQLException {
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
    for (String table : List.of("stored", "removed", "added")) {
      execute(
          "CREATE TABLE %s (c1 DOUBLE, c2 VARCHAR, c3 BIGINT, c4 BIGINT, c5 DECIMAL(38, 2), c6 INTEGER)"
              .formatted(table));
    }
  }

  @AfterEach
  void close() throws SQLException {
    duckDb.close();
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = duckDb.createStatement()) {
      statement.execute(sql);
    }
  }

  private static MergedGroups merged(
      List<PlanColumn> keys, List<AggregateCall> calls, boolean removed) {
    List<PreparedRows.Column> columns = new ArrayList<>();
    keys.forEach(key -> columns.add(new PreparedRows.Column(key, "c" + key.id())));
    calls.forEach(
        call -> columns.add(new PreparedRows.Column(call.column(), "c" + call.column().id())));
    return new MergedGroups(
        new PreparedRows("stored", true, columns),
        removed ? Optional.of(new PreparedRows("removed", true, columns)) : Optional.empty(),
        new PreparedRows("added", true, columns),
        keys,
        calls,
        BROKEN);
  }

  /** The groups, their keys, counts and sums as text. */
  private List<String> rows(Plan plan, List<PlanColumn> keys) throws SQLException {
    String query =
        DuckDbSql.select(
            plan,
            source -> {
              throw new AssertionError("reads " + source);
            });
    List<PlanColumn> columns = new ArrayList<>(keys);
    columns.addAll(List.of(ROWS, VALUES, SUM, BROKEN));
    List<String> rows = new ArrayList<>();
    try (Statement statement = duckDb.createStatement();
        ResultSet results = statement.executeQuery("SELECT * FROM (" + query + ")")) {
      while (results.next()) {
        List<String> row = new ArrayList<>();
        for (PlanColumn column : columns) {
          row.add(results.getString("c" + column.id()));
        }
        rows.add(row.toString());
      }
    }
    rows.sort(null);
    return rows;
  }

  private void assertTheSameAsJoined(List<PlanColumn> keys, boolean removed, String what)
      throws SQLException {
    List<AggregateCall> inexact = new ArrayList<>(EXACT);
    inexact.add(new AggregateCall(LEAST, AggregateFunction.MIN, ARGUMENT, List.of()));
    MergedGroups summed = merged(keys, EXACT, removed);
    MergedGroups joined = merged(keys, inexact, removed);
    assertThat(SumMergeSql.applies(summed)).isTrue();
    assertThat(SumMergeSql.applies(joined)).isFalse();
    List<String> rows = rows(summed, keys);
    assertThat(rows).as(what).isNotEmpty().isEqualTo(rows(joined, keys));
  }

  /** Some groups lose all that is stored of them, and some more. */
  @ParameterizedTest
  @CsvSource({"1, true", "2, true", "3, true", "4, true", "5, false", "6, false", "7, false"})
  void groupsAreThoseOfTheJoin(long seed, boolean removed) throws SQLException {
    Random random = new Random(seed);
    for (int round = 0; round < 5; round++) {
      for (String table : List.of("stored", "removed", "added")) {
        execute("DELETE FROM " + table);
      }
      for (String rate : List.of("0.0", "1.5", "'NaN'", "NULL")) {
        for (String name : List.of("'a'", "'b'", "NULL")) {
          boolean lost = removed && random.nextBoolean();
          boolean gained = !lost || random.nextBoolean();
          if (random.nextInt(4) > 0) {
            boolean negative = rate.equals("0.0") && random.nextBoolean();
            insert("stored", negative ? "CAST('-0.0' AS DOUBLE)" : rate, name, random);
          }
          if (lost) {
            insert("removed", rate, name, random);
          }
          if (gained) {
            insert("added", rate, name, random);
          }
        }
      }
      assertTheSameAsJoined(KEYS, removed, "seed %d, round %d".formatted(seed, round));
    }
  }

  private void insert(String table, String rate, String name, Random random) throws SQLException {
    int rows = 1 + random.nextInt(3);
    int values = random.nextInt(rows + 1);
    String sum = values == 0 ? "NULL" : random.nextInt(2_000) - 1_000 + ".25";
    execute(
        "INSERT INTO %s VALUES (%s, %s, %d, %d, %s, NULL)"
            .formatted(table, rate, name, rows, values, sum));
  }

  @Test
  void totalOfNoRowsCountsNone() throws SQLException {
    assertTheSameAsJoined(List.of(), true, "removed");
    assertTheSameAsJoined(List.of(), false, "not removed");
    execute("INSERT INTO added VALUES (NULL, NULL, 2, 1, 7.50, NULL)");
    assertTheSameAsJoined(List.of(), true, "removed");
    assertThat(rows(merged(List.of(), EXACT, false), List.of()))
        .containsExactly("[2, 1, 7.50, false]");
  }
}
