package io.bergview.pipeline.scan;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Warehouses;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a snapshot against those of Iceberg's own scan with the same filter. */
@Tag("long")
class SnapshotFilesTest {
  private static final Schema SCHEMA =
      new Schema(
          required(1, "id", Types.LongType.get()),
          optional(2, "name", Types.StringType.get()),
          optional(3, "day", Types.DateType.get()),
          optional(4, "price", Types.DoubleType.get()));
  private static final List<PartitionSpec> SPECS =
      List.of(
          PartitionSpec.unpartitioned(),
          PartitionSpec.builderFor(SCHEMA).bucket("id", 4).build(),
          PartitionSpec.builderFor(SCHEMA).month("day").truncate("name", 1).build());
  private static final int FILTERS = 40;

  @TempDir static Path temp;
  private static JdbcCatalog catalog;

  @BeforeAll
  static void open() {
    catalog = Warehouses.sqlite(temp);
    catalog.createNamespace(Namespace.of("files"));
  }

  @AfterAll
  static void close() throws Exception {
    catalog.close();
  }

  @Test
  void theSameFilesMatchAsInIcebergsOwnScan() throws Exception {
    int left = 0;
    int all = 0;
    for (PartitionSpec spec : SPECS) {
      Random random = new Random(SPECS.indexOf(spec));
      Table table = table("spec_" + SPECS.indexOf(spec), spec, random, 12);
      for (int i = 0; i < FILTERS; i++) {
        Expression filter = filter(random, 2);
        List<FileScanTask> files = SnapshotFiles.of(table, current(table), filter);
        assertThat(described(files))
            .as("%s of %s", filter, spec)
            .isEqualTo(icebergs(table, filter));
        left += files.size();
        all += SnapshotFiles.of(table, current(table), Expressions.alwaysTrue()).size();
      }
    }
    assertThat(left).isBetween(1, all * 3 / 4);
  }

  @Test
  void manyManifestsAreReadWithThePool() throws Exception {
    Random random = new Random(7);
    Table table = table("many", PartitionSpec.unpartitioned(), random, 110);
    Expression few = Expressions.in("id", 3L, 5L, 900L);
    assertThat(described(SnapshotFiles.of(table, current(table), few)))
        .isEqualTo(icebergs(table, few));
  }

  private static Table table(String name, PartitionSpec spec, Random random, int commits) {
    Table table = catalog.createTable(TableIdentifier.of("files", name), SCHEMA, spec);
    long id = 0;
    for (int commit = 0; commit < commits; commit++) {
      List<Record> rows = new ArrayList<>();
      for (int row = 0; row < 3; row++) {
        rows.add(row(random, id++));
      }
      RowFiles.append(table, rows);
      if (random.nextInt(4) == 0) {
        RowDeletes.byPosition(table, Expressions.equal("id", id - 1));
      }
    }
    table.refresh();
    return table;
  }

  private static Record row(Random random, long id) {
    Record row = GenericRecord.create(SCHEMA);
    row.setField("id", id);
    row.setField("name", random.nextInt(6) == 0 ? null : name(random));
    row.setField("day", random.nextInt(6) == 0 ? null : LocalDate.ofEpochDay(random.nextInt(90)));
    row.setField("price", random.nextInt(8) == 0 ? Double.NaN : random.nextInt(5) - 2.0);
    return row;
  }

  private static String name(Random random) {
    return String.format(Locale.ROOT, "%c%d", 'a' + random.nextInt(4), random.nextInt(9));
  }

  private static Expression filter(Random random, int depth) {
    if (depth > 0 && random.nextInt(3) == 0) {
      Expression one = filter(random, depth - 1);
      Expression other = filter(random, depth - 1);
      return random.nextBoolean() ? Expressions.and(one, other) : Expressions.or(one, other);
    }
    return switch (random.nextInt(8)) {
      case 0 -> Expressions.in("id", (long) random.nextInt(40), (long) random.nextInt(40));
      case 1 -> Expressions.lessThan("id", (long) random.nextInt(40));
      case 2 -> Expressions.equal("name", name(random));
      case 3 -> Expressions.startsWith("name", name(random).substring(0, 1));
      case 4 -> Expressions.isNull(random.nextBoolean() ? "name" : "day");
      case 5 -> Expressions.greaterThanOrEqual("day", random.nextInt(90));
      case 6 -> Expressions.isNaN("price");
      default -> Expressions.not(Expressions.lessThan("price", random.nextInt(5) - 2.0));
    };
  }

  private static Set<String> icebergs(Table table, Expression filter) throws Exception {
    List<FileScanTask> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().filter(filter).planFiles()) {
      tasks.forEach(files::add);
    }
    return described(files);
  }

  private static Set<String> described(List<FileScanTask> files) {
    Set<String> described = new TreeSet<>();
    files.forEach(
        task ->
            described.add(
                task.file().location()
                    + task.deletes().stream().map(delete -> delete.location()).sorted().toList()));
    return described;
  }

  private static OptionalLong current(Table table) {
    return OptionalLong.of(table.currentSnapshot().snapshotId());
  }
}
