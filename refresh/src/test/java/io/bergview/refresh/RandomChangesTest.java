package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RandomRows;
import io.bergview.fixtures.RandomSchemas;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.Seeds;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.refresh.change.ViewChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.ContentFileUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Views of random columns, rows of random keys of them replaced repeatedly, in random layouts: the
 * rows are always those that a list in Java has.
 */
@Tag("seeded")
class RandomChangesTest {
  private static final int STEPS = 7;

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.of(3, 16);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void rowsAreThoseOfAPlainList(long seed) {
    String settings =
        seed % 8 == 7
            ? TestProject.HADOOP
            : seed % 8 == 3 ? TestProject.REMOTE : TestProject.SQLITE;
    try (TestProject project = TestProject.create(folder, settings);
        LoadedRows tables = new LoadedRows(project)) {
      new Sequence(seed, project, tables).run();
    }
  }

  /** One view and what happens to it. */
  private static final class Sequence {
    private final long seed;
    private final Random random;
    private final ChangedView view;
    private final Schema schema;
    private final Schema keySchema;
    private List<Record> live = List.of();
    private long nextId;

    Sequence(long seed, TestProject project, LoadedRows tables) {
      this.seed = seed;
      this.random = new Random(seed);
      Projection projection = Projection.values()[random.nextInt(3)];
      this.view = define(project, tables, projection);
      this.schema = view.schema();
      this.keySchema =
          new Schema(view.keyNames().stream().map(name -> schema.asStruct().field(name)).toList());
    }

    private ChangedView define(TestProject project, LoadedRows tables, Projection projection) {
      project.createNamespace("shop");
      Schema source = RandomSchemas.of(seed);
      project
          .catalog()
          .createTable(
              TableIdentifier.of("shop", "things"),
              source,
              PartitionSpec.unpartitioned(),
              Map.of());
      project.write("types/things.yaml", "$type: Thing\n$table: shop.things\n$id: id\n");
      project.define(
          "Things",
          "$from: Thing\n$projection: %s\n%s%s"
              .formatted(
                  projection.name().toLowerCase(Locale.ROOT),
                  random.nextBoolean() ? "$partitionBy: [{bucket: 2, of: id}]\n" : "",
                  random.nextBoolean() ? "$sortBy: [id]\n" : "$sortBy: []\n"));
      if (random.nextBoolean()) {
        upgrade(project);
      }
      return new ChangedView(project, project.view("Things"), tables, projection, key(source));
    }

    private static void upgrade(TestProject project) {
      project
          .tableOf("Things")
          .updateProperties()
          .set(TableProperties.FORMAT_VERSION, "3")
          .commit();
    }

    /** One or two columns of any primitive type. */
    private List<List<String>> key(Schema source) {
      List<NestedField> columns =
          new ArrayList<>(
              source.columns().stream().filter(field -> field.type().isPrimitiveType()).toList());
      Collections.shuffle(columns, random);
      return columns.stream()
          .limit(1 + random.nextInt(2))
          .map(field -> List.of(field.name()))
          .toList();
    }

    void run() {
      append();
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(8)) {
          case 0 -> append();
          case 1 -> Compaction.rewrite(view.table());
          case 2 ->
              view.table().updateProperties().set(TableProperties.FORMAT_VERSION, "3").commit();
          default -> merge();
        }
        view.assertHolds(live);
        assertThat(view.tasks())
            .allMatch(
                task -> task.deletes().stream().filter(ContentFileUtil::isFileScoped).count() <= 1);
      }
    }

    private void append() {
      List<Record> rows = newRows(random.nextInt(40));
      view.append(rows);
      live = LiveRows.of(view.table());
    }

    private List<Record> newRows(int count) {
      List<Record> rows = RandomRows.of(schema, seed, nextId, count);
      nextId += count;
      return rows;
    }

    private void merge() {
      List<Record> keys = new ArrayList<>(newRows(1));
      for (int i = random.nextInt(5); i > 0 && !live.isEmpty(); i--) {
        keys.add(live.get(random.nextInt(live.size())));
      }
      List<Record> stay = new ArrayList<>();
      List<Record> go = new ArrayList<>();
      for (Record row : live) {
        (keys.stream().anyMatch(key -> sameKey(row, key)) ? go : stay).add(row);
      }
      List<Record> insertedRows = new ArrayList<>();
      for (Record row : go) {
        switch (random.nextInt(4)) {
          case 0 -> {}
          case 1 -> insertedRows.add(rekeyed(newRows(1).get(0), row));
          default -> insertedRows.add(row);
        }
      }
      if (random.nextBoolean()) {
        insertedRows.add(rekeyed(newRows(1).get(0), keys.get(0)));
      }
      ViewChange change =
          view.merge(keySchema, keys.stream().map(this::keyOf).toList(), insertedRows);
      assertThat(change.rowsRemoved()).as("removed").isEqualTo(missing(go, insertedRows));
      assertThat(change.rowsAdded()).as("added").isEqualTo(missing(insertedRows, go));
      live = new ArrayList<>(stay);
      live.addAll(insertedRows);
    }

    private Record keyOf(Record row) {
      Record key = GenericRecord.create(keySchema);
      keySchema.columns().forEach(field -> key.setField(field.name(), row.getField(field.name())));
      return key;
    }

    private Record rekeyed(Record row, Record key) {
      Record copy = row.copy();
      keySchema.columns().forEach(field -> copy.setField(field.name(), key.getField(field.name())));
      return copy;
    }

    private boolean sameKey(Record row, Record key) {
      return canonical(keyOf(row)).equals(canonical(keyOf(key)));
    }

    private static List<@Nullable Object> canonical(Record key) {
      List<@Nullable Object> values = new ArrayList<>();
      for (Object value : RowContents.of(key).values()) {
        boolean zero =
            value instanceof Double number && number == 0
                || value instanceof Float small && small == 0;
        values.add(zero ? "zero" : value);
      }
      return values;
    }

    /** How many of some rows have no partner among others. */
    private static int missing(List<Record> some, List<Record> others) {
      List<Map<String, @Nullable Object>> rest = new ArrayList<>(RowContents.of(others));
      int missing = 0;
      for (Map<String, @Nullable Object> row : RowContents.of(some)) {
        if (!rest.remove(row)) {
          missing++;
        }
      }
      return missing;
    }
  }
}
