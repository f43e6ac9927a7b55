package io.bergview.pipeline.sink;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.fixtures.EveryType;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RandomRows;
import io.bergview.fixtures.RandomSchemas;
import io.bergview.fixtures.ResourceRequests;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Seeds;
import io.bergview.fixtures.Warehouses;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.SessionSettings;
import io.bergview.pipeline.cache.LocalFiles;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.TableScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("seeded")
class FileSinkTest {
  @TempDir static Path temp;
  private static JdbcCatalog catalog;
  private static DuckDbSession session;
  private static TableScanner scanner;

  @BeforeAll
  static void open() {
    catalog = Warehouses.sqlite(temp);
    catalog.createNamespace(Namespace.of("sink"));
    session = DuckDbSession.open(SessionSettings.defaults().withTempDirectory(temp).withThreads(2));
    scanner = new TableScanner(new LocalFiles(temp.resolve("cache"), 1 << 20, Clock.systemUTC()));
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    catalog.close();
  }

  @Test
  void everyTypeReadsBackAsIcebergReadsIt() {
    Table source = EveryType.create(catalog, TableIdentifier.of("sink", "every"), 2);
    copyAndCompare(source, "every_copy");
  }

  @Test
  void everyTypeButFixedHasTheMetricsOfIcebergsWriter() {
    Table whole = EveryType.create(catalog, TableIdentifier.of("sink", "every_m"), 2);
    whole.updateSchema().deleteColumn("a_fixed").commit();
    Table source = catalog.createTable(TableIdentifier.of("sink", "every_m2"), whole.schema());
    RowFiles.append(source, LiveRows.of(whole));
    Table copy = copyAndCompare(source, "every_m_copy");
    compareMetrics(source, copy);
  }

  static LongStream seeds() {
    return Seeds.of(3, 15);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void randomTablesReadBackWithTheMetricsOfIcebergsWriter(long seed) {
    Table source =
        catalog.createTable(TableIdentifier.of("sink", "r" + seed), RandomSchemas.of(seed));
    RowFiles.append(source, RandomRows.of(source.schema(), seed, 0, 50));
    Table copy = copyAndCompare(source, "r" + seed + "_copy");
    compareMetrics(source, copy);
  }

  @Test
  void namesThatDifferInCaseOnlyGoThroughIcebergsWriter() {
    Schema schema =
        new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "ID", Types.StringType.get()));
    Table table = catalog.createTable(TableIdentifier.of("sink", "cases"), schema);
    String query = "SELECT range, 'x' || range FROM range(10)";
    List<DataFile> files = write(table, query, WriteOptions.defaults());
    // The file system of this catalog has read its configuration by now.
    try (ResourceRequests requests = ResourceRequests.ofThisThread()) {
      write(table, query, WriteOptions.defaults());
      assertThat(requests.names())
          .as("a configuration of Hadoop was created, and without its defaults")
          .contains("core-site.xml")
          .noneMatch(name -> name.endsWith("-default.xml"));
    }
    append(table, files);
    assertThat(LiveRows.of(table)).hasSize(10);
    try (Relation relation = scanner.scan(session, table, current(table), table.schema())) {
      assertThat(relation.size().filesByJava()).isOne();
    }
  }

  @Test
  void noRowsMakeNoFiles() throws Exception {
    Table table = simple("no_rows", PartitionSpec.unpartitioned());
    assertThat(
            write(table, "SELECT 1, 'a', DATE '2020-01-01' WHERE false", WriteOptions.defaults()))
        .isEmpty();
    assertThat(
            write(
                table,
                "SELECT 1, 'a', DATE '2020-01-01' WHERE false",
                WriteOptions.defaults().withTargetFileSizeBytes(OptionalLong.empty())))
        .isEmpty();
    assertThat(filesUnder(table)).isEmpty();
  }

  @Test
  void aNullInARequiredColumnIsRefusedAndNothingIsLeft() throws Exception {
    Table table = simple("nulls", PartitionSpec.unpartitioned());
    DataException refused =
        catchThrowableOfType(
            DataException.class,
            () ->
                write(
                    table,
                    "SELECT CASE WHEN range <> 7 THEN range END, 'a', NULL FROM range(10)",
                    WriteOptions.defaults()));
    assertThat(refused.code()).isEqualTo(ErrorCode.VALUE_INVALID);
    assertThat(refused).hasMessageContaining("'id'");
    assertThat(filesUnder(table)).isEmpty();
  }

  @Test
  void aNullInARequiredNestedFieldIsRefused() {
    Schema schema =
        new Schema(
            Types.NestedField.optional(
                1,
                "l",
                Types.ListType.ofOptional(
                    2,
                    Types.StructType.of(
                        Types.NestedField.required(3, "a", Types.IntegerType.get())))));
    Table table = catalog.createTable(TableIdentifier.of("sink", "nested_nulls"), schema);
    append(
        table,
        write(
            table,
            "SELECT * FROM (VALUES ([{'a': 1}, NULL]), (NULL), ([]))",
            WriteOptions.defaults()));
    assertThatThrownBy(
            () -> write(table, "SELECT [{'a': 1}, {'a': NULL}]", WriteOptions.defaults()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'l'");
  }

  @Test
  void valuesThatDoNotFitTheirTypeAreRefused() throws Exception {
    Table table = simple("overflow", PartitionSpec.unpartitioned());
    assertThatThrownBy(
            () ->
                write(
                    table,
                    "SELECT 9223372036854775807::HUGEINT + range, 'a', NULL FROM range(3)",
                    WriteOptions.defaults()))
        .isInstanceOf(DataException.class);
    assertThat(filesUnder(table)).isEmpty();
  }

  @Test
  void oneOrderedFileIsStampedAndRolledFilesAreNot() {
    Table table = simple("sorted", PartitionSpec.unpartitioned());
    table.replaceSortOrder().asc("name").desc("id").commit();
    String query =
        "SELECT range, 'n' || (range * 7919 % 1009), DATE '2020-01-01' FROM range(300000)";
    WriteOptions options = WriteOptions.defaults().withRowGroupRows(20_000);
    List<DataFile> one = write(table, query, options.withTargetFileSizeBytes(OptionalLong.empty()));
    assertThat(one).hasSize(1);
    assertThat(one.get(0).sortOrderId()).isEqualTo(table.sortOrder().orderId());
    assertThat(one.get(0).splitOffsets()).hasSizeGreaterThan(5);
    append(table, one);
    List<org.apache.iceberg.data.Record> rows = LiveRows.of(table);
    for (int i = 1; i < rows.size(); i++) {
      int order =
          ((String) rows.get(i - 1).getField("name"))
              .compareTo((String) rows.get(i).getField("name"));
      assertThat(order).isLessThanOrEqualTo(0);
      if (order == 0) {
        assertThat((Long) rows.get(i - 1).getField("id"))
            .isGreaterThan((Long) rows.get(i).getField("id"));
      }
    }
    List<DataFile> rolled =
        write(table, query, options.withTargetFileSizeBytes(OptionalLong.of(100_000)));
    assertThat(rolled).hasSizeGreaterThan(1);
    assertThat(rolled).allMatch(file -> file.sortOrderId() == 0);
    assertThat(rolled.stream().mapToLong(DataFile::recordCount).sum()).isEqualTo(300_000);
  }

  /** A build takes every sixth, so that each kind of transform and most types are among them. */
  static Stream<Term> transforms() {
    List<Term> all = allTransforms().toList();
    return Seeds.many()
        ? all.stream()
        : IntStream.iterate(0, at -> at < all.size(), at -> at + 6).mapToObj(all::get);
  }

  private static Stream<Term> allTransforms() {
    return Stream.of(
            "id", "name", "day", "moment", "zoned", "amount", "code", "bytes", "price", "flag",
            "time", "ratio")
        .flatMap(
            name ->
                switch (name) {
                  case "id", "code_" ->
                      Stream.of(
                          Expressions.ref(name),
                          Expressions.bucket(name, 5),
                          Expressions.truncate(name, 7));
                  case "name", "amount", "bytes" ->
                      Stream.of(
                          Expressions.ref(name),
                          Expressions.bucket(name, 5),
                          Expressions.truncate(name, 2));
                  case "day" ->
                      Stream.of(
                          Expressions.ref(name),
                          Expressions.bucket(name, 5),
                          Expressions.year(name),
                          Expressions.month(name),
                          Expressions.day(name));
                  case "moment", "zoned" ->
                      Stream.of(
                          Expressions.ref(name),
                          Expressions.bucket(name, 5),
                          Expressions.year(name),
                          Expressions.month(name),
                          Expressions.day(name),
                          Expressions.hour(name));
                  case "code", "time" ->
                      Stream.of(Expressions.ref(name), Expressions.bucket(name, 5));
                  default -> Stream.of(Expressions.<Object>ref(name));
                });
  }

  @ParameterizedTest
  @MethodSource("transforms")
  void partitionsAreThoseOfIcebergsWriter(Term term) throws Exception {
    Schema schema =
        new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "day", Types.DateType.get()),
            Types.NestedField.optional(4, "moment", Types.TimestampType.withoutZone()),
            Types.NestedField.optional(5, "zoned", Types.TimestampType.withZone()),
            Types.NestedField.optional(6, "amount", Types.DecimalType.of(12, 2)),
            Types.NestedField.optional(7, "code", Types.UUIDType.get()),
            Types.NestedField.optional(8, "bytes", Types.BinaryType.get()),
            Types.NestedField.optional(9, "price", Types.DoubleType.get()),
            Types.NestedField.optional(10, "flag", Types.BooleanType.get()),
            Types.NestedField.optional(11, "time", Types.TimeType.get()),
            Types.NestedField.optional(12, "ratio", Types.FloatType.get()));
    String name = "p_" + term.toString().replaceAll("[^a-z0-9]", "_");
    Table source = catalog.createTable(TableIdentifier.of("sink", name), schema);
    source.updateSpec().addField(term).commit();
    String rows =
        """
        SELECT i, CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'a/b=%20 é[x]*?#' WHEN 3 THEN '__HIVE_DEFAULT_PARTITION__'
                    WHEN 4 THEN repeat('k', 150) || 'ö' || (i % 2) WHEN 5 THEN '..' ELSE 'NULL' END,
          CASE WHEN i % 5 > 0 THEN DATE '1969-12-20' + CAST(i AS INTEGER) END,
          CASE WHEN i % 5 > 0 THEN TIMESTAMP '1969-12-31 23:59:59.999999' + INTERVAL (i * 37) MINUTE - INTERVAL 20 HOUR END,
          CASE WHEN i % 5 > 0 THEN TIMESTAMPTZ '1969-12-31 23:59:59.999999Z' + INTERVAL (i * 37) MINUTE - INTERVAL 20 HOUR END,
          CASE WHEN i % 5 > 0 THEN CAST((i - 20) * 1.37 AS DECIMAL(12, 2)) END,
          CASE WHEN i % 5 > 0 THEN CAST(md5(CAST(i % 6 AS VARCHAR)) AS UUID) END,
          CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN ''::BLOB WHEN 2 THEN '\\x00\\xFF\\x80/'::BLOB WHEN 3 THEN encode(repeat('z', 150)) ELSE 'plain'::BLOB END,
          CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN '-inf'::DOUBLE WHEN 3 THEN 1e300 WHEN 4 THEN -0.1 ELSE 5e-324::DOUBLE END,
          CASE WHEN i % 3 > 0 THEN i % 3 = 1 END,
          CASE WHEN i % 5 > 0 THEN TIME '00:00:00.000001' + INTERVAL (i * 13) MINUTE END,
          CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 'nan'::FLOAT WHEN 2 THEN 'inf'::FLOAT WHEN 3 THEN 1.1 WHEN 4 THEN 3.4e38 ELSE 1e-45::FLOAT END
        FROM range(-20, 40) t(i)
        """;
    // Iceberg's writer, over the rows in an unpartitioned table, says what is right.
    Table plain = catalog.createTable(TableIdentifier.of("sink", name + "_plain"), schema);
    append(plain, write(plain, rows, WriteOptions.defaults()));
    RowFiles.append(source, LiveRows.of(plain));
    Table copy =
        catalog
            .buildTable(TableIdentifier.of("sink", name + "_copy"), schema)
            .withPartitionSpec(source.spec())
            .create();
    append(copy, write(copy, rows, WriteOptions.defaults()));

    assertThat(partitions(copy)).isEqualTo(partitions(source));
    assertThat(new HashSet<>(RowContents.of(LiveRows.of(copy))))
        .isEqualTo(new HashSet<>(RowContents.of(LiveRows.of(source))));
    try (Relation relation = scanner.scan(session, copy, current(copy), copy.schema())) {
      assertThat(relation.size().rows()).isEqualTo(60);
      assertThat(relation.size().filesByJava()).isZero();
    }
  }

  @Tag("long")
  @Test
  void moreThanAHundredPartitionsInAnyOrder() {
    Table table =
        simple("many", PartitionSpec.builderFor(SIMPLE).identity("day").bucket("id", 4).build());
    List<DataFile> files =
        write(
            table,
            "SELECT range, 'x', DATE '2020-01-01' + CAST(hash(range) % 150 AS INTEGER) FROM"
                + " range(20000)",
            WriteOptions.defaults());
    append(table, files);
    assertThat(files.stream().mapToLong(DataFile::recordCount).sum()).isEqualTo(20000);
    assertThat(files.stream().map(file -> file.partition().toString()).distinct().count())
        .isEqualTo(600);
    assertThat(LiveRows.of(table)).hasSize(20000);
  }

  @Test
  void aPartitionValueTooLongForADirectoryStillHasItsFile() {
    Table table = simple("long", PartitionSpec.builderFor(SIMPLE).identity("name").build());
    append(
        table,
        write(
            table,
            "SELECT range, repeat('ö', 300) || range % 2, NULL FROM range(4)",
            WriteOptions.defaults()));
    assertThat(files(table)).hasSize(2);
    assertThat(LiveRows.of(table)).hasSize(4);
  }

  @Test
  void otherStorageIsWrittenThroughItsFileIo() throws Exception {
    try (InMemoryCatalog memory = new InMemoryCatalog()) {
      memory.initialize("memory", Map.of());
      memory.createNamespace(Namespace.of("sink"));
      Table table = memory.createTable(TableIdentifier.of("sink", "remote"), SIMPLE);
      append(
          table,
          write(table, "SELECT range, 'x' || range, NULL FROM range(10)", WriteOptions.defaults()));
      assertThat(LiveRows.of(table)).hasSize(10);
      try (Relation relation = scanner.scan(session, table, current(table), table.schema())) {
        assertThat(relation.size().filesByJava()).isZero();
        assertThat(relation.size().rows()).isEqualTo(10);
      }
    }
  }

  @Test
  void aFailedUploadTakesBackWhatWasUploaded() {
    InMemoryFileIO failing =
        new InMemoryFileIO() {
          private int created;

          @Override
          public OutputFile newOutputFile(String location) {
            if (++created > 2) {
              throw new UncheckedIOException(new IOException("no space"));
            }
            return super.newOutputFile(location);
          }
        };
    Table shape = simple("upload", PartitionSpec.builderFor(SIMPLE).identity("name").build());
    List<String> locations = new ArrayList<>();
    FileTarget target =
        new FileTarget(
            SIMPLE, shape.spec(), SortOrder.unsorted(), named(locations), failing, Map.of());
    assertThatThrownBy(
            () ->
                new FileSink(session)
                    .write(
                        "SELECT range, 'p' || range % 4, NULL FROM range(8)",
                        target, WriteOptions.defaults(), "token"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("no space");
    assertThat(locations).hasSizeGreaterThan(2).noneMatch(failing::fileExists);
  }

  private static LocationProvider named(List<String> locations) {
    return new LocationProvider() {
      @Override
      public String newDataLocation(String name) {
        locations.add("memory:/" + name);
        return "memory:/" + name;
      }

      @Override
      public String newDataLocation(PartitionSpec spec, StructLike partition, String name) {
        return newDataLocation(name);
      }
    };
  }

  @Test
  void bloomFiltersAlsoCoverColumnsOfDistinctValues() {
    Table table = simple("bloom", PartitionSpec.unpartitioned());
    String query = "SELECT range, 'n' || range, NULL FROM range(50000)";
    WriteOptions small = WriteOptions.defaults().withRowGroupRows(20_480);
    assertThat(bloomFilters(write(table, query, small))).isZero();
    assertThat(bloomFilters(write(table, query, small.withBloomFilters()))).isEqualTo(6);
  }

  private static long bloomFilters(List<DataFile> files) {
    String path = LocalFiles.localPath(files.get(0).location()).orElseThrow().toString();
    String sql =
        "SELECT count(bloom_filter_offset) FROM parquet_metadata('%s') WHERE path_in_schema <> 'day'"
            .formatted(path);
    return (Long) Rows.read(session.query(sql), List.of(Types.LongType.get())).get(0).get(0);
  }

  private static final Schema SIMPLE =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "name", Types.StringType.get()),
          Types.NestedField.optional(3, "day", Types.DateType.get()));

  private static Table simple(String name, PartitionSpec spec) {
    return catalog.createTable(TableIdentifier.of("sink", name), SIMPLE, spec);
  }

  private static Table copyAndCompare(Table source, String name) {
    Table copy =
        catalog
            .buildTable(TableIdentifier.of("sink", name), source.schema())
            .withSortOrder(SortOrder.unsorted())
            .create();
    try (Relation relation = scanner.scan(session, source, current(source), source.schema())) {
      String columns =
          source.schema().columns().stream()
              .map(field -> column(field.fieldId()))
              .collect(joining(", "));
      append(
          copy,
          write(
              copy,
              "SELECT " + columns + " FROM " + relation.sql() + " ORDER BY c1",
              WriteOptions.defaults()));
    }
    assertThat(new HashSet<>(RowContents.of(LiveRows.of(copy))))
        .isEqualTo(new HashSet<>(RowContents.of(LiveRows.of(source))));
    return copy;
  }

  private static void compareMetrics(Table source, Table copy) {
    DataFile expected = only(source);
    DataFile actual = only(copy);
    assertThat(actual.recordCount()).isEqualTo(expected.recordCount());
    assertThat(actual.columnSizes().keySet()).isEqualTo(expected.columnSizes().keySet());
    assertThat(actual.valueCounts()).isEqualTo(expected.valueCounts());
    assertThat(actual.nullValueCounts()).isEqualTo(expected.nullValueCounts());
    assertThat(actual.nanValueCounts()).isEqualTo(expected.nanValueCounts());
    assertThat(bounds(copy.schema(), actual.lowerBounds(), -0.0))
        .isEqualTo(bounds(copy.schema(), expected.lowerBounds(), -0.0));
    assertThat(bounds(copy.schema(), actual.upperBounds(), 0.0))
        .isEqualTo(bounds(copy.schema(), expected.upperBounds(), 0.0));
    assertThat(actual.splitOffsets()).isEqualTo(List.of(4L));
  }

  /** Decoded; without those of uuids; a zero widened to the outer one. */
  private static Map<Integer, Object> bounds(
      Schema schema, Map<Integer, ByteBuffer> bounds, double zero) {
    Map<Integer, Object> decoded = new HashMap<>();
    bounds.forEach(
        (id, bytes) -> {
          Type type = schema.findType(id);
          Object value = Conversions.fromByteBuffer(type, bytes);
          if (value instanceof Double number && number == 0) {
            value = zero;
          } else if (value instanceof Float number && number == 0) {
            value = (float) zero;
          }
          if (type.typeId() != Type.TypeID.UUID) {
            decoded.put(id, value instanceof CharSequence ? value.toString() : value);
          }
        });
    return decoded;
  }

  private static List<DataFile> write(Table table, String query, WriteOptions options) {
    return new FileSink(session)
        .write(query, FileTarget.of(table), options, "token" + System.nanoTime());
  }

  private static void append(Table table, List<DataFile> files) {
    AppendFiles append = table.newAppend();
    files.forEach(append::appendFile);
    append.commit();
  }

  private static DataFile only(Table table) {
    List<DataFile> files = files(table);
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  private static List<DataFile> files(Table table) {
    current(table);
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().includeColumnStats().planFiles()) {
      tasks.forEach(task -> files.add(task.file().copy()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static Map<String, Long> partitions(Table table) {
    Map<String, Long> partitions = new HashMap<>();
    for (DataFile file : files(table)) {
      Object value = file.partition().get(0, Object.class);
      String text =
          value instanceof ByteBuffer bytes
              ? java.util.HexFormat.of()
                  .formatHex(org.apache.iceberg.util.ByteBuffers.toByteArray(bytes))
              : String.valueOf(value);
      partitions.merge(
          (value == null
                  ? "null"
                  : value.getClass().getSimpleName().contains("Buffer") ? "bytes" : "")
              + ":"
              + text,
          file.recordCount(),
          Long::sum);
    }
    return partitions;
  }

  private static OptionalLong current(Table table) {
    table.refresh();
    return OptionalLong.of(table.currentSnapshot().snapshotId());
  }

  private static Set<Path> filesUnder(Table table) throws Exception {
    Path data = LocalFiles.localPath(table.location() + "/data").orElseThrow();
    if (!Files.exists(data)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.walk(data)) {
      return new HashSet<>(files.filter(path -> !path.equals(data)).toList());
    }
  }
}
