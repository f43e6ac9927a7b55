package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RandomQuery;
import io.bergview.fixtures.RandomQueryTables;
import io.bergview.fixtures.Seeds;
import io.bergview.projection.definition.SqlText;
import io.bergview.query.FindQuery;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random queries have the rows that DuckDB gives for the same text over the same rows: what it
 * makes of a query owes nothing to our plans.
 */
@Tag("seeded")
class QueriesAgainstDuckDbTest {
  private static final int QUERIES = 60;

  /** So many queries of a seed have a given part, so that three seeds meet them all. */
  private static final int GIVEN = 30;

  /** Digits after the point: averages of decimals have six here, and are doubles in DuckDB. */
  private static final int DIGITS = 4;

  @TempDir Path folder;

  private final Map<RandomQuery.Part, Integer> compared = new EnumMap<>(RandomQuery.Part.class);

  @Test
  void queriesHaveTheRowsOfDuckDb() {
    Seeds.of(3, 12).forEach(this::compare);
    System.out.println("queries compared by part: " + compared);
    if (Seeds.arePreset()) {
      Set<RandomQuery.Part> parts = EnumSet.allOf(RandomQuery.Part.class);
      parts.remove(RandomQuery.Part.TIES);
      assertThat(compared.keySet()).isEqualTo(parts);
    }
  }

  private void compare(long seed) {
    Random random = new Random(seed);
    try (Bergview bergview =
            Projects.create(
                folder.resolve("p" + seed),
                "settings: {memory-limit: 512MiB, threads: 2}\n",
                Map.of());
        Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      Catalog catalog = bergview.catalog("lake");
      ((SupportsNamespaces) catalog).createNamespace(Namespace.of("s"));
      new RandomQueryTables(catalog, random);
      statement.execute("SET default_null_order = 'nulls_first_on_asc_last_on_desc'");
      statement.execute("CREATE SCHEMA s");
      for (String table : List.of("a", "b", "c")) {
        copy(catalog, table, duckDb);
      }
      for (int i = 1; i <= QUERIES; i++) {
        RandomQuery.Drawn drawn =
            i <= GIVEN ? RandomQuery.draw(random, given(seed, i)) : RandomQuery.draw(random);
        if (!drawn.parts().contains(RandomQuery.Part.TIES)) {
          assertThat(ours(bergview, drawn.sql()))
              .as("seed %d, query %d: %s", seed, i, drawn.sql())
              .isEqualTo(rows(statement, drawn.sql()));
          drawn.parts().forEach(part -> compared.merge(part, 1, Integer::sum));
        }
      }
    } catch (SQLException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private static RandomQuery.Part given(long seed, int query) {
    List<RandomQuery.Part> parts = new ArrayList<>(EnumSet.allOf(RandomQuery.Part.class));
    parts.remove(RandomQuery.Part.TIES);
    return parts.get((int) ((seed * GIVEN + query) % parts.size()));
  }

  private static void copy(Catalog catalog, String table, Connection duckDb) throws SQLException {
    try (Statement statement = duckDb.createStatement()) {
      statement.execute(
          "CREATE TABLE s.%s (k BIGINT, g INTEGER, n DECIMAL(9, 2), f DOUBLE, s VARCHAR, t DATE)"
              .formatted(table));
    }
    try (PreparedStatement insert =
        duckDb.prepareStatement("INSERT INTO s." + table + " VALUES (?, ?, ?, ?, ?, ?)")) {
      for (Record row : LiveRows.of(catalog.loadTable(TableIdentifier.of("s", table)))) {
        for (int i = 0; i < row.size(); i++) {
          insert.setObject(i + 1, row.get(i));
        }
        insert.execute();
      }
    }
  }

  private static List<String> ours(Bergview bergview, String sql) {
    List<String> rows = new ArrayList<>();
    for (Map<String, Object> row :
        Projects.rows(bergview.find(FindQuery.select(SqlText.of(sql))))) {
      rows.add(row.values().stream().map(QueriesAgainstDuckDbTest::text).toList().toString());
    }
    Collections.sort(rows);
    return rows;
  }

  private static List<String> rows(Statement statement, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet result = statement.executeQuery(sql)) {
      int width = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
          row.add(text(result.getObject(i)));
        }
        rows.add(row.toString());
      }
    }
    Collections.sort(rows);
    return rows;
  }

  private static String text(@Nullable Object value) {
    if (value instanceof Number number) {
      BigDecimal rounded = new BigDecimal(number.toString()).setScale(DIGITS, RoundingMode.HALF_UP);
      return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
    return value instanceof java.sql.Timestamp moment
        ? moment.toLocalDateTime().toLocalDate().toString()
        : String.valueOf(value);
  }
}
