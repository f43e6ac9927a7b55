package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowFiles;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A least or greatest value that is zero is 0.0, whoever computes it and in whatever order. */
class ZeroExtremesTest {
  private static final Schema READINGS =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "place", Types.StringType.get()),
          Types.NestedField.optional(3, "part", Types.IntegerType.get()),
          Types.NestedField.optional(4, "warm", Types.DoubleType.get()),
          Types.NestedField.optional(5, "cold", Types.FloatType.get()),
          Types.NestedField.optional(6, "note", Types.StringType.get()));
  private static final String EXTREMES =
      "{least: {$min: warm}, most: {$max: warm}, few: {$min: cold}, many: {$max: cold}}";

  @TempDir private Path folder;
  private Bergview bergview;
  private Table readings;

  @BeforeEach
  void project() {
    bergview =
        Projects.create(
            folder,
            "settings: {memory-limit: 1GiB, threads: 2}\n",
            Map.of(
                "types/Reading.yaml",
                "$type: Reading\n$table: lab.readings\n$id: id\n",
                "views/ByPart.yaml",
                "$type: ByPart\n$from: Reading\n$groupBy: [place, part]\n$compute: " + EXTREMES,
                "views/Total.yaml",
                "$type: Total\n$from: Reading\n$groupBy: []\n$compute: " + EXTREMES));
    ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("lab"));
    readings =
        bergview.catalog("lake").createTable(TableIdentifier.of("lab", "readings"), READINGS);
    bergview.apply();
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private static Record reading(long id, int part, double value) {
    Record row = GenericRecord.create(READINGS);
    row.setField("id", id);
    row.setField("place", "here");
    row.setField("part", part);
    row.setField("warm", value);
    row.setField("cold", (float) value);
    StringBuilder note = new StringBuilder();
    new Random(id).ints(5_000, 'a', 'z').forEach(letter -> note.append((char) letter));
    row.setField("note", note.toString());
    return row;
  }

  private void add(Record... rows) {
    readings.refresh();
    RowFiles.append(readings, List.of(rows));
    bergview.refreshView(RefreshRequest.ofAll());
  }

  private static void assertZero(Map<String, Object> row) {
    assertThat(row)
        .containsEntry("least", 0.0)
        .containsEntry("most", 0.0)
        .containsEntry("few", 0.0f)
        .containsEntry("many", 0.0f);
  }

  /** {@code assertThat(0.0).isEqualTo(-0.0)} fails for boxed values, as it should here. */
  private void assertAllSayZero() {
    rows(bergview.find("ByPart")).forEach(ZeroExtremesTest::assertZero);
    rows(bergview.find("Total")).forEach(ZeroExtremesTest::assertZero);
    for (String by : List.of("", "place", "place,part")) {
      String[] keys = by.split(",");
      Find find = bergview.find("Reading").groupBy(keys).compute(EXTREMES);
      assertThat(find.explain().chosen().orElseThrow().view()).isPresent();
      rows(find).forEach(ZeroExtremesTest::assertZero);
      rows(find.withoutRoute()).forEach(ZeroExtremesTest::assertZero);
    }
    for (String view : List.of("by_part", "total")) {
      Table table = bergview.catalog("lake").loadTable(TableIdentifier.of("lab_views", view));
      assertThat(LiveRows.of(table).toString()).contains("0.0").doesNotContain("-0.0");
    }
  }

  @ParameterizedTest
  @CsvSource({"-0.0, 0.0", "-0.0, -0.0"})
  void everyWayGivesTheSameZero(double first, double second) {
    add(reading(1, 1, first), reading(2, 1, second), reading(3, 2, first), reading(4, 2, second));
    assertAllSayZero();
    add(reading(5, 1, second), reading(6, 1, first), reading(7, 2, first), reading(8, 3, second));
    assertAllSayZero();
    readings.refresh();
    CopyOnWrite.delete(readings, Expressions.in("id", 1L, 5L));
    bergview.refreshView(RefreshRequest.ofAll());
    assertAllSayZero();
    bergview.refreshView(RefreshRequest.ofAll().fully());
    assertAllSayZero();
  }
}
