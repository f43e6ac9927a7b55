package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RandomRows;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SerializableFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The shard of a row is the bucket that Iceberg's own transform says, whatever the type of the key:
 * a reader that plans by the key finds the row, and no other shard.
 */
@Tag("contract")
@Tag("seeded")
class ShardOfEveryTypeTest {
  private static final int RANDOM_ROWS = 60;
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "int", Types.IntegerType.get()),
          Types.NestedField.optional(3, "long", Types.LongType.get()),
          Types.NestedField.optional(4, "dec9", Types.DecimalType.of(9, 2)),
          Types.NestedField.optional(5, "dec18", Types.DecimalType.of(18, 0)),
          Types.NestedField.optional(6, "dec38", Types.DecimalType.of(38, 10)),
          Types.NestedField.optional(7, "date", Types.DateType.get()),
          Types.NestedField.optional(8, "time", Types.TimeType.get()),
          Types.NestedField.optional(9, "ts", Types.TimestampType.withoutZone()),
          Types.NestedField.optional(10, "tstz", Types.TimestampType.withZone()),
          Types.NestedField.optional(11, "text", Types.StringType.get()),
          Types.NestedField.optional(12, "uuid", Types.UUIDType.get()),
          Types.NestedField.optional(13, "fixed", Types.FixedType.ofLength(5)),
          Types.NestedField.optional(14, "bytes", Types.BinaryType.get()));

  /** At the edges of their types, beside null, which every column has. */
  private static final Map<String, List<Object>> EDGES =
      Map.ofEntries(
          Map.entry("int", List.of(0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE)),
          Map.entry("long", List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE)),
          Map.entry("dec9", decimals("0.00", "-0.01", "-9999999.99", "9999999.99", "1.28")),
          Map.entry("dec18", decimals("0", "-1", "-999999999999999999", "128", "-129")),
          Map.entry(
              "dec38",
              decimals(
                  "0.0000000000",
                  "-0.0000000001",
                  "9999999999999999999999999999.9999999999",
                  "-9999999999999999999999999999.9999999999")),
          Map.entry("date", List.of(day(0), day(-1), day(-719162), LocalDate.of(9999, 12, 31))),
          Map.entry("time", List.of(LocalTime.MIDNIGHT, LocalTime.of(23, 59, 59, 999_999_000))),
          Map.entry("ts", List.of(moment(0), moment(-1), moment(-86_400_000_001L))),
          Map.entry("tstz", List.of(zoned(0), zoned(-1), zoned(253_402_300_799_999_999L))),
          Map.entry(
              "text", List.of("", " ", "a", "straße", "\u65e5\u672c", "\uD83C\uDF81", "a\u0000b")),
          Map.entry("uuid", List.of(new UUID(0, 0), new UUID(-1, -1), new UUID(1L << 63, 1))),
          Map.entry("fixed", List.of(new byte[5], new byte[] {-1, -128, 127, 0, 1})),
          Map.entry("bytes", List.of(bytes(), bytes(0), bytes(-1, -128, 127))));

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.of(1, 2);
  }

  private static List<Object> decimals(String... texts) {
    List<Object> values = new ArrayList<>();
    for (String text : texts) {
      values.add(new BigDecimal(text));
    }
    return values;
  }

  private static LocalDate day(long day) {
    return LocalDate.ofEpochDay(day);
  }

  private static LocalDateTime moment(long micros) {
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000),
        (int) Math.floorMod(micros, 1_000_000L) * 1000,
        ZoneOffset.UTC);
  }

  private static Object zoned(long micros) {
    return moment(micros).atOffset(ZoneOffset.UTC);
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  private static List<Record> rows(long seed) {
    List<Record> rows = new ArrayList<>(RandomRows.of(SCHEMA, seed, 0, RANDOM_ROWS));
    EDGES.forEach(
        (column, values) -> {
          for (Object value : values) {
            Record row = GenericRecord.create(SCHEMA);
            row.setField("id", (long) (RANDOM_ROWS + rows.size()));
            row.setField(column, value);
            rows.add(row);
          }
        });
    return rows;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void shardsAreIcebergsBuckets(long seed) {
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      project.createNamespace("shop");
      Table things = project.catalog().createTable(TableIdentifier.of("shop", "things"), SCHEMA);
      List<Record> rows = rows(seed);
      RowFiles.append(things, rows);
      project.write("types/things.yaml", "$type: Thing\n$table: shop.things\n$id: id\n");
      for (Types.NestedField column : SCHEMA.columns()) {
        int count = 2 + (int) ((seed + column.fieldId()) % 20);
        // The writer of Iceberg writes the views with fixed columns, that of DuckDB the others.
        String shown = column.name().equals("id") ? "id" : "id, " + column.name();
        project.define(
            "By_" + column.name(),
            "$from: Thing\n$select: [%s]\n$shards: %d\n$shardKey: %s\n"
                .formatted(shown, count, column.name()));
        project.refresh("By_" + column.name());
        check(project.tableOf("By_" + column.name()), column.name(), count, rows.size());
      }
    }
  }

  private static void check(Table table, String column, int count, int expectedRows) {
    Type type = table.schema().findType(column);
    SerializableFunction<Object, Integer> bucket = Transforms.<Object>bucket(count).bind(type);
    int position = table.schema().columns().indexOf(table.schema().findField(column));
    InternalRecordWrapper internal = new InternalRecordWrapper(table.schema().asStruct());
    int found = 0;
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        Integer shard = task.file().partition().get(0, Integer.class);
        for (Record row : read(table, task)) {
          Object value = internal.wrap(row).get(position, Object.class);
          assertThat(shard)
              .as("%s %s in %d shards", type, value, count)
              .isEqualTo(value == null ? null : bucket.apply(value));
          found++;
          assertPlansOneShard(table, column, value, shard);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(found).isEqualTo(expectedRows).isEqualTo(LiveRows.of(table).size());
  }

  private static void assertPlansOneShard(
      Table table, String column, @Nullable Object value, @Nullable Integer shard) {
    if (value == null) {
      return;
    }
    Object literal = value instanceof CharSequence text ? text.toString() : value;
    Expression equal = Expressions.equal(column, literal);
    try (CloseableIterable<FileScanTask> tasks = table.newScan().filter(equal).planFiles()) {
      assertThat(tasks)
          .isNotEmpty()
          .allSatisfy(
              task -> assertThat(task.file().partition().get(0, Integer.class)).isEqualTo(shard));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Record> read(Table table, FileScanTask task) {
    try (CloseableIterable<Record> rows =
        Parquet.read(table.io().newInputFile(task.file()))
            .project(table.schema())
            .createReaderFunc(type -> GenericParquetReaders.buildReader(table.schema(), type))
            .build()) {
      List<Record> read = new ArrayList<>();
      rows.forEach(read::add);
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
