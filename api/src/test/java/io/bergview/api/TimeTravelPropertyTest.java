package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RandomSchemas;
import io.bergview.fixtures.Seeds;
import io.bergview.fixtures.TableChanges;
import io.bergview.projection.definition.SqlText;
import io.bergview.query.FindQuery;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A table goes through random changes. Each of its snapshots has the rows and columns that were
 * read when it was made, by its id and by every time at which it was current; so has a query of two
 * of them at once.
 */
@Tag("contract")
@Tag("seeded")
class TimeTravelPropertyTest {
  private static final int STEPS = 12;

  @TempDir private Path folder;
  private Bergview bergview;
  private Table table;

  /** What was read when a snapshot was made, by its id. */
  private final Map<Long, List<Map<String, Object>>> recorded = new LinkedHashMap<>();

  static LongStream seeds() {
    return Seeds.of(2, 6);
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void rowsAreThoseThatWereReadThen(long seed) {
    bergview = Projects.create(folder, "settings: {memory-limit: 1GiB, threads: 2}\n", Map.of());
    int version = seed % 2 == 0 ? 2 : 3;
    table = create(bergview.catalog("lake"), seed, version);
    TableChanges changes = new TableChanges(table, seed);
    List<String> done = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      done.add(changes.next());
      record();
    }
    assertThat(recorded).as("%s", done).hasSizeGreaterThan(3);
    recorded.forEach((id, rows) -> assertRows("VERSION AS OF " + id, rows, done));
    assertRows("VERSION AS OF 'main'", select(""), done);
    assertTimes(done);
    assertTwoAtOnce(done);
  }

  private static Table create(Catalog catalog, long seed, int version) {
    ((SupportsNamespaces) catalog).createNamespace(Namespace.of("random"));
    return catalog.createTable(
        TableIdentifier.of("random", "items"),
        RandomSchemas.of(seed),
        PartitionSpec.unpartitioned(),
        Map.of(TableProperties.FORMAT_VERSION, "" + version));
  }

  /** A snapshot is read when it is made: what becomes current again has newer columns then. */
  private void record() {
    table.refresh();
    if (table.currentSnapshot() == null) {
      return;
    }
    long id = table.currentSnapshot().snapshotId();
    if (!recorded.containsKey(id)) {
      recorded.put(id, select(""));
      assertThat(select("").stream().map(row -> row.get("id")).sorted())
          .as("Iceberg's own reader")
          .isEqualTo(
              LiveRows.at(table, id).stream().map(row -> row.getField("id")).sorted().toList());
    }
  }

  private List<Map<String, Object>> select(String moment) {
    return query("SELECT * FROM random.items " + moment);
  }

  private List<Map<String, Object>> query(String sql) {
    return rows(bergview.find(FindQuery.select(SqlText.of(sql))));
  }

  private void assertRows(String moment, List<Map<String, Object>> rows, List<String> done) {
    assertThat(select("FOR " + moment))
        .as("%s after %s", moment, done)
        .containsExactlyInAnyOrderElementsOf(rows);
  }

  /** At each time of the history, and right before the next one. */
  private void assertTimes(List<String> done) {
    List<HistoryEntry> history = table.history();
    for (int i = 0; i < history.size(); i++) {
      List<Map<String, Object>> rows = recorded.get(history.get(i).snapshotId());
      long from = history.get(i).timestampMillis();
      long next = i + 1 < history.size() ? history.get(i + 1).timestampMillis() : from + 1_000;
      if (next > from && rows != null) {
        assertRows("TIMESTAMP AS OF '" + Instant.ofEpochMilli(from) + "'", rows, done);
        assertRows("SYSTEM_TIME AS OF '" + Instant.ofEpochMilli(next - 1) + "'", rows, done);
      }
    }
  }

  private void assertTwoAtOnce(List<String> done) {
    List<Long> ids = List.copyOf(recorded.keySet());
    long first = ids.get(0);
    long last = ids.get(ids.size() - 1);
    assertThat(
            query(
                """
                SELECT (SELECT count(*) FROM random.items VERSION AS OF %1$d) AS a,
                  (SELECT count(*) FROM random.items VERSION AS OF %2$d) AS b,
                  (SELECT count(*) FROM random.items) AS c,
                  (SELECT sum(id) FROM random.items AT (VERSION => %1$d) WHERE id > 3) AS d
                """
                    .formatted(first, last)))
        .as("%s", done)
        .containsExactly(
            row(
                "a", (long) recorded.get(first).size(),
                "b", (long) recorded.get(last).size(),
                "c", (long) select("").size(),
                "d", sumOver3(recorded.get(first))));
  }

  private static Object sumOver3(List<Map<String, Object>> rows) {
    long sum = 0;
    boolean any = false;
    for (Map<String, Object> row : rows) {
      long id = (Long) row.get("id");
      any |= id > 3;
      sum += id > 3 ? id : 0;
    }
    return any ? sum : null;
  }

  private static Map<String, Object> row(Object... namesAndValues) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      row.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return row;
  }
}
