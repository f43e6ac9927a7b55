package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.fixtures.RowFiles;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;

/**
 * How long small refreshes take as a view grows older, with and without {@code keepBounded} after
 * every so many. A hundred rows come, and the view is refreshed. The source is kept small in both.
 *
 * <p>Arguments: commits (default 1,000), how many between two calls (default 25).
 */
public final class MaintenanceBenchmark {
  private static final int ROWS = 100;
  private static final int STRETCHES = 10;
  private static final int SOURCE_SNAPSHOTS = 20;
  private static final TableIdentifier EVENTS = TableIdentifier.of("shop", "events");
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "event_id", Types.LongType.get()),
          Types.NestedField.optional(2, "kind", Types.StringType.get()),
          Types.NestedField.optional(3, "amount", Types.DoubleType.get()));

  private MaintenanceBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    int commits = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
    int every = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 25;
    System.out.printf(
        Locale.ROOT,
        "%-12s %8s %8s %8s %10s %10s %8s %12s%n",
        "",
        "commits",
        "p50 ms",
        "p99 ms",
        "snapshots",
        "manifests",
        "files",
        "bounding ms");
    run("left alone", commits, Integer.MAX_VALUE);
    run("kept bounded", commits, every);
  }

  private static void run(String name, int commits, int every) throws IOException {
    Path folder = Files.createTempDirectory("bergview-bench");
    prepare(folder);
    try (Bergview bergview = Bergview.open(folder)) {
      Catalog catalog = bergview.catalog("lake");
      catalog.createTable(EVENTS, SCHEMA, PartitionSpec.unpartitioned(), Map.of());
      bergview.apply();
      refresh(bergview);
      List<Double> refreshes = new ArrayList<>();
      List<Double> bounding = new ArrayList<>();
      for (int commit = 1; commit <= commits; commit++) {
        Table events = catalog.loadTable(EVENTS);
        RowFiles.append(events, rows((long) commit * ROWS));
        refreshes.add(millis(() -> refresh(bergview)));
        if (commit % every == 0) {
          bounding.add(millis(() -> bergview.keepBounded("Amounts")));
        }
        if (commit % SOURCE_SNAPSHOTS == 0) {
          keepSmall(events);
        }
        if (commit % Math.max(1, commits / STRETCHES) == 0) {
          print(name, commit, refreshes, bounding, catalog, folder);
          refreshes.clear();
          bounding.clear();
        }
      }
    }
  }

  private static void prepare(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("types"));
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(folder.resolve("bergview.yaml"), "settings: {threads: 2}\n");
    Files.writeString(
        folder.resolve("types/Event.yaml"), "$type: Event\n$table: shop.events\n$id: event_id\n");
    Files.writeString(
        folder.resolve("views/Amounts.yaml"),
        "$type: Amounts\n$from: Event\n$projection: oltp\n$filter: {amount: {$gte: 0}}\n");
    try (Bergview bergview = Bergview.open(folder)) {
      ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("shop"));
    }
  }

  private static List<Record> rows(long first) {
    return LongStream.range(first, first + ROWS)
        .mapToObj(
            id -> {
              Record row = GenericRecord.create(SCHEMA);
              row.setField("event_id", id);
              row.setField("kind", "kind " + id % 7);
              row.setField("amount", id / 8.0);
              return row;
            })
        .toList();
  }

  /** Its files stay many; they are not read again. */
  private static void keepSmall(Table source) {
    source.rewriteManifests().clusterBy(file -> "").commit();
    source.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(SOURCE_SNAPSHOTS).commit();
  }

  private static void refresh(Bergview bergview) {
    RefreshOutcome outcome = bergview.refreshView(RefreshRequest.of("Amounts"));
    if (!outcome.failures().isEmpty()) {
      throw outcome.failures().get(0).error();
    }
  }

  private static double millis(Runnable work) {
    long began = System.nanoTime();
    work.run();
    return (System.nanoTime() - began) / 1e6;
  }

  private static void print(
      String name,
      int commit,
      List<Double> refreshes,
      List<Double> bounding,
      Catalog catalog,
      Path folder)
      throws IOException {
    Table view = catalog.loadTable(TableIdentifier.of("shop_views", "amounts"));
    int snapshots = 0;
    for (Snapshot ignored : view.snapshots()) {
      snapshots++;
    }
    try (Stream<Path> files = Files.walk(folder.resolve("warehouse/shop/_views"))) {
      System.out.printf(
          Locale.ROOT,
          "%-12s %8d %8.1f %8.1f %10d %10d %8d %12.1f%n",
          name,
          commit,
          Medians.of(refreshes),
          Medians.percentile(refreshes, 99),
          snapshots,
          view.currentSnapshot().allManifests(view.io()).size(),
          files.filter(Files::isRegularFile).count(),
          Medians.of(bounding));
    }
  }
}
