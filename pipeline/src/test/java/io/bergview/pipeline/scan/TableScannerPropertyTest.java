package io.bergview.pipeline.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.EveryType;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RandomRows;
import io.bergview.fixtures.RandomSchemas;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.SchemaChanges;
import io.bergview.fixtures.Seeds;
import io.bergview.fixtures.Warehouses;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionSettings;
import io.bergview.pipeline.cache.Holes;
import io.bergview.pipeline.cache.LocalFiles;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Iceberg's own generic reader is the oracle: whatever happened to a table, the rows are the same.
 */
@Tag("seeded")
class TableScannerPropertyTest {
  @TempDir static Path temp;
  private static JdbcCatalog catalog;
  private static JdbcCatalog remote;
  private static DuckDbSession session;
  private static TableScanner scanner;

  @BeforeAll
  static void open() {
    catalog = Warehouses.sqlite(temp);
    catalog.createNamespace(Namespace.of("random"));
    remote = Warehouses.remote(temp.resolve("remote"));
    remote.createNamespace(Namespace.of("random"));
    session = DuckDbSession.open(SessionSettings.defaults().withTempDirectory(temp).withThreads(2));
    scanner = new TableScanner(new LocalFiles(temp.resolve("cache"), 1 << 20, Clock.systemUTC()));
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    catalog.close();
    remote.close();
  }

  static LongStream seeds() {
    return Seeds.of(2, 15);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyRowAsIcebergReadsIt(long seed) {
    Random random = new Random(seed);
    boolean vectors = random.nextBoolean();
    Table table =
        (seed % 2 == 0 ? remote : catalog)
            .createTable(
                TableIdentifier.of("random", "t" + seed),
                RandomSchemas.of(seed),
                PartitionSpec.unpartitioned(),
                Map.of(TableProperties.FORMAT_VERSION, vectors ? "3" : "2"));
    long firstId = 0;
    for (int step = 0; step < 8; step++) {
      int choice = step == 0 ? 0 : random.nextInt(9);
      String what =
          switch (choice) {
            case 0, 1, 2 -> {
              FileFormat format =
                  random.nextInt(3) > 0
                      ? FileFormat.PARQUET
                      : random.nextBoolean() ? FileFormat.ORC : FileFormat.AVRO;
              int count = random.nextInt(40);
              RowFiles.append(table, format, RandomRows.of(table.schema(), seed, firstId, count));
              firstId += count;
              yield "append " + count + " " + format;
            }
            case 3 ->
                vectors
                    ? "dv " + RowDeletes.byVector(table, some(random, firstId))
                    : "pos " + RowDeletes.byPosition(table, some(random, firstId));
            case 4 ->
                random.nextInt(3) == 0
                    ? "eq " + RowDeletes.byEquality(table, some(random, firstId), "id")
                    : "none";
            case 5 -> random.nextInt(3) == 0 ? "compaction " + Compaction.rewrite(table) : "none";
            default -> evolve(table, random, step);
          };
      table.refresh();
      if (table.currentSnapshot() != null) {
        compare(table, random, "seed " + seed + " step " + step + ": " + what);
      }
    }
    for (Snapshot snapshot : table.snapshots()) {
      Schema then = SnapshotUtil.schemaFor(table, snapshot.snapshotId());
      try (Relation relation =
          scanner.scan(session, table, OptionalLong.of(snapshot.snapshotId()), then)) {
        assertThat(byId(ScannedRows.of(session, relation), "id"))
            .as("seed %d snapshot %d", seed, snapshot.snapshotId())
            .isEqualTo(byId(RowContents.of(LiveRows.at(table, snapshot.snapshotId())), "id"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void everyTypeAndEdgeWithoutIcebergsReaders(int formatVersion) {
    Table table =
        EveryType.create(
            catalog, TableIdentifier.of("random", "every" + formatVersion), formatVersion);
    try (Relation relation = scanner.scan(session, table, current(table), table.schema())) {
      assertThat(relation.size().filesByJava()).isZero();
      assertThat(byId(ScannedRows.of(session, relation), "id"))
          .isEqualTo(byId(RowContents.of(LiveRows.of(table)), "id"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ORC", "AVRO"})
  void everyTypeAndEdgeOfOtherFormats(FileFormat format) {
    Table table =
        catalog.createTable(
            TableIdentifier.of("random", "every_" + format.name().toLowerCase()), EveryType.SCHEMA);
    RowFiles.append(table, format, EveryType.rows(table));
    try (Relation relation = scanner.scan(session, table, current(table), table.schema())) {
      assertThat(relation.size().filesByJava()).isOne();
      assertThat(byId(ScannedRows.of(session, relation), "id"))
          .isEqualTo(byId(RowContents.of(LiveRows.of(table)), "id"));
    }
  }

  private void compare(Table table, Random random, String what) {
    List<Types.NestedField> columns = new ArrayList<>(table.schema().columns());
    Collections.shuffle(columns, random);
    columns = columns.subList(0, 1 + random.nextInt(columns.size()));
    if (columns.stream().noneMatch(column -> column.name().equals("id"))) {
      columns = new ArrayList<>(columns);
      columns.add(table.schema().findField("id"));
    }
    Schema requested = new Schema(columns);
    try (Relation relation = scanner.scan(session, table, current(table), requested)) {
      relation.sql();
      Holes.spoil(temp.resolve("cache"));
      List<Map<String, Object>> actual = byId(ScannedRows.of(session, relation), "id");
      List<Map<String, Object>> expected;
      try {
        expected = byId(RowContents.of(LiveRows.of(table)), "id");
      } catch (IllegalArgumentException e) {
        // Iceberg's reader fails on a struct of whose requested fields a file has none.
        assertThat(e).hasMessageContaining("is not in the store");
        return;
      }
      expected.forEach(
          row ->
              row.keySet()
                  .retainAll(requested.columns().stream().map(Types.NestedField::name).toList()));
      assertThat(actual).as(what + "\n" + relation.sql()).isEqualTo(expected);
      if (what.indexOf("eq") < 0 && relation.size().filesByJava() == 0) {
        assertThat(relation.size().rows()).isEqualTo(expected.size());
      }
    }
  }

  /** One random legal change of a column anywhere in the schema. */
  private static String evolve(Table table, Random random, int step) {
    List<Types.NestedField> fields =
        new ArrayList<>(TypeUtil.indexById(table.schema().asStruct()).values());
    Types.NestedField field = fields.get(random.nextInt(fields.size()));
    String path = table.schema().findColumnName(field.fieldId());
    boolean inCollection =
        path.endsWith(".element")
            || path.endsWith(".key")
            || path.endsWith(".value")
            || path.equals("id");
    if (path.contains(".key")) {
      return "none";
    }
    try {
      switch (random.nextInt(5)) {
        case 0 -> {
          if (!inCollection) {
            SchemaChanges.rename(table, path, "renamed " + step);
          }
        }
        case 1 -> {
          if (!inCollection && hasSiblings(table, path)) {
            SchemaChanges.drop(table, path);
          }
        }
        case 2 -> {
          if (!inCollection) {
            SchemaChanges.moveFirst(table, path);
          }
        }
        case 3 -> {
          if (field.type().isStructType()) {
            SchemaChanges.addInside(table, path, "added " + step, Types.LongType.get());
          } else {
            SchemaChanges.add(table, "added " + step, Types.StringType.get());
          }
        }
        default -> promote(table, path, field.type());
      }
    } catch (IllegalArgumentException e) {
      return "refused " + e.getMessage();
    }
    return "evolve " + path;
  }

  /** A struct without fields cannot be written. */
  private static boolean hasSiblings(Table table, String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0
        || table.schema().findType(path.substring(0, dot)).asStructType().fields().size() > 1;
  }

  private static void promote(Table table, String path, Type type) {
    switch (type.typeId()) {
      case INTEGER -> SchemaChanges.promote(table, path, Types.LongType.get());
      case FLOAT -> SchemaChanges.promote(table, path, Types.DoubleType.get());
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        SchemaChanges.promote(table, path, Types.DecimalType.of(38, decimal.scale()));
      }
      default -> {}
    }
  }

  private static Expression some(Random random, long firstId) {
    long from = random.nextLong(firstId + 1);
    return Expressions.and(
        Expressions.greaterThanOrEqual("id", from),
        Expressions.lessThan("id", from + random.nextInt(8)));
  }

  static OptionalLong current(Table table) {
    return OptionalLong.of(table.currentSnapshot().snapshotId());
  }

  static List<Map<String, Object>> byId(List<Map<String, Object>> rows, String id) {
    return rows.stream()
        .sorted((left, right) -> Long.compare((Long) left.get(id), (Long) right.get(id)))
        .toList();
  }
}
