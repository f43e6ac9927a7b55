package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.api.BergviewOptions;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Tpch;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.daemon.Upkeep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;

/**
 * How long it takes from a commit to a table to the commit of the view that follows it, in one
 * process that is warm: a hundred TPC-H orders come at a time, to a view of their join with
 * customers and nations, and to one of groups. The time begins when the table's commit has returned
 * and ends when the view's has; it is broken down by the phases of the refresh. What is not in a
 * phase is what sees the commit, plans which views it concerns, and wakes a worker.
 *
 * <p>Arguments: the TPC-H scale (default 0.1), commits (default 300), in how many stretches they
 * are shown (default 3), a folder to keep the warehouse in, and how many milliseconds nothing
 * happens between two commits (default 30).
 */
public final class StreamingBenchmark {
  private static final int BATCH = 100;
  private static final int WARM_UP = 40;
  private static final TableIdentifier ORDERS = TableIdentifier.of("tpch", "orders");
  private static final Map<String, String> VIEWS = new LinkedHashMap<>();

  static {
    VIEWS.put(
        "Joined",
        "$type: Joined\n$from: Order\n$projection: oltp\n$expand: [customer, customer.nation]\n$refresh: streaming\n");
    VIEWS.put(
        "Grouped",
        "$type: Grouped\n$from: Order\n$projection: oltp\n$groupBy: [customer.nation.n_name, {month: o_orderdate}]\n"
            + "$compute: {orders: {$count: '*'}, revenue: {$sum: o_totalprice}}\n$refresh: streaming\n");
  }

  /** The times of one refresh, by phase. */
  private static final class Phases implements RefreshProgress {
    private final Map<String, Double> millis = new LinkedHashMap<>();
    private String current = "";
    private long since;

    @Override
    public synchronized void phase(String view, String phase) {
      long now = System.nanoTime();
      if (!current.isEmpty()) {
        millis.merge(current, (now - since) / 1e6, Double::sum);
      }
      current = phase.equals("done") ? "" : phase;
      since = now;
    }

    @Override
    public void advance(String view, double fraction, String detail) {}

    synchronized Map<String, Double> take() {
      Map<String, Double> taken = new LinkedHashMap<>(millis);
      millis.clear();
      return taken;
    }
  }

  private record Done(UpkeepEvent.Completed event, long nanos) {}

  private StreamingBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    double scale = Double.parseDouble(argument(arguments, 0, "0.1"));
    int commits = Integer.parseInt(argument(arguments, 1, "300"));
    int stretches = Integer.parseInt(argument(arguments, 2, "3"));
    Path folder =
        arguments.length > 3 ? Path.of(arguments[3]) : Files.createTempDirectory("bergview-bench");
    long pause = Long.parseLong(argument(arguments, 4, "30"));
    prepare(folder);
    Phases phases = new Phases();
    BlockingQueue<Done> done = new LinkedBlockingQueue<>();
    try (Bergview bergview =
        Bergview.open(folder, new BergviewOptions(Clock.systemUTC(), phases))) {
      if (!bergview.catalog("lake").tableExists(ORDERS)) {
        Tpch.generate(bergview.catalog("lake"), new Tpch.Options(scale), Progress.SILENT);
      }
      bergview.apply();
      bergview.refreshView(RefreshRequest.ofAll());
      System.out.printf(
          Locale.ROOT, "TPC-H scale %s, %d orders a commit, milliseconds%n", scale, BATCH);
      try (Upkeep upkeep =
          bergview.startUpkeep(
              event -> {
                if (event instanceof UpkeepEvent.Completed completed) {
                  done.add(new Done(completed, System.nanoTime()));
                }
              })) {
        for (String view : VIEWS.keySet()) {
          VIEWS.keySet().forEach(upkeep::pause);
          upkeep.resume(view);
          run(view, commits, stretches, pause, bergview, phases, done);
        }
      }
    }
  }

  private static String argument(String[] arguments, int index, String otherwise) {
    return arguments.length > index ? arguments[index] : otherwise;
  }

  private static void prepare(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("types"));
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(folder.resolve("bergview.yaml"), "serve: {workers: 1}\n");
    for (Map.Entry<String, String> type : Tpch.entityTypes().entrySet()) {
      Files.writeString(folder.resolve("types").resolve(type.getKey()), type.getValue());
    }
    for (Map.Entry<String, String> view : VIEWS.entrySet()) {
      Files.writeString(folder.resolve("views").resolve(view.getKey() + ".yaml"), view.getValue());
    }
  }

  private static void run(
      String view,
      int commits,
      int stretches,
      long pause,
      Bergview bergview,
      Phases phases,
      BlockingQueue<Done> done)
      throws InterruptedException {
    Table orders = bergview.catalog("lake").loadTable(ORDERS);
    List<Record> sample = LiveRows.of(orders).stream().limit(BATCH).toList();
    long next = 1_000_000_000_000L + System.nanoTime() % 1_000_000_000L * BATCH;
    List<Double> totals = new ArrayList<>();
    Map<String, List<Double>> parts = new LinkedHashMap<>();
    for (int commit = -WARM_UP; commit < commits; commit++) {
      List<Record> batch = new ArrayList<>();
      for (Record order : sample) {
        Record row = order.copy();
        row.setField("o_orderkey", next++);
        batch.add(row);
      }
      Thread.sleep(pause);
      done.clear();
      phases.take();
      RowFiles.append(orders, batch);
      long committed = System.nanoTime();
      double total = (await(view, done).nanos() - committed) / 1e6;
      Map<String, Double> spent = phases.take();
      if (commit >= 0) {
        totals.add(total);
        spent.forEach((phase, ms) -> parts.computeIfAbsent(phase, p -> new ArrayList<>()).add(ms));
        double rest = total - spent.values().stream().mapToDouble(Double::doubleValue).sum();
        parts.computeIfAbsent("seeing and the rest", p -> new ArrayList<>()).add(rest);
      }
      if (commit >= 0 && (commit + 1) % Math.max(1, commits / stretches) == 0) {
        print(view, commit + 1, totals, parts);
        totals.clear();
        parts.clear();
      }
      if (commit % 50 == 49) {
        orders.rewriteManifests().clusterBy(file -> "").commit();
        orders.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(20).commit();
      }
    }
  }

  private static Done await(String view, BlockingQueue<Done> done) throws InterruptedException {
    while (true) {
      Done next = done.poll(60, TimeUnit.SECONDS);
      if (next == null) {
        throw new IllegalStateException("view " + view + " was not refreshed");
      }
      if (next.event().view().equals(view) && next.event().result().kind() != RefreshKind.SKIP) {
        return next;
      }
    }
  }

  private static void print(
      String view, int commit, List<Double> totals, Map<String, List<Double>> parts) {
    StringBuilder line =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%-8s to commit %5d  p50 %6.1f  p99 %6.1f  medians:",
                view,
                commit,
                Medians.of(totals),
                Medians.percentile(totals, 99)));
    parts.forEach(
        (phase, each) ->
            line.append(String.format(Locale.ROOT, " %s %.1f,", phase, Medians.of(each))));
    System.out.println(line.substring(0, line.length() - 1));
  }
}
