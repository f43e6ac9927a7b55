package io.bergview.pipeline.scan;

import static io.bergview.pipeline.scan.TableScannerPropertyTest.current;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Project;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Warehouses;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.SessionLease;
import io.bergview.pipeline.SessionPool;
import io.bergview.pipeline.cache.LocalFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedTablesTest {
  private static final Schema SCHEMA =
      new Schema(
          required(1, "id", Types.LongType.get()), required(2, "name", Types.StringType.get()));
  private static final Expression ALL = Expressions.alwaysTrue();

  @TempDir private Path folder;
  private JdbcCatalog catalog;
  private TableScanner scanner;
  private SessionPool pool;
  private Table table;

  @BeforeEach
  void open() throws IOException {
    catalog = Warehouses.sqlite(folder);
    catalog.createNamespace(Namespace.of("kept"));
    scanner = new TableScanner(new LocalFiles(folder.resolve("cache"), 1 << 20, Clock.systemUTC()));
    pool = pool("1 GiB");
    table = catalog.createTable(TableIdentifier.of("kept", "dimension"), SCHEMA);
    append(0, 20);
  }

  @AfterEach
  void close() throws IOException {
    pool.close();
    catalog.close();
  }

  private SessionPool pool(String memory) throws IOException {
    Path project = Files.createDirectories(folder.resolve(memory));
    Files.writeString(
        project.resolve(Project.FILE),
        "settings: {temp-directory: '%s', memory-limit: %s}"
            .formatted(folder.resolve("temp"), memory));
    return new SessionPool(Project.open(project).settings());
  }

  private void append(long from, long to) {
    List<Record> rows = new ArrayList<>();
    for (long id = from; id < to; id++) {
      Record row = GenericRecord.create(SCHEMA);
      row.setField("id", id);
      row.setField("name", Long.toHexString(id * 0x9E3779B97F4A7C15L));
      rows.add(row);
    }
    RowFiles.append(table, rows);
    table.refresh();
  }

  /** Reads the table in a task of its own, and says where its rows lie. */
  private boolean readsFiles(SessionPool from, OptionalLong snapshot, Expression prune, long rows) {
    return work(
        from,
        lease -> {
          try (Relation relation = scan(lease.session(), table, snapshot, SCHEMA, prune)) {
            assertThat(ScannedRows.of(lease.session(), relation)).hasSize((int) rows);
            return relation.sql().contains("read_parquet");
          }
        });
  }

  /** What is not kept is read. */
  private Relation scan(
      DuckDbSession session, Table from, OptionalLong snapshot, Schema columns, Expression prune) {
    return scanner
        .kept(session, from, snapshot, columns)
        .orElseGet(() -> scanner.scan(session, from, snapshot, columns, prune));
  }

  private static <T> T work(SessionPool from, Function<SessionLease, T> work) {
    try (SessionLease lease = from.lease()) {
      return work.apply(lease);
    }
  }

  private long tables() {
    String count = "SELECT count(*) FROM duckdb_tables()";
    return work(
        pool,
        lease ->
            (Long)
                Rows.read(lease.session().query(count), List.of(Types.LongType.get()))
                    .get(0)
                    .get(0));
  }

  @Test
  void aTableIsKeptFromItsSecondReadingOn() {
    assertThat(readsFiles(pool, current(table), ALL, 20)).isTrue();
    assertThat(tables()).isZero();
    assertThat(readsFiles(pool, current(table), ALL, 20)).isFalse();
    assertThat(tables()).isOne();
    assertThat(readsFiles(pool, current(table), ALL, 20)).isFalse();
    assertThat(tables()).isOne();
  }

  @Test
  void twoReadingsOfOnePieceOfWorkAreOne() {
    boolean files =
        work(
            pool,
            lease -> {
              scan(lease.session(), table, current(table), SCHEMA, ALL).close();
              try (Relation again = scan(lease.session(), table, current(table), SCHEMA, ALL)) {
                return again.sql().contains("read_parquet");
              }
            });
    assertThat(files).isTrue();
  }

  @Test
  void theCacheKeepsAllRowsForAnyColumns() {
    readsFiles(pool, current(table), ALL, 20);
    assertThat(readsFiles(pool, current(table), Expressions.lessThan("id", 0L), 20)).isFalse();
    assertThat(readsFiles(pool, current(table), ALL, 20)).isFalse();
  }

  @Test
  void anotherSnapshotIsAnotherTable() {
    OptionalLong first = current(table);
    readsFiles(pool, first, ALL, 20);
    readsFiles(pool, first, ALL, 20);
    append(20, 25);
    assertThat(readsFiles(pool, current(table), ALL, 25)).isTrue();
    assertThat(tables()).as("the older snapshot is given up").isZero();
    assertThat(readsFiles(pool, current(table), ALL, 25)).isFalse();
    assertThat(readsFiles(pool, first, ALL, 20)).isFalse();
  }

  @Test
  void otherColumnsAreAnotherTable() {
    readsFiles(pool, current(table), ALL, 20);
    readsFiles(pool, current(table), ALL, 20);
    boolean files =
        work(
            pool,
            lease -> {
              try (Relation some =
                  scan(lease.session(), table, current(table), SCHEMA.select("name"), ALL)) {
                return some.sql().contains("read_parquet");
              }
            });
    assertThat(files).isTrue();
  }

  @Test
  void aTableThatIsLargeForTheMemoryIsNotKept() throws IOException {
    append(20, 60_000);
    try (SessionPool small = pool("64 MiB")) {
      assertThat(readsFiles(small, current(table), ALL, 60_000)).isTrue();
      assertThat(readsFiles(small, current(table), ALL, 60_000)).isTrue();
    }
  }
}
