package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Tpch;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.ProjectSession;
import io.bergview.pipeline.scan.SnapshotFiles;
import io.bergview.query.QueryResult;
import io.bergview.refresh.RefreshRequest;
import io.bergview.staleness.Staleness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;

/**
 * What a query costs in a process that is warm: point lookups by key in an {@code oltp} view and
 * over its entity type, a page, a roll-up; and where the milliseconds of a lookup go.
 *
 * <p>Arguments: the TPC-H scale (default 1, of which the view has 1.5 million rows), queries of
 * each kind (default 300), a folder to keep the warehouse in.
 */
public final class FindBenchmark {
  private static final int WARM_UP = 300;
  private static final String VIEW =
      "$type: OrderLookup\n$from: Order\n$projection: oltp\n$expand: [customer]\n";

  private final Path folder;
  private final int queries;
  private final long orders;
  private final Random random = new Random(1);

  private FindBenchmark(Path folder, int queries, double scale) {
    this.folder = folder;
    this.queries = queries;
    this.orders = Math.round(1_500_000 * scale);
  }

  public static void main(String[] arguments) throws Exception {
    double scale = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
    int queries = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 300;
    Path folder =
        arguments.length > 2 ? Path.of(arguments[2]) : Files.createTempDirectory("bergview-bench");
    prepare(folder);
    FindBenchmark benchmark = new FindBenchmark(folder, queries, scale);
    try (Bergview bergview = Bergview.open(folder)) {
      if (!bergview.catalog("lake").tableExists(TableIdentifier.of(Tpch.NAMESPACE, "orders"))) {
        Tpch.generate(bergview.catalog("lake"), new Tpch.Options(scale), Progress.SILENT);
        bergview.apply();
        bergview.refreshView(RefreshRequest.of("OrderLookup"));
      }
      System.out.printf(
          Locale.ROOT,
          "TPC-H scale %s, %d questions of each kind, milliseconds%n%-46s %8s %8s %8s%n",
          scale,
          queries,
          "question",
          "p50",
          "p90",
          "p99");
      benchmark.queries(bergview);
    }
    benchmark.parts();
  }

  private static void prepare(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("types"));
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(folder.resolve(Project.FILE), "settings: {memory-limit: 2GiB}\n");
    for (var type : Tpch.entityTypes().entrySet()) {
      Files.writeString(folder.resolve("types").resolve(type.getKey()), type.getValue());
    }
    Files.writeString(folder.resolve("views/OrderLookup.yaml"), VIEW);
  }

  private void queries(Bergview bergview) throws Exception {
    ask("view, all columns of one key", key -> bergview.find("OrderLookup").filter(byKey(key)));
    ask(
        "view, two columns of one key",
        key ->
            bergview.find("OrderLookup").filter(byKey(key)).select("o_orderkey", "o_totalprice"));
    ask("type, all columns of one key", key -> bergview.find("Order").filter(byKey(key)));
    ask(
        "type, one key with its customer",
        key -> bergview.find("Order").filter(byKey(key)).include("customer"));
    ask(
        "view, 20 keys from one on",
        key -> bergview.find("OrderLookup").filter(from(key)).sort("o_orderkey").limit(20));
  }

  private static String byKey(long key) {
    return "{o_orderkey: " + key + "}";
  }

  private static String from(long key) {
    return "{o_orderkey: {$gte: %d, $lt: %d}}".formatted(key, key + 80);
  }

  /** TPC-H uses the first 8 of every 32 keys, from 1 on. */
  private long anyKey() {
    long order = 1 + random.nextLong(orders);
    return order / 8 * 32 + order % 8;
  }

  private void ask(String name, Function<Long, io.bergview.api.Find> query) throws Exception {
    measure(
        name,
        () -> {
          try (QueryResult answer = query.apply(anyKey()).answer()) {
            long rows = answer.forEachRow(row -> {});
            if (rows == 0) {
              throw new IllegalStateException("no rows: " + answer.sql());
            }
            return rows;
          }
        });
  }

  /** The steps of a lookup in the view, each by itself. */
  private void parts() throws Exception {
    System.out.printf("%n%-46s %8s %8s %8s%n", "part of a lookup in the view", "p50", "p90", "p99");
    try (Catalogs catalogs = new Catalogs(Project.open(folder));
        DuckDbSession session = ProjectSession.openForQueries(catalogs.project().settings());
        Bergview bergview = Bergview.open(folder)) {
      ViewRegistry registry = new ViewRegistry(catalogs, Clock.systemUTC(), Duration.ZERO);
      Staleness staleness = new Staleness(catalogs, registry, Clock.systemUTC());
      RegisteredView view = registry.findToRead("OrderLookup").orElseThrow();
      measure("load the view's table", () -> registry.findToRead("OrderLookup"));
      measure("compare it with its sources", () -> staleness.state(view));
      OptionalLong snapshot = OptionalLong.of(view.table().currentSnapshot().snapshotId());
      measure(
          "plan the scan",
          () ->
              SnapshotFiles.of(view.table(), snapshot, Expressions.equal("o_orderkey", anyKey())));
      measure(
          "all before the statement",
          () -> {
            try (QueryResult answer =
                bergview.find("OrderLookup").filter(byKey(anyKey())).answer()) {
              return answer.schema();
            }
          });
      List<String> statements = new ArrayList<>();
      for (int i = 0; i < WARM_UP; i++) {
        try (QueryResult answer = bergview.find("OrderLookup").filter(byKey(anyKey())).answer()) {
          statements.add(answer.sql());
        }
      }
      measure(
          "bind and run the statement, take its rows",
          () -> {
            session.execute(statements.get(random.nextInt(statements.size())));
            return "";
          });
    }
  }

  private void measure(String name, Callable<?> work) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      work.call();
    }
    double[] millis = new double[queries];
    for (int i = 0; i < queries; i++) {
      long start = System.nanoTime();
      work.call();
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "%-46s %8.2f %8.2f %8.2f%n",
        name,
        millis[queries / 2],
        millis[queries * 9 / 10],
        millis[queries * 99 / 100]);
  }
}
