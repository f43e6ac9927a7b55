package io.bergview.pipeline.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RandomSchemas;
import io.bergview.fixtures.Seeds;
import io.bergview.fixtures.TableChanges;
import io.bergview.fixtures.Warehouses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Any schema, any changes, any two snapshots, any columns: the rows are the oracle's. */
@Tag("seeded")
class DeltaPropertyTest {
  private static final int STEPS = 9;
  private static final int PAIRS = 5;

  @TempDir static Path temp;
  private static JdbcCatalog catalog;
  private static int seedsRun;
  private static int listedAgain;
  private static DeltaCheck check;

  @BeforeAll
  static void open() {
    catalog = Warehouses.sqlite(temp);
    catalog.createNamespace(Namespace.of("random"));
    check = new DeltaCheck(temp);
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
    check.close();
    catalog.close();
  }

  static LongStream seeds() {
    return Seeds.of(2, 15);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theRowsAreTheDifferenceOfBothEnds(long seed) {
    Random random = new Random(seed);
    Table table =
        catalog.createTable(
            TableIdentifier.of("random", "t" + seed),
            RandomSchemas.of(1000 + seed),
            PartitionSpec.unpartitioned(),
            Map.of(TableProperties.FORMAT_VERSION, seed % 2 == 0 ? "2" : "3"));
    TableChanges changes = new TableChanges(table, 1000 + seed);
    List<String> history = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      history.add(changes.next());
      table.refresh();
      history.add("  at " + table.currentSnapshot().snapshotId());
    }
    seedsRun++;
    listedAgain += changes.listedAgain();
    List<OptionalLong> ends = new ArrayList<>(List.of(OptionalLong.empty()));
    for (Snapshot snapshot : table.snapshots()) {
      ends.add(OptionalLong.of(snapshot.snapshotId()));
    }
    for (int pair = 0; pair < PAIRS; pair++) {
      OptionalLong from = ends.get(random.nextInt(ends.size()));
      OptionalLong to = ends.get(random.nextInt(ends.size()));
      String what =
          "seed %d, %s to %s, after%n%s".formatted(seed, from, to, String.join("\n", history));
      check.check(table, from, to, some(table.schema(), random), what);
    }
  }

  /** The id and some other columns, in any order. */
  private static Schema some(Schema schema, Random random) {
    List<Types.NestedField> columns = new ArrayList<>(schema.columns());
    Collections.shuffle(columns, random);
    columns.removeIf(column -> !column.name().equals("id") && random.nextInt(3) == 0);
    return new Schema(columns);
  }
}
