package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.errors.BergviewException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Spark changes, evolves, tags, branches, rolls back and expires a table. At each moment of it a
 * query has the rows and columns that Spark answers to the same text.
 */
@Tag("long")
class TimeTravelAgainstSparkTest {
  private static final List<String> HISTORY =
      List.of(
          "CREATE NAMESPACE past",
          "CREATE TABLE past.items (id BIGINT NOT NULL, k INT, low INT, high INT, note STRING)"
              + " USING iceberg PARTITIONED BY (bucket(2, id), k) TBLPROPERTIES"
              + " ('format-version'='%s', 'write.delete.mode'='%s', 'write.update.mode'='%2$s',"
              + " 'write.merge.mode'='%2$s')",
          "INSERT INTO past.items SELECT id, id %% 3, id, 1000 + id, concat('n', id) FROM range(5)",
          "INSERT INTO past.items SELECT id, id %% 3, id, 1000 + id, concat('n', id) FROM range(5,"
              + " 40)",
          "ALTER TABLE past.items CREATE TAG `month-end`",
          "UPDATE past.items SET high = high * 2, note = NULL WHERE id %% 5 = 1",
          "DELETE FROM past.items WHERE id %% 7 = 3",
          "ALTER TABLE past.items CREATE BRANCH audit",
          "ALTER TABLE past.items RENAME COLUMN low TO tmp",
          "ALTER TABLE past.items RENAME COLUMN high TO low",
          "ALTER TABLE past.items RENAME COLUMN tmp TO high",
          "ALTER TABLE past.items ALTER COLUMN high TYPE BIGINT",
          "ALTER TABLE past.items DROP COLUMN note",
          "ALTER TABLE past.items ADD COLUMN note DOUBLE AFTER id",
          "INSERT INTO past.items.branch_audit SELECT 100 + id, 0.5D, 1, id, 5 FROM range(3)",
          "MERGE INTO past.items t USING (SELECT id FROM range(35, 45)) s ON t.id = s.id"
              + " WHEN MATCHED AND s.id %% 2 = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET low = -1"
              + " WHEN NOT MATCHED THEN INSERT (id, k, low, high) VALUES (s.id, 9, 1, 5000000000)",
          "ALTER TABLE past.items DROP PARTITION FIELD k",
          "INSERT INTO past.items SELECT 200 + id, 2.5D, 7, id, id FROM range(4)");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"2, copy-on-write", "2, merge-on-read", "3, merge-on-read"})
  void eachMomentHasTheRowsThatSparkReads(int format, String mode) {
    try (Lake lake = Lake.create(folder, Map.of())) {
      HISTORY.forEach(statement -> lake.spark(statement.formatted(format, mode)));
      Table table = lake.catalog().loadTable(TableIdentifier.of("past", "items"));
      long back = table.history().get(table.history().size() - 2).snapshotId();
      lake.spark("CALL lake.system.rollback_to_snapshot('past.items', %d)".formatted(back));
      lake.spark("INSERT INTO past.items SELECT 300 + id, 3.5D, 8, id, id FROM range(3)");
      long first = table.history().get(0).snapshotId();
      lake.spark(
          "CALL lake.system.expire_snapshots(table => 'past.items', snapshot_ids => array(%d))"
              .formatted(first));
      table.refresh();
      assertThat(table.snapshot(first)).isNull();
      try (Bergview bergview = Bergview.open(folder)) {
        List<String> queries = queries(table);
        assertThat(queries).hasSizeGreaterThan(25);
        queries.forEach(sql -> assertSame(lake, bergview, sql));
        assertNeither(lake, bergview, "SELECT * FROM past.items VERSION AS OF " + first);
        assertNeither(lake, bergview, "SELECT * FROM past.items TIMESTAMP AS OF '2001-01-01'");
        assertNeither(lake, bergview, "SELECT * FROM past.items VERSION AS OF 'nothing'");
      }
    }
  }

  private static List<String> queries(Table table) {
    List<String> moments = new ArrayList<>();
    for (Snapshot snapshot : table.snapshots()) {
      moments.add("VERSION AS OF " + snapshot.snapshotId());
    }
    moments.add("VERSION AS OF 'month-end'");
    moments.add("VERSION AS OF 'audit'");
    moments.add("FOR VERSION AS OF 'main'");
    for (HistoryEntry entry : table.history()) {
      if (table.snapshot(entry.snapshotId()) != null) {
        Instant then = Instant.ofEpochMilli(entry.timestampMillis());
        moments.add("TIMESTAMP AS OF '" + then + "'");
        moments.add("FOR SYSTEM_TIME AS OF TIMESTAMP '" + then.plusMillis(1) + "'");
      }
    }
    List<String> queries = new ArrayList<>();
    for (String moment : moments) {
      queries.add("SELECT * FROM past.items " + moment);
      queries.add(
          queries.size() % 4 == 1
              ? "SELECT id, low FROM past.items %s WHERE low < 20 AND k <= 1".formatted(moment)
              : "SELECT count(*) AS n, max(high) AS h FROM past.items " + moment);
    }
    queries.add(
        "SELECT n.id, n.k, o.low AS before, n.high AS now FROM past.items AS n JOIN past.items"
            + " VERSION AS OF 'month-end' AS o ON o.id = n.id WHERE o.low <> n.high OR o.id < 5");
    queries.add(
        "SELECT id FROM past.items VERSION AS OF 'month-end' EXCEPT SELECT id FROM past.items"
            + " VERSION AS OF 'audit'");
    return queries;
  }

  private static void assertSame(Lake lake, Bergview bergview, String sql) {
    Bags.assertSame(
        sql,
        SqlAgainstSparkTest.ours(bergview, sql),
        "Spark",
        lake.spark(sql).mapped(SqlAgainstSparkTest::widened));
  }

  private static void assertNeither(Lake lake, Bergview bergview, String sql) {
    assertThat(fails(() -> lake.spark(sql))).as("Spark answers %s", sql).isTrue();
    assertThat(fails(() -> SqlAgainstSparkTest.ours(bergview, sql))).as(sql).isTrue();
  }

  private static boolean fails(Runnable query) {
    try {
      query.run();
      return false;
    } catch (AssertionError | BergviewException e) {
      return true;
    }
  }
}
