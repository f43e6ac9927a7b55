package io.bergview.bench;

import static org.apache.iceberg.expressions.Expressions.equal;

import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Tpch;
import io.bergview.fixtures.Warehouses;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionSettings;
import io.bergview.pipeline.cache.LocalFiles;
import io.bergview.pipeline.delta.DeltaReader;
import io.bergview.pipeline.delta.TableDelta;
import io.bergview.pipeline.engine.EmbeddedSession;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.SnapshotFiles;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.staleness.delta.SourceDelta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * Finding and reading the delta of one change of TPC-H's lineitem, against reading the whole table
 * as often.
 *
 * <p>Arguments: the scale (default 1), the number of rounds (default 7), a folder to keep the
 * warehouse in (default: a temporary one).
 */
public final class DeltaBenchmark {
  private static final List<String> SOME_COLUMNS =
      List.of("l_orderkey", "l_linenumber", "l_quantity", "l_extendedprice");
  private static final long NEW_KEYS = 100_000_000;

  private final Table table;
  private final DuckDbSession session;
  private final TableScanner scanner;
  private final int rounds;
  private final long start;

  private DeltaBenchmark(Table table, DuckDbSession session, TableScanner scanner, int rounds) {
    this.table = table;
    this.session = session;
    this.scanner = scanner;
    this.rounds = rounds;
    this.start = table.currentSnapshot().snapshotId();
  }

  public static void main(String[] arguments) throws IOException {
    double scale = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
    Path folder =
        arguments.length > 2 ? Path.of(arguments[2]) : Files.createTempDirectory("bergview-bench");
    TableIdentifier name = TableIdentifier.of(Tpch.NAMESPACE, "lineitem");
    SessionSettings settings = SessionSettings.defaults().withTempDirectory(folder);
    try (JdbcCatalog catalog = Warehouses.sqlite(folder);
        DuckDbSession session = DuckDbSession.open(settings)) {
      if (!catalog.tableExists(name)) {
        Tpch.generate(catalog, new Tpch.Options(scale), Progress.SILENT);
      }
      Table table = catalog.loadTable(name);
      table.updateProperties().set(TableProperties.FORMAT_VERSION, "3").commit();
      LocalFiles files = new LocalFiles(folder.resolve("cache"), 1L << 30, Clock.systemUTC());
      new DeltaBenchmark(table, session, new TableScanner(files), rounds).run(scale);
    }
  }

  private void run(double scale) {
    System.out.printf(
        Locale.ROOT,
        "lineitem of TPC-H scale %s in %d files, %d rounds, medians in milliseconds%n",
        scale,
        tasks().size(),
        rounds);
    System.out.printf(
        "%-42s %8s %8s %10s %10s %12s%n",
        "change", "rows", "plan", "4 columns", "all", "of a scan");
    double scan = median(() -> scanAll(table.schema()));
    System.out.printf(
        Locale.ROOT,
        "%-42s %8s %8s %10.1f %10.1f %12s%n",
        "(the whole table)",
        "",
        "",
        median(() -> scanAll(table.schema().select(SOME_COLUMNS))),
        scan,
        "1.000");
    compare("append of 6,000 rows", scan, () -> RowFiles.append(table, copies(6_000)));
    compare("copy-on-write of one row", scan, this::rewriteOneRow);
    compare("vector of one row", scan, () -> delete(List.of(new long[] {3_000})));
    compare(
        "vector of 100 neighbours",
        scan,
        () -> delete(List.of(LongStream.range(0, 100).toArray())));
    compare("vectors of 100 rows anywhere in each file", scan, () -> delete(anywhere(100)));
    compare("vectors of 10,000 rows anywhere in each file", scan, () -> delete(anywhere(10_000)));
    compare("equality delete of one key", scan, this::deleteOneOrder);
  }

  private void compare(String what, double scan, Runnable change) {
    table.manageSnapshots().setCurrentSnapshot(start).commit();
    change.run();
    table.refresh();
    double plan = median(this::delta);
    SourceDelta delta = delta();
    Schema some = table.schema().select(SOME_COLUMNS);
    double four = median(() -> read(delta, some));
    double all = median(() -> read(delta, table.schema()));
    System.out.printf(
        Locale.ROOT,
        "%-42s %8d %8.1f %10.1f %10.1f %12.3f%n",
        what,
        read(delta, table.schema()),
        plan,
        four,
        all,
        (plan + all) / scan);
    table.manageSnapshots().setCurrentSnapshot(start).commit();
  }

  private SourceDelta delta() {
    return SourceDelta.between(
        table, OptionalLong.of(start), OptionalLong.of(table.currentSnapshot().snapshotId()));
  }

  private long read(SourceDelta delta, Schema columns) {
    try (TableDelta rows =
        new DeltaReader(new EmbeddedSession(session, scanner)).read(table, delta, columns)) {
      return rows.removedRows() + rows.addedRows();
    }
  }

  private void scanAll(Schema columns) {
    try (Relation rows = scanner.scan(session, table, OptionalLong.of(start), columns)) {
      session.execute("CREATE TABLE whole AS SELECT * FROM " + rows.sql());
      session.drop("whole");
    }
  }

  private List<FileScanTask> tasks() {
    return SnapshotFiles.of(table, OptionalLong.of(start), Expressions.alwaysTrue());
  }

  /** Rows like the table's first, under new keys. */
  private List<Record> copies(int count) {
    Record row = firstRow();
    List<Record> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Record copy = row.copy();
      copy.setField("l_orderkey", NEW_KEYS + i);
      rows.add(copy);
    }
    return rows;
  }

  private Record firstRow() {
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      return rows.iterator().next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void rewriteOneRow() {
    CopyOnWrite.update(
        table,
        Expressions.and(equal("l_orderkey", 1L), equal("l_linenumber", 1)),
        row -> {
          row.setField("l_comment", "changed");
          return row;
        });
  }

  private void deleteOneOrder() {
    RowDeletes.byEquality(table, equal("l_orderkey", 1L), "l_orderkey");
  }

  /** As many rows of each file, its number in turn the seed. */
  private List<long[]> anywhere(int count) {
    List<long[]> positions = new ArrayList<>();
    for (FileScanTask task : tasks()) {
      positions.add(
          new Random(positions.size())
              .longs(0, task.file().recordCount())
              .distinct()
              .limit(count)
              .sorted()
              .toArray());
    }
    return positions;
  }

  /** Deletion vectors of the first files, in the order of the plan. */
  private void delete(List<long[]> positionsByFile) {
    List<FileScanTask> tasks = tasks();
    BaseDVFileWriter writer =
        new BaseDVFileWriter(
            OutputFileFactory.builderFor(table, 0, 0).format(FileFormat.PUFFIN).build(),
            location -> null);
    try (writer) {
      for (int i = 0; i < positionsByFile.size(); i++) {
        FileScanTask task = tasks.get(i);
        for (long position : positionsByFile.get(i)) {
          writer.delete(task.file().location(), position, task.spec(), task.partition());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var delta = table.newRowDelta().validateFromSnapshot(start);
    writer.result().deleteFiles().forEach(delta::addDeletes);
    delta.commit();
  }

  private double median(Runnable work) {
    double[] millis = new double[rounds];
    work.run();
    for (int round = 0; round < rounds; round++) {
      long begin = System.nanoTime();
      work.run();
      millis[round] = (System.nanoTime() - begin) / 1e6;
    }
    Arrays.sort(millis);
    return millis[rounds / 2];
  }
}
