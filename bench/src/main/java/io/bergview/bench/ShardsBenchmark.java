package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.api.Find;
import io.bergview.catalog.Project;
import io.bergview.fixtures.ChangeOptions;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Tpch;
import io.bergview.query.QueryResult;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;

/**
 * What a number of shards costs and saves: TPC-H's orders with their customers, in 1, 4, 12 and 64
 * shards by their key. For each the size and files of the view, a refresh in full and of a change,
 * and the bytes that lookups, ranges and scans read.
 *
 * <p>Arguments: the TPC-H scale (default 1), the share of orders that change in percent (default
 * 0.1), rounds (default 3), queries of each kind in a round (default 20), a folder to keep the
 * warehouse in.
 */
public final class ShardsBenchmark {
  private static final int[] SHARDS = {1, 4, 12, 64};

  private final Bergview bergview;
  private final long orders;
  private final int queries;
  private final Random random = new Random(1);
  private final Map<Integer, Map<String, List<Double>>> figures = new LinkedHashMap<>();

  private ShardsBenchmark(Bergview bergview, double scale, int queries) {
    this.bergview = bergview;
    this.orders = Math.round(1_500_000 * scale);
    this.queries = queries;
  }

  public static void main(String[] arguments) throws IOException {
    double scale = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
    double share = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 0.1;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    int queries = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 20;
    Path folder =
        arguments.length > 4 ? Path.of(arguments[4]) : Files.createTempDirectory("bergview-bench");
    prepare(folder);
    try (Bergview bergview = Bergview.open(folder)) {
      if (!bergview.catalog("lake").tableExists(TableIdentifier.of(Tpch.NAMESPACE, "orders"))) {
        Tpch.generate(bergview.catalog("lake"), new Tpch.Options(scale), Progress.SILENT);
      }
      bergview.apply();
      ShardsBenchmark benchmark = new ShardsBenchmark(bergview, scale, queries);
      for (int round = 0; round <= rounds; round++) {
        Tpch.change(
            bergview.catalog("lake"),
            new ChangeOptions(
                ChangeOptions.Kind.UPDATE,
                share,
                ChangeOptions.Write.MERGE_ON_READ,
                ChangeOptions.Spread.SCATTERED),
            1_000 + round);
        for (int shards : SHARDS) {
          benchmark.measure(shards);
        }
        if (round == 0) {
          // The first round finds a process that is not warm, and views that were never refreshed.
          benchmark.figures.clear();
        }
      }
      System.out.printf(
          Locale.ROOT,
          "TPC-H scale %s, %s percent of the orders changed, medians of %d rounds%n",
          scale,
          share,
          rounds);
      benchmark.print();
    }
  }

  private static void prepare(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("types"));
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(folder.resolve(Project.FILE), "settings: {memory-limit: 2GiB}\n");
    for (var type : Tpch.entityTypes().entrySet()) {
      Files.writeString(folder.resolve("types").resolve(type.getKey()), type.getValue());
    }
    for (int shards : SHARDS) {
      Files.writeString(
          folder.resolve("views/" + view(shards) + ".yaml"),
          """
          $type: %s
          $from: Order
          $projection: oltp
          $expand: [customer]
          $shards: %d
          """
              .formatted(view(shards), shards));
    }
  }

  private static String view(int shards) {
    return "Orders" + shards;
  }

  private void measure(int shards) throws IOException {
    String view = view(shards);
    Map<String, List<Double>> of = figures.computeIfAbsent(shards, unused -> new LinkedHashMap<>());
    time(of, "refresh of the change, seconds", () -> refresh(RefreshRequest.of(view)));
    Snapshot followed = table(view).currentSnapshot();
    add(of, "  files added", number(followed, SnapshotSummary.ADDED_FILES_PROP));
    add(of, "  delete files added", number(followed, SnapshotSummary.ADDED_DELETE_FILES_PROP));
    add(of, "  MB added", number(followed, SnapshotSummary.ADDED_FILE_SIZE_PROP) / 1e6);
    query(of, "lookup of a key", view, "{o_orderkey: %d}", 1);
    query(of, "20 keys", view, "{o_orderkey: {$in: [%s]}}", 20);
    query(of, "a range of 1 % of keys", view, "{o_orderkey: {$gte: %d, $lt: %d}}", 0);
    scan(of, view);
    ProcessBytes.forgetPeak();
    time(of, "refresh in full, seconds", () -> refresh(RefreshRequest.of(view).fully()));
    add(of, "  peak memory of the process, MB", ProcessBytes.peakResident() / 1e6);
    List<FileScanTask> files = files(table(view));
    add(of, "  files", files.size());
    add(of, "  MB", files.stream().mapToLong(task -> task.file().fileSizeInBytes()).sum() / 1e6);
  }

  private void query(
      Map<String, List<Double>> of, String name, String view, String filter, int keys)
      throws IOException {
    LongFunction<String> text =
        first ->
            keys == 0
                ? filter.formatted(first, first + orders * 4 / 100)
                : keys == 1
                    ? filter.formatted(first)
                    : filter.formatted(
                        String.join(
                            ",",
                            Stream.generate(() -> Long.toString(anyKey())).limit(keys).toList()));
    for (int i = 0; i < queries; i++) {
      Find find = bergview.find(view).filter(text.apply(anyKey()));
      ask(of, name, find);
    }
  }

  private void scan(Map<String, List<Double>> of, String view) throws IOException {
    ask(
        of,
        "scan of two columns",
        bergview.find(view).groupBy().compute("{n: {$count: '*'}, total: {$sum: o_totalprice}}"));
  }

  private void ask(Map<String, List<Double>> of, String name, Find find) throws IOException {
    ProcessBytes before = ProcessBytes.now();
    long began = System.nanoTime();
    long files;
    try (QueryResult answer = find.answer()) {
      answer.forEachRow(row -> {});
      files = answer.origin().tables().get(0).files();
    }
    add(of, name + ", milliseconds", (System.nanoTime() - began) / 1e6);
    add(of, "  " + name + ": files planned", files);
    add(of, "  " + name + ": MB read", ProcessBytes.now().since(before).megabytesRead());
  }

  /** TPC-H uses the first 8 of every 32 keys, from 1 on. */
  private long anyKey() {
    long order = 1 + random.nextLong(orders);
    return order / 8 * 32 + order % 8;
  }

  private void time(Map<String, List<Double>> of, String name, Runnable work) {
    long began = System.nanoTime();
    work.run();
    add(of, name, (System.nanoTime() - began) / 1e9);
  }

  private static void add(Map<String, List<Double>> of, String name, double value) {
    of.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
  }

  private void refresh(RefreshRequest request) {
    RefreshOutcome outcome = bergview.refreshView(request);
    if (!outcome.failures().isEmpty()) {
      throw outcome.failures().get(0).error();
    }
  }

  private Table table(String view) {
    return bergview
        .catalog("lake")
        .loadTable(TableIdentifier.parse(bergview.explainView(view).table().toString()));
  }

  private static List<FileScanTask> files(Table table) throws IOException {
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      List<FileScanTask> all = new ArrayList<>();
      tasks.forEach(all::add);
      return all;
    }
  }

  private static double number(Snapshot snapshot, String property) {
    return Double.parseDouble(snapshot.summary().getOrDefault(property, "0"));
  }

  private void print() {
    System.out.printf(Locale.ROOT, "%-40s", "shards");
    figures.keySet().forEach(shards -> System.out.printf(Locale.ROOT, " %9d", shards));
    System.out.println();
    List<String> names =
        figures.values().stream().flatMap(of -> of.keySet().stream()).distinct().toList();
    for (String name : names) {
      System.out.printf(Locale.ROOT, "%-40s", name);
      for (Map<String, List<Double>> of : figures.values()) {
        System.out.printf(Locale.ROOT, " %9.2f", Medians.of(of.getOrDefault(name, List.of())));
      }
      System.out.println();
    }
  }
}
