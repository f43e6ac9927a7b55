package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.LocalDisk;
import io.bergview.fixtures.RowFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionKey;
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
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the layout settings of a definition mean for the files of its table. */
@Tag("contract")
class LayoutOnDiskTest {
  private static final int ROWS = 130_000;
  private static final int FEW_ROWS = 150;
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "name", Types.StringType.get()),
          Types.NestedField.optional(3, "kind", Types.IntegerType.get()),
          Types.NestedField.optional(4, "day", Types.DateType.get()),
          Types.NestedField.optional(5, "at", Types.TimestampType.withoutZone()),
          Types.NestedField.optional(6, "ratio", Types.DoubleType.get()));

  @TempDir static Path folder;
  private static TestProject project;

  @BeforeAll
  static void open() {
    project =
        TestProject.create(
            folder, "settings: {memory-limit: 512MiB, threads: 2, target-file-size: 1MiB}\n");
    project.createNamespace("shop");
    RowFiles.append(
        project.catalog().createTable(TableIdentifier.of("shop", "big"), SCHEMA), rows(ROWS));
    RowFiles.append(
        project.catalog().createTable(TableIdentifier.of("shop", "small"), SCHEMA), rows(FEW_ROWS));
    project.write(
        "types/events.yaml",
        "$type: Big\n$table: shop.big\n$id: id\n---\n$type: Small\n$table: shop.small\n$id: id\n");
  }

  @AfterAll
  static void close() {
    project.close();
  }

  private static Iterable<Record> rows(int count) {
    return LongStream.range(0, count).mapToObj(number -> row(number * 48_271 % count))::iterator;
  }

  /** Every seventh row has nulls; days and times lie on both sides of 1970. */
  private static Record row(long id) {
    Record row = GenericRecord.create(SCHEMA);
    row.setField("id", id);
    if (id % 7 != 0) {
      row.setField("name", "name-" + Long.toString(id * 2_654_435_761L % 1_000_003, 36) + "-" + id);
      row.setField("kind", (int) (id % 5) - 2);
      row.setField("day", LocalDate.of(1969, 12, 15).plusDays(id % 40));
      row.setField("at", LocalDateTime.of(1969, 12, 31, 12, 0).plusMinutes(id * 13 % 2_000));
      row.setField("ratio", id % 11 == 0 ? Double.NaN : id / 3.0 - 50);
    }
    return row;
  }

  private static Table refreshed(String view, String text) {
    project.define(view, text);
    project.refreshFully(view);
    return project.tableOf(view);
  }

  private static List<DataFile> files(Table table) {
    return files(table, Expressions.alwaysTrue());
  }

  private static List<DataFile> files(Table table, Expression filter) {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().filter(filter).includeColumnStats().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Record> read(Table table, DataFile file) {
    try (CloseableIterable<Record> rows =
        Parquet.read(table.io().newInputFile(file))
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

  private static List<BlockMetaData> rowGroups(DataFile file) {
    Path path = LocalDisk.path(file.location());
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path))) {
      return reader.getFooter().getBlocks();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasBloomFilter(BlockMetaData group, String column) {
    return group.getColumns().stream()
        .filter(chunk -> chunk.getPath().toDotString().equals(column))
        .mapToLong(ColumnChunkMetaData::getBloomFilterOffset)
        .allMatch(offset -> offset >= 0);
  }

  @ParameterizedTest
  @CsvSource({
    "olap, 122880, false, copy-on-write",
    "both, 61440, true, copy-on-write",
    "oltp, 10240, true, merge-on-read"
  })
  void projectionDecidesRowGroupsOrderAndMergeMode(
      String projection, long rowGroupRows, boolean sorted, String mode) {
    Table table = refreshed("Is" + projection, "$from: Big\n$projection: " + projection + "\n");
    assertThat(table.properties())
        .containsEntry("write.merge.mode", mode)
        .containsEntry("write.update.mode", mode)
        .containsEntry("write.delete.mode", mode)
        .containsEntry("write.parquet.compression-codec", "zstd");
    assertThat(table.spec().isUnpartitioned()).isTrue();
    assertThat(table.sortOrder().isSorted()).isEqualTo(sorted);
    long largest = 0;
    long rows = 0;
    for (DataFile file : files(table)) {
      assertThat(file.sortOrderId()).isEqualTo(sorted ? table.sortOrder().orderId() : 0);
      for (BlockMetaData group : rowGroups(file)) {
        largest = Math.max(largest, group.getRowCount());
        rows += group.getRowCount();
        assertThat(group.getColumns().get(0).getCodec()).hasToString("ZSTD");
      }
    }
    assertThat(rows).isEqualTo(ROWS);
    assertThat(largest).isLessThanOrEqualTo(rowGroupRows).isGreaterThan(rowGroupRows / 3);
  }

  @Test
  void lookupColumnsHaveBloomFiltersInEveryRowGroup() {
    Table with = refreshed("WithLookup", "$from: Big\n$projection: oltp\n$lookup: [name]\n");
    assertThat(with.properties())
        .containsEntry("write.parquet.bloom-filter-enabled.column.name", "true");
    for (DataFile file : files(with)) {
      assertThat(rowGroups(file)).isNotEmpty().allMatch(group -> hasBloomFilter(group, "name"));
    }
    Table without = refreshed("WithoutLookup", "$from: Big\n$projection: oltp\n");
    for (DataFile file : files(without)) {
      assertThat(rowGroups(file)).noneMatch(group -> hasBloomFilter(group, "name"));
    }
  }

  @ParameterizedTest
  @CsvSource({"id, false", "name, false", "name, true", "ratio, false", "at, true"})
  void sortedFilesAreInOrderAndSaySo(String column, boolean descending) {
    String key = descending ? "{" + column + ": desc}" : column;
    Table table = refreshed("Sorted", "$from: Big\n$sortBy: [" + key + "]\n");
    Comparator<Object> values =
        Comparators.forType(table.schema().findType(column).asPrimitiveType());
    Comparator<Object> order = descending ? values.reversed() : values;
    Comparator<Object> nulls =
        descending ? Comparator.nullsLast(order) : Comparator.nullsFirst(order);
    for (DataFile file : files(table)) {
      assertThat(file.sortOrderId()).isEqualTo(table.sortOrder().orderId()).isPositive();
      List<Object> found = new ArrayList<>();
      InternalRecordWrapper internal = new InternalRecordWrapper(table.schema().asStruct());
      int position = table.schema().columns().indexOf(table.schema().findField(column));
      for (Record row : read(table, file)) {
        found.add(internal.wrap(row).get(position, Object.class));
      }
      assertThat(found).hasSize(ROWS).isSortedAccordingTo(nulls);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "kind, kind, 1",
    "name, name, name-9-1",
    "{year: day}, day, 1970-01-05",
    "{month: day}, day, 1970-01-05",
    "{day: day}, day, 1969-12-20",
    "{hour: at}, at, 1969-12-31T12:13",
    "{day: at}, at, 1969-12-31T12:13",
    "'{bucket: 8, of: id}', id, 17",
    "'{bucket: 8, of: name}', name, x",
    "'{truncate: 2, of: kind}', kind, -1",
    "'{truncate: 100, of: id}', id, 250",
    "'{truncate: 6, of: name}', name, name-9-1"
  })
  void partitionsHoldTheirRowsAndArePruned(String key, String column, String literal) {
    Table table = refreshed("Parted", "$from: Small\n$partitionBy: [" + key + "]\n");
    List<DataFile> files = files(table);
    long rows = 0;
    PartitionKey partition = new PartitionKey(table.spec(), table.schema());
    InternalRecordWrapper internal = new InternalRecordWrapper(table.schema().asStruct());
    for (DataFile file : files) {
      for (Record row : read(table, file)) {
        partition.partition(internal.wrap(row));
        Object expected = partition.get(0, Object.class);
        Object actual = file.partition().get(0, Object.class);
        assertThat(String.valueOf(actual)).isEqualTo(String.valueOf(expected));
        rows++;
      }
    }
    assertThat(rows).isEqualTo(FEW_ROWS);
    assertThat(files).hasSizeGreaterThan(1);
    Object value = literal.matches("-?\\d+") ? (Object) Long.valueOf(literal) : literal;
    assertThat(files(table, Expressions.equal(column, value))).hasSizeLessThan(files.size());
  }

  @Test
  void shardsSpreadRowsByTheKey() {
    Table table = refreshed("Sharded", "$from: Small\n$shards: 4\n");
    assertThat(table.spec().fields()).hasSize(1);
    assertThat(table.spec().fields().get(0).transform()).hasToString("bucket[4]");
    assertThat(files(table)).hasSize(4);
    assertThat(files(table, Expressions.equal("id", 17L))).hasSize(1);
  }

  @Test
  void partitionedFilesDoNotClaimAnOrderThatTheyMayNotHave() {
    Table table = refreshed("PartedSorted", "$from: Big\n$partitionBy: [kind]\n$sortBy: [id]\n");
    assertThat(files(table)).hasSizeGreaterThan(5).allMatch(file -> file.sortOrderId() == 0);
    assertThat(project.rows("PartedSorted")).hasSize(ROWS);
  }

  @Test
  void unsortedViewIsSplitAtTheTargetFileSize() {
    Table table = refreshed("Split", "$from: Big\n$projection: olap\n");
    List<DataFile> files = files(table);
    assertThat(files).hasSizeGreaterThan(1);
    assertThat(files.stream().mapToLong(DataFile::recordCount).sum()).isEqualTo(ROWS);
  }

  @ParameterizedTest
  @CsvSource({"olap", "oltp", "both"})
  void metricsOfEveryFileAreThoseOfItsRows(String projection) {
    Table table = refreshed("Measured", "$from: Big\n$projection: " + projection + "\n");
    for (DataFile file : files(table)) {
      List<Record> rows = read(table, file);
      assertThat(file.recordCount()).isEqualTo(rows.size());
      for (Types.NestedField column : table.schema().columns()) {
        assertMetrics(file, column, rows, table);
      }
    }
  }

  private static void assertMetrics(
      DataFile file, Types.NestedField column, List<Record> rows, Table table) {
    int id = column.fieldId();
    InternalRecordWrapper internal = new InternalRecordWrapper(table.schema().asStruct());
    int position = table.schema().columns().indexOf(column);
    List<Object> values = new ArrayList<>();
    for (Record row : rows) {
      Object value = internal.wrap(row).get(position, Object.class);
      if (value != null) {
        values.add(value);
      }
    }
    assertThat(file.valueCounts()).containsEntry(id, (long) rows.size());
    assertThat(file.nullValueCounts()).containsEntry(id, (long) rows.size() - values.size());
    if (column.type().typeId() == TypeID.DOUBLE) {
      long all = values.size();
      values.removeIf(value -> ((Double) value).isNaN());
      assertThat(file.nanValueCounts()).containsEntry(id, all - values.size());
    }
    Comparator<Object> order = Comparators.forType(column.type().asPrimitiveType());
    Object least = values.stream().min(order).orElseThrow();
    Object most = values.stream().max(order).orElseThrow();
    Object lower = bound(file.lowerBounds().get(id), column);
    Object upper = bound(file.upperBounds().get(id), column);
    if (column.type().typeId() == TypeID.STRING) {
      assertThat(least.toString()).startsWith(lower.toString());
      assertThat(order.compare(upper, most)).isNotNegative();
      assertThat(upper.toString()).hasSizeLessThanOrEqualTo(16);
    } else {
      assertThat(lower).isEqualTo(least);
      assertThat(upper).isEqualTo(most);
    }
  }

  private static Object bound(ByteBuffer bytes, Types.NestedField column) {
    Object value = Conversions.fromByteBuffer(column.type(), Objects.requireNonNull(bytes));
    return value instanceof CharSequence text ? text.toString() : value;
  }
}
