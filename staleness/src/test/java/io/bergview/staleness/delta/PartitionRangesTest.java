package io.bergview.staleness.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Warehouses;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PartitionRangesTest {
  @TempDir static Path dir;
  private static JdbcCatalog catalog;

  @BeforeAll
  static void open() {
    catalog = Warehouses.sqlite(dir);
    catalog.createNamespace(Namespace.of("ranges"));
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  /** Values in rising order of each type that may be a partition, in Iceberg's own form. */
  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of(Types.BooleanType.get(), List.of(false, true)),
        Arguments.of(Types.IntegerType.get(), List.of(Integer.MIN_VALUE, -1, 0, 7)),
        Arguments.of(Types.LongType.get(), List.of(-5L, 0L, 1L << 53)),
        Arguments.of(
            Types.FloatType.get(), List.of(Float.NEGATIVE_INFINITY, -0.0f, 0.0f, 1f, Float.NaN)),
        Arguments.of(Types.DoubleType.get(), List.of(-1.5, -0.0, 0.0, 2.0, Double.NaN)),
        Arguments.of(
            Types.DecimalType.of(9, 2),
            List.of(new BigDecimal("-1.00"), new BigDecimal("0.00"), new BigDecimal("7.25"))),
        Arguments.of(Types.DateType.get(), List.of(-400, 0, 20_000)),
        Arguments.of(Types.TimeType.get(), List.of(0L, 86_399_999_999L)),
        Arguments.of(Types.TimestampType.withZone(), List.of(-1L, 0L, 1_700_000_000_000_000L)),
        Arguments.of(Types.TimestampNanoType.withoutZone(), List.of(-1L, 0L, 1L << 60)),
        Arguments.of(Types.StringType.get(), List.of("", "a", "ab", "größe", "z".repeat(300))),
        Arguments.of(Types.UUIDType.get(), List.of(new UUID(0, 1), new UUID(1, 0), new UUID(2, 2))),
        Arguments.of(
            Types.BinaryType.get(),
            List.of(ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {1, 2}))));
  }

  @ParameterizedTest
  @MethodSource("types")
  void aManifestCoversOnlyItsOwnPartition(Type type, List<Object> values) {
    Table table = create("one_" + name(type), type);
    List<Object> partitions = new ArrayList<>(values);
    partitions.add(null);
    List<PartitionRanges> ranges = new ArrayList<>();
    for (Object value : partitions) {
      ranges.add(manifestOf(table, List.of(FakeFiles.tuple(table.spec(), value))));
    }
    for (int i = 0; i < partitions.size(); i++) {
      for (int j = 0; j < partitions.size(); j++) {
        PartitionData tuple = FakeFiles.tuple(table.spec(), partitions.get(j));
        assertThat(ranges.get(i).holds(table.spec().specId(), tuple))
            .as("%s in %s", partitions.get(j), partitions.get(i))
            .isEqualTo(i == j);
        assertThat(ranges.get(i).overlap(ranges.get(j))).isEqualTo(i == j);
      }
    }
  }

  @Test
  void aRangeContainsValuesInBetweenAndOverlapsIntersectingRanges() {
    Table table = create("ranges", Types.IntegerType.get());
    PartitionRanges low = range(table, 1, 5);
    PartitionRanges middle = range(table, 5, 8);
    PartitionRanges high = range(table, 6, 9);
    int spec = table.spec().specId();
    assertThat(low.holds(spec, FakeFiles.tuple(table.spec(), 3))).isTrue();
    assertThat(low.holds(spec, FakeFiles.tuple(table.spec(), 6))).isFalse();
    assertThat(low.overlap(middle)).isTrue();
    assertThat(middle.overlap(low)).isTrue();
    assertThat(low.overlap(high)).isFalse();
    assertThat(high.overlap(low)).isFalse();
    assertThat(low.holds(spec + 1, FakeFiles.tuple(table.spec(), 3))).isFalse();
    assertThat(low.overlap(new PartitionRanges(spec + 1, low.fields()))).isFalse();
  }

  @Test
  void whatTheManifestListDoesNotSayMayBeAnything() {
    Table table = create("unknown", Types.IntegerType.get());
    PartitionRanges unknown = new PartitionRanges(table.spec().specId(), List.of());
    assertThat(unknown.holds(table.spec().specId(), FakeFiles.tuple(table.spec(), 3))).isTrue();
    assertThat(unknown.overlap(range(table, 1, 2))).isTrue();
  }

  @Test
  void aPartitionOfADroppedColumnMayBeAnything() {
    Table table = create("dropped", Types.IntegerType.get());
    PartitionSpec old = table.spec();
    PartitionData tuple = FakeFiles.tuple(old, 3);
    FakeFiles.append(table, List.of(FakeFiles.data(old, 9)));
    table.updateSpec().removeField("p").commit();
    table.updateSchema().deleteColumn("p").commit();
    PartitionRanges ranges = newest(table);
    assertThat(ranges.holds(old.specId(), tuple)).isTrue();
    assertThat(ranges.holds(old.specId(), FakeFiles.tuple(old))).isTrue();
  }

  private static PartitionRanges range(Table table, int low, int high) {
    return manifestOf(
        table, List.of(FakeFiles.tuple(table.spec(), low), FakeFiles.tuple(table.spec(), high)));
  }

  private static PartitionRanges manifestOf(Table table, List<PartitionData> partitions) {
    FakeFiles.append(
        table,
        partitions.stream().map(tuple -> FakeFiles.data(table.spec(), tuple.get(0))).toList());
    return newest(table);
  }

  private static PartitionRanges newest(Table table) {
    ManifestFile newest = table.currentSnapshot().dataManifests(table.io()).get(0);
    return PartitionRanges.of(newest, table.specs());
  }

  private static Table create(String name, Type type) {
    Schema schema =
        new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "p", type));
    return catalog.createTable(
        TableIdentifier.of("ranges", name),
        schema,
        PartitionSpec.builderFor(schema).identity("p").build(),
        Map.of(TableProperties.FORMAT_VERSION, "3"));
  }

  private static String name(Type type) {
    return type.toString().replaceAll("[^a-z0-9]", "_");
  }
}
