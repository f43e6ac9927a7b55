package io.bergview.pipeline.scan;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.MissingFileException;
import io.bergview.errors.StorageException;
import io.bergview.fixtures.RemoteFileIO;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Seeds;
import io.bergview.fixtures.Warehouses;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.SessionSettings;
import io.bergview.pipeline.cache.Holes;
import io.bergview.pipeline.cache.LocalFiles;
import io.bergview.staleness.delta.SourceDelta;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of a remote storage, with row groups of about a hundred rows. What was not fetched is
 * overwritten with garbage before a query runs.
 */
class RemoteScanTest {
  private static final Schema SCHEMA =
      new Schema(
          required(1, "id", Types.LongType.get()),
          optional(2, "name", Types.StringType.get()),
          optional(3, "price", Types.DoubleType.get()),
          optional(4, "day", Types.DateType.get()),
          optional(5, "at", Types.TimestampType.withoutZone()),
          optional(6, "payload", Types.StringType.get()),
          optional(7, "code", Types.IntegerType.get()));

  private static final int ROWS = 3000;

  @TempDir Path temp;
  private Path cache;
  private int moves;
  private JdbcCatalog catalog;
  private DuckDbSession session;
  private LocalFiles files;
  private TableScanner scanner;

  @BeforeEach
  void open() {
    cache = temp.resolve("cache");
    catalog = Warehouses.remote(temp);
    catalog.createNamespace(Namespace.of("far"));
    session = DuckDbSession.open(SessionSettings.defaults().withTempDirectory(temp).withThreads(2));
    openCache();
  }

  /** As another process would, which knows nothing of what was fetched but from the folder. */
  private void reopenCache() throws IOException {
    Path moved = temp.resolve("cache" + moves++);
    Files.move(cache, moved);
    cache = moved;
    openCache();
  }

  private void openCache() {
    files = new LocalFiles(cache, 1 << 30, Clock.systemUTC());
    scanner = new TableScanner(files, 1_000);
  }

  @AfterEach
  void close() throws Exception {
    RemoteFileIO.delay(0);
    session.close();
    catalog.close();
  }

  @Test
  void aQueryFetchesTheColumnsThatItNamesAndNothingTwice() throws IOException {
    Table table = table("columns");
    append(table, 0, ROWS);
    Schema all = table.schema();
    long size = bytes(table);

    assertThat(count(table, new Schema())).isEqualTo(ROWS);
    assertThat(files.bytesFetched()).as("the footer").isLessThan(size / 4);
    long footer = files.bytesFetched();
    assertThat(sum(table, all.select("id"))).isEqualTo((ROWS - 1L) * ROWS / 2);
    assertThat(files.bytesFetched()).isBetween(footer + 1, footer + size / 4);
    long once = files.bytesFetched();
    assertThat(sum(table, all.select("id"))).isEqualTo((ROWS - 1L) * ROWS / 2);
    assertThat(files.bytesFetched()).isEqualTo(once);
    reopenCache();
    assertThat(sum(table, all.select("id"))).isEqualTo((ROWS - 1L) * ROWS / 2);
    assertThat(files.bytesFetched()).as("by another process").isZero();
  }

  @Test
  void aLookupFetchesTheRowGroupThatMayHoldIt() {
    Table table = table("lookup");
    append(table, 0, ROWS);
    List<List<Object>> rows =
        read(table, table.schema(), Expressions.equal("id", 1234L), "c1 = 1234");
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get(1)).isEqualTo("name 1234");
    assertThat(files.bytesFetched()).isLessThan(bytes(table) / 3);
  }

  /** Every row group has codes below and above these. */
  @Test
  void onlyRowGroupsWithRowsThatAreLookedForAreFetched() {
    Table table = table("codes");
    append(table, 0, ROWS);
    Expression where = Expressions.in("code", code(7), code(1234), code(2900));
    String sql = "c7 IN (%d, %d, %d)".formatted(code(7), code(1234), code(2900));
    assertThat(read(table, table.schema(), where, sql).stream().map(row -> row.get(0)))
        .containsExactly(7L, 1234L, 2900L);
    assertThat(files.bytesFetched()).isLessThan(bytes(table) / 3);
  }

  @Test
  void ofRowsThatAreDeletedNoOtherColumnIsFetched() throws IOException {
    Table table = table("gone codes");
    append(table, 0, ROWS);
    RowDeletes.byPosition(table, Expressions.in("id", 7L, 1234L));
    table.refresh();
    Expression where = Expressions.in("code", code(7), code(1234));
    String sql = "c7 IN (%d, %d)".formatted(code(7), code(1234));
    assertThat(read(table, table.schema().select("id", "code"), where, sql)).isEmpty();
    long keys = files.bytesFetched();
    reopenCache();
    assertThat(read(table, table.schema(), where, sql)).isEmpty();
    assertThat(files.bytesFetched()).isZero();
    assertThat(keys).isLessThan(bytes(table) / 3);
  }

  private static int code(long id) {
    return (int) (id * 1009 % 3001);
  }

  @Test
  void onlyRowGroupsWithDeletedRowsAreFetchedForTheirDelta() {
    Table table = table("deltas");
    append(table, 0, ROWS);
    long before = table.currentSnapshot().snapshotId();
    RowDeletes.byPosition(table, Expressions.in("id", 7L, 8L, 2500L));
    table.refresh();
    SourceDelta delta =
        SourceDelta.between(
            table, OptionalLong.of(before), OptionalLong.of(table.currentSnapshot().snapshotId()));
    try (DeltaRelations changed = scanner.read(session, table, delta, table.schema())) {
      assertThat(rows(changed.removed(), "true").stream().map(row -> row.get(0)))
          .containsExactly(7L, 8L, 2500L);
      assertThat(rows(changed.added(), "true")).isEmpty();
    }
    assertThat(files.bytesFetched()).isLessThan(bytes(table) / 3);
  }

  @Test
  void filesAreFetchedAtOnce() {
    Table table = table("many");
    for (int file = 0; file < 12; file++) {
      append(table, file * 300, 300);
    }
    RemoteFileIO.delay(20);
    try (Relation relation = scanner.scan(session, table, current(table), table.schema())) {
      RemoteFileIO.taken();
      assertThat(rows(relation, "true")).hasSize(3600);
    }
    RemoteFileIO.Traffic columns = RemoteFileIO.taken();
    assertThat(columns.requests()).isLessThanOrEqualTo(2 * 12);
    Path other = temp.resolve("other");
    LocalFiles apart = new LocalFiles(other, 1 << 30, Clock.systemUTC());
    try (Relation relation =
        new TableScanner(apart).scan(session, table, current(table), table.schema())) {
      assertThat(relation.size().files()).isEqualTo(12);
    }
    assertThat(RemoteFileIO.taken().mostAtOnce()).isGreaterThan(4);
  }

  @Test
  void whatIsDamagedInTheCacheIsFetchedAgain() throws IOException {
    Table table = table("damaged");
    append(table, 0, ROWS);
    long sum = sum(table, table.schema().select("id"));
    try (Stream<Path> cached = Files.list(cache)) {
      Path data =
          cached
              .filter(file -> Files.isRegularFile(file))
              .max(Comparator.comparingLong(file -> file.toFile().length()))
              .orElseThrow();
      try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
        byte[] zeros = new byte[(int) file.length()];
        file.write(zeros);
      }
    }
    reopenCache();
    assertThat(sum(table, table.schema().select("id"))).isEqualTo(sum);
  }

  @Test
  void aFileThatIsGoneOrCutOffIsNamed() throws IOException {
    Table table = table("gone");
    append(table, 0, ROWS);
    Path file = RemoteFileIO.path(tasks(table).get(0).file().location());
    byte[] content = Files.readAllBytes(file);
    Files.delete(file);
    assertThatThrownBy(() -> sum(table, table.schema().select("id")))
        .isInstanceOf(MissingFileException.class)
        .hasMessageContaining(file.toString());
    Files.write(file, Arrays.copyOf(content, content.length - 10));
    assertThatThrownBy(() -> sum(table, table.schema().select("id")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("its manifest says " + content.length);
    Files.write(file, content);
    assertThat(sum(table, table.schema().select("id"))).isEqualTo((ROWS - 1L) * ROWS / 2);
  }

  @Test
  void aDamagedRemoteFileIsNamed() throws IOException {
    Table table = table("broken");
    append(table, 0, ROWS);
    append(table, ROWS, ROWS);
    Path file = RemoteFileIO.path(tasks(table).get(1).file().location());
    byte[] content = Files.readAllBytes(file);
    Arrays.fill(content, 4, content.length / 2, (byte) 0x55);
    Files.write(file, content);
    assertThatThrownBy(() -> read(table, table.schema(), Expressions.alwaysTrue(), "true"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(file.toString());
  }

  static LongStream seeds() {
    return Seeds.of(1, 40);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whateverMatchesAFilterIsFetched(long seed) {
    Random random = new Random(seed);
    Table table = table("random" + seed);
    int rows = 0;
    for (int file = 0; file < 3; file++) {
      int count = 200 + random.nextInt(900);
      append(table, rows, count);
      rows += count;
    }
    if (random.nextBoolean()) {
      RowDeletes.byPosition(table, Expressions.lessThan("id", (long) random.nextInt(rows)));
      table.refresh();
    }
    int some = 0;
    for (int i = 0; i < 20; i++) {
      Filter filter = filter(random, rows);
      List<List<Object>> found = read(table, table.schema(), filter.where(), filter.sql());
      List<List<Object>> right =
          read(table, table.schema(), Expressions.alwaysTrue(), filter.sql());
      assertThat(found).as("seed %d: %s", seed, filter.sql()).isEqualTo(right);
      some += found.isEmpty() ? 0 : 1;
    }
    if (Seeds.arePreset()) {
      assertThat(some).isGreaterThan(3);
    }
  }

  private record Filter(Expression where, String sql) {}

  private static Filter filter(Random random, int rows) {
    int choice = random.nextInt(10);
    if (choice < 3) {
      Filter left = filter(random, rows);
      Filter right = filter(random, rows);
      return switch (choice) {
        case 0 ->
            new Filter(
                Expressions.and(left.where(), right.where()),
                "(" + left.sql() + " AND " + right.sql() + ")");
        case 1 ->
            new Filter(
                Expressions.or(left.where(), right.where()),
                "(" + left.sql() + " OR " + right.sql() + ")");
        default -> new Filter(Expressions.not(left.where()), "NOT (" + left.sql() + ")");
      };
    }
    long id = random.nextInt(rows);
    return switch (choice) {
      case 3 -> new Filter(Expressions.equal("id", id), "c1 = " + id);
      case 4 -> new Filter(Expressions.greaterThan("id", id), "c1 > " + id);
      case 5 ->
          new Filter(Expressions.startsWith("name", "name " + id), "c2 LIKE 'name " + id + "%'");
      case 6 -> new Filter(Expressions.lessThanOrEqual("price", id / 4.0), "c3 <= " + id / 4.0);
      case 9 ->
          new Filter(
              Expressions.in("code", code(id), code(id + 1), code(id / 2)),
              "c7 IN (%d, %d, %d)".formatted(code(id), code(id + 1), code(id / 2)));
      case 7 ->
          new Filter(Expressions.equal("day", (int) (id / 50)), "c4 = DATE '" + day(id) + "'");
      default -> new Filter(Expressions.isNull("name"), "c2 IS NULL");
    };
  }

  private static LocalDate day(long id) {
    return LocalDate.ofEpochDay(id / 50);
  }

  private Table table(String name) {
    return catalog.createTable(
        TableIdentifier.of("far", name),
        SCHEMA,
        PartitionSpec.unpartitioned(),
        Map.of(
            TableProperties.FORMAT_VERSION,
            "2",
            TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
            "20000",
            "write.parquet.row-group-check-min-record-count",
            "100",
            "write.parquet.row-group-check-max-record-count",
            "100",
            TableProperties.PARQUET_COMPRESSION,
            "uncompressed"));
  }

  private static void append(Table table, int from, int count) {
    Random random = new Random(from);
    List<Record> rows = new ArrayList<>();
    for (int id = from; id < from + count; id++) {
      byte[] payload = new byte[60];
      random.nextBytes(payload);
      Record row = GenericRecord.create(SCHEMA);
      row.setField("id", (long) id);
      row.setField("name", id % 7 == 0 ? null : "name " + id);
      row.setField("price", id % 11 == 0 ? null : id / 4.0);
      row.setField("day", day(id));
      row.setField("at", day(id).atStartOfDay());
      row.setField("payload", Base64.getEncoder().encodeToString(payload));
      row.setField("code", code(id));
      rows.add(row);
    }
    RowFiles.append(table, rows);
    table.refresh();
  }

  private static OptionalLong current(Table table) {
    return OptionalLong.of(table.currentSnapshot().snapshotId());
  }

  private static List<FileScanTask> tasks(Table table) {
    return SnapshotFiles.of(table, current(table), Expressions.alwaysTrue());
  }

  private static long bytes(Table table) {
    return tasks(table).stream().mapToLong(task -> task.file().fileSizeInBytes()).sum();
  }

  private long count(Table table, Schema columns) {
    try (Relation relation = scanner.scan(session, table, current(table), columns)) {
      return number("SELECT count(*) FROM " + relation.sql());
    }
  }

  private long sum(Table table, Schema columns) {
    try (Relation relation = scanner.scan(session, table, current(table), columns)) {
      return number(
          "SELECT CAST(sum(%s) AS BIGINT) FROM %s"
              .formatted(column(columns.columns().get(0).fieldId()), relation.sql()));
    }
  }

  private long number(String sql) {
    Holes.spoil(cache);
    return (Long) Rows.read(session.query(sql), List.of(Types.LongType.get())).get(0).get(0);
  }

  private List<List<Object>> read(Table table, Schema columns, Expression where, String filter) {
    try (Relation relation = scanner.scan(session, table, current(table), columns, where)) {
      return rows(relation, filter);
    }
  }

  private List<List<Object>> rows(Relation relation, String filter) {
    String sql = "SELECT * FROM %s WHERE %s ORDER BY c1".formatted(relation.sql(), filter);
    Holes.spoil(cache);
    List<Type> types = relation.schema().columns().stream().map(Types.NestedField::type).toList();
    return Rows.read(session.query(sql), types);
  }
}
