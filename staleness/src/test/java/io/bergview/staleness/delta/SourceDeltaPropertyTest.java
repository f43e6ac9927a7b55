package io.bergview.staleness.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RandomSchemas;
import io.bergview.fixtures.RowBag;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.Seeds;
import io.bergview.fixtures.TableChanges;
import io.bergview.fixtures.Warehouses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happened between two snapshots, the terms of the delta, read whole by Iceberg's own
 * generic reader, add up to the difference of the rows of both ends, read the same way.
 */
@Tag("seeded")
class SourceDeltaPropertyTest {
  private static final int STEPS = 10;
  private static final int PAIRS = 12;

  @TempDir static Path dir;
  private static JdbcCatalog catalog;
  private static int seedsRun;
  private static int listedAgain;

  @BeforeAll
  static void open() {
    catalog = Warehouses.sqlite(dir);
    catalog.createNamespace(Namespace.of("random"));
  }

  @AfterAll
  static void filesWereListedAgain() {
    System.out.println("files listed again with " + seedsRun + " seeds: " + listedAgain);
    if (Seeds.arePreset()) {
      assertThat(listedAgain).isGreaterThanOrEqualTo(seedsRun / 10);
    }
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  static LongStream seeds() {
    return Seeds.of(1, 12);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theTermsAddUpToTheDifference(long seed) {
    Random random = new Random(seed);
    Table table =
        catalog.createTable(
            TableIdentifier.of("random", "t" + seed),
            RandomSchemas.of(seed),
            PartitionSpec.unpartitioned(),
            Map.of(TableProperties.FORMAT_VERSION, seed % 2 == 0 ? "2" : "3"));
    TableChanges changes = new TableChanges(table, seed);
    List<String> history = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      history.add(changes.next());
      table.refresh();
      history.add("  at " + table.currentSnapshot().snapshotId());
    }
    seedsRun++;
    listedAgain += changes.listedAgain();
    expireSome(table, random);
    List<OptionalLong> ends = new ArrayList<>(List.of(OptionalLong.empty()));
    for (Snapshot snapshot : table.snapshots()) {
      ends.add(OptionalLong.of(snapshot.snapshotId()));
    }
    for (int pair = 0; pair < PAIRS; pair++) {
      OptionalLong from = ends.get(random.nextInt(ends.size()));
      OptionalLong to =
          pair == 0
              ? OptionalLong.of(table.currentSnapshot().snapshotId())
              : ends.get(random.nextInt(ends.size()));
      String what = "seed %d, %s to %s, after%n%s".formatted(seed, from, to, join(history));
      RowBag expected = RowBag.difference(rows(table, to), rows(table, from));
      assertThat(sum(table, SourceDelta.between(table, from, to))).as(what).isEqualTo(expected);
      assertThat(sum(table, SourceDelta.betweenEnds(table, from, to)))
          .as("ends alone: " + what)
          .isEqualTo(expected);
    }
  }

  private static void expireSome(Table table, Random random) {
    for (Snapshot snapshot : List.copyOf(snapshots(table))) {
      boolean current = snapshot.snapshotId() == table.currentSnapshot().snapshotId();
      if (!current && random.nextInt(4) == 0) {
        table.expireSnapshots().expireSnapshotId(snapshot.snapshotId()).commit();
      }
    }
    table.refresh();
  }

  private static List<Snapshot> snapshots(Table table) {
    List<Snapshot> snapshots = new ArrayList<>();
    table.snapshots().forEach(snapshots::add);
    return snapshots;
  }

  private static List<Record> rows(Table table, OptionalLong snapshot) {
    return snapshot.isEmpty()
        ? List.of()
        : LiveRows.at(table, snapshot.getAsLong(), table.schema());
  }

  private static RowBag sum(Table table, SourceDelta delta) {
    List<FileScanTask> removed = new ArrayList<>(delta.removed());
    List<FileScanTask> added = new ArrayList<>(delta.added());
    delta.redeleted().forEach(file -> removed.add(file.before()));
    delta.redeleted().forEach(file -> added.add(file.after()));
    Schema columns = table.schema();
    RowBag rows = new RowBag();
    rows.add(RowContents.of(LiveRows.of(table, added, columns)), 1);
    rows.add(RowContents.of(LiveRows.of(table, removed, columns)), -1);
    return rows;
  }

  private static String join(List<String> history) {
    return String.join("\n", history);
  }
}
