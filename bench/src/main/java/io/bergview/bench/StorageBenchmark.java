package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.fixtures.ChangeOptions;
import io.bergview.fixtures.FaultyNetwork;
import io.bergview.fixtures.S3Server;
import io.bergview.fixtures.Tpch;
import io.bergview.query.QueryResult;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;

/**
 * What work on views moves over the network where their files are in S3: bytes that come, requests,
 * and how many of them are under way at once; each once with an empty cache, without and with 30 ms
 * for each request.
 *
 * <p>Arguments: the scale of TPC-H, a folder for the project, and the file with the class path of
 * the S3 server.
 */
public final class StorageBenchmark {
  private static final String ROWS = "OrderRows";
  private static final String JOINED = "OrderJoinOltp";
  private static final String GROUPS = "PricingSummary";
  private static final List<String> GROUPS_READ =
      List.of(
          "l_shipdate",
          "l_returnflag",
          "l_linestatus",
          "l_quantity",
          "l_extendedprice",
          "l_discount");

  private static final double ORDERS_PER_SCALE = 1_500_000;
  private static final double CHANGED_ORDERS = 100;
  private static final long LATENCY_MILLIS = 30;
  private static final double MEGABYTE = 1e6;

  private final Path folder;
  private final double scale;
  private final FaultyNetwork network;
  private long seed;

  private StorageBenchmark(Path folder, double scale, FaultyNetwork network) {
    this.folder = folder;
    this.scale = scale;
    this.network = network;
  }

  public static void main(String[] arguments) throws IOException {
    double scale = Double.parseDouble(arguments[0]);
    Path folder = TpchViews.project(Path.of(arguments[1]));
    Files.writeString(
        folder.resolve("views").resolve(ROWS + ".yaml"),
        "$type: " + ROWS + "\n$projection: oltp\n$from: Order\n");
    Path storage = Files.createDirectories(folder.resolve("storage"));
    try (S3Server server = S3Server.start(storage, Path.of(arguments[2]));
        FaultyNetwork network = FaultyNetwork.before(server.address())) {
      Files.writeString(
          folder.resolve(Project.FILE),
          S3Server.catalog(folder.toAbsolutePath(), network.port(), S3Server.SECRET_KEY));
      new StorageBenchmark(folder, scale, network).run();
    }
  }

  private void run() {
    try (Bergview bergview = Bergview.open(folder)) {
      TpchViews.define(bergview, scale);
      for (String view : List.of(ROWS, JOINED, GROUPS)) {
        refresh(bergview, RefreshRequest.of(view).fully());
      }
      System.out.printf(
          Locale.ROOT,
          "TPC-H scale %s in S3; the columns that %s reads of lineitem are %.1f MB%n",
          scale,
          GROUPS,
          columnBytes(bergview) / MEGABYTE);
    }
    System.out.printf(
        "%-44s %6s %10s %10s %10s %10s%n", "work", "ms", "MB", "requests", "at once", "seconds");
    for (long latency : List.of(0L, LATENCY_MILLIS)) {
      network.delay(latency);
      for (String view : List.of(ROWS, JOINED)) {
        report("state of " + view, latency, bergview -> bergview.getViewState(view));
        report("lookup of one row in " + view, latency, bergview -> lookup(bergview, view));
        measure("the same again", latency, bergview -> lookup(bergview, view), false);
        report("refresh that skips", latency, bergview -> refreshRows(bergview, view));
        change(ChangeOptions.Kind.INSERT, ChangeOptions.Spread.RANGE);
        report("refresh, 100 orders are new", latency, bergview -> refreshRows(bergview, view));
        change(ChangeOptions.Kind.UPDATE, ChangeOptions.Spread.RANGE);
        report("refresh, 100 in a row changed", latency, bergview -> refreshRows(bergview, view));
        change(ChangeOptions.Kind.UPDATE, ChangeOptions.Spread.SCATTERED);
        report("refresh, 100 anywhere changed", latency, bergview -> refreshRows(bergview, view));
        change(ChangeOptions.Kind.UPDATE, ChangeOptions.Spread.SCATTERED);
        measure("the same, after that", latency, bergview -> refreshRows(bergview, view), false);
      }
      report(
          "full refresh of " + GROUPS,
          latency,
          bergview -> refresh(bergview, RefreshRequest.of(GROUPS).fully()));
    }
  }

  private void report(String what, long latency, Consumer<Bergview> work) {
    measure(what, latency, work, true);
  }

  private void measure(String what, long latency, Consumer<Bergview> work, boolean cold) {
    if (cold) {
      deleteCache();
    }
    try (Bergview bergview = Bergview.open(folder)) {
      network.taken();
      long start = System.nanoTime();
      work.accept(bergview);
      double seconds = (System.nanoTime() - start) / 1e9;
      FaultyNetwork.Traffic traffic = network.taken();
      System.out.printf(
          Locale.ROOT,
          "%-44s %6d %10.2f %10d %10d %10.2f%n",
          what,
          latency,
          traffic.bytes() / MEGABYTE,
          traffic.requests(),
          traffic.mostAtOnce(),
          seconds);
    }
  }

  private static void lookup(Bergview bergview, String view) {
    try (QueryResult answer = bergview.find(view).filter("{o_orderkey: 4000}").answer()) {
      long[] rows = {0};
      answer.forEachRow(row -> rows[0]++);
      if (rows[0] > 1) {
        throw new IllegalStateException(rows[0] + " rows of one key");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void refreshRows(Bergview bergview, String view) {
    refresh(bergview, RefreshRequest.of(view));
  }

  private static void refresh(Bergview bergview, RefreshRequest request) {
    RefreshOutcome outcome = bergview.refreshView(request);
    if (!outcome.failures().isEmpty()) {
      throw outcome.failures().get(0).error();
    }
  }

  /** Of 100 orders, written by another program. */
  private void change(ChangeOptions.Kind kind, ChangeOptions.Spread spread) {
    try (Bergview another = Bergview.open(folder)) {
      Tpch.change(
          another.catalog("lake"),
          new ChangeOptions(
              kind,
              CHANGED_ORDERS / (ORDERS_PER_SCALE * scale) * 100,
              ChangeOptions.Write.MERGE_ON_READ,
              spread),
          ++seed);
    }
  }

  private static long columnBytes(Bergview bergview) {
    Table table = bergview.catalog("lake").loadTable(TableIdentifier.of("tpch", "lineitem"));
    long bytes = 0;
    try (CloseableIterable<FileScanTask> tasks = table.newScan().includeColumnStats().planFiles()) {
      for (FileScanTask task : tasks) {
        bytes += columnBytes(table, task.file());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  private static long columnBytes(Table table, DataFile file) {
    Map<Integer, Long> sizes = file.columnSizes();
    return GROUPS_READ.stream()
        .mapToLong(name -> sizes.getOrDefault(table.schema().findField(name).fieldId(), 0L))
        .sum();
  }

  private void deleteCache() {
    Path cache = folder.resolve(".bergview").resolve("cache");
    if (!Files.exists(cache)) {
      return;
    }
    try (Stream<Path> files = Files.walk(cache)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
