package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Tpch;
import io.bergview.pipeline.cache.LocalFiles;
import io.bergview.pipeline.scan.SnapshotFiles;
import io.bergview.projection.sql.DuckDbTypes;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;

/**
 * A full refresh against a plain DuckDB COPY of the same query over the same files, in turn, in one
 * process.
 *
 * <p>Arguments: the TPC-H scale (default 1), the number of rounds (default 7), a folder to keep the
 * warehouse in (default: a temporary one). The refresh does everything a refresh does: planning,
 * key checks, files with metrics, the commit. The plain COPY writes one Parquet file with the same
 * codec and row group size; it knows the files, and it starts and ends its DuckDB as the refresh
 * does.
 */
public final class FullRefreshBenchmark {
  private static final String JOIN_VIEW =
      """
      $type: OrderJoin
      $from: Order
      $expand: [customer, customer.nation]
      """;
  private static final String AGGREGATE_VIEW =
      """
      $type: LineAggregate
      $from: LineItem
      $groupBy: [l_returnflag, l_linestatus, {month: l_shipdate}]
      $compute:
        quantity: {$sum: l_quantity}
        price: {$sum: l_extendedprice}
        discount: {$avg: l_discount}
        lines: {$count: '*'}
      """;
  private static final String JOIN_SQL =
      """
      SELECT o.*, c.* EXCLUDE (c_custkey), n.* EXCLUDE (n_nationkey)
      FROM {orders} o LEFT JOIN {customer} c ON o.o_custkey = c.c_custkey LEFT JOIN {nation} n ON c.c_nationkey = n.n_nationkey
      """;
  private static final String AGGREGATE_SQL =
      """
      SELECT l_returnflag, l_linestatus, date_trunc('month', l_shipdate) AS month, sum(l_quantity) AS quantity, sum(l_extendedprice) AS price,
        avg(l_discount) AS discount, count(*) AS lines
      FROM {lineitem} GROUP BY 1, 2, 3
      """;

  private final Bergview bergview;
  private final Path output;

  private FullRefreshBenchmark(Path folder, Bergview bergview) {
    this.bergview = bergview;
    this.output = folder.resolve("plain.parquet");
  }

  public static void main(String[] arguments) throws IOException {
    double scale = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
    Path folder =
        arguments.length > 2 ? Path.of(arguments[2]) : Files.createTempDirectory("bergview-bench");
    Files.createDirectories(folder);
    prepare(folder);
    try (Bergview bergview = Bergview.open(folder)) {
      if (!bergview.catalog("lake").tableExists(table("lineitem"))) {
        Tpch.generate(bergview.catalog("lake"), new Tpch.Options(scale), Progress.SILENT);
      }
      bergview.apply();
      FullRefreshBenchmark benchmark = new FullRefreshBenchmark(folder, bergview);
      System.out.printf(
          Locale.ROOT,
          "TPC-H scale %s, %d rounds, seconds, median (minimum to maximum)%n",
          scale,
          rounds);
      System.out.printf(
          "%-16s %-28s %-28s %s%n",
          "view", "full refresh", "plain COPY", "ratio, median of rounds");
      benchmark.compare("OrderJoin", JOIN_SQL, rounds);
      benchmark.compare("LineAggregate", AGGREGATE_SQL, rounds);
    }
  }

  private static void prepare(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("types"));
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(folder.resolve(Project.FILE), "");
    for (Map.Entry<String, String> type : Tpch.entityTypes().entrySet()) {
      Files.writeString(folder.resolve("types").resolve(type.getKey()), type.getValue());
    }
    Files.writeString(folder.resolve("views/OrderJoin.yaml"), JOIN_VIEW);
    Files.writeString(folder.resolve("views/LineAggregate.yaml"), AGGREGATE_VIEW);
  }

  private void compare(String view, String sql, int rounds) {
    List<Double> refreshes = new ArrayList<>();
    List<Double> copies = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    String query = onFiles(sql);
    for (int round = -1; round < rounds; round++) {
      double refresh = seconds(() -> refresh(view));
      double copy = seconds(() -> copy(query));
      if (round >= 0) {
        refreshes.add(refresh);
        copies.add(copy);
        ratios.add(refresh / copy);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-16s %-28s %-28s %.2f (%.2f to %.2f)%n",
        view,
        spread(refreshes),
        spread(copies),
        median(ratios),
        ratios.stream().min(Double::compare).orElseThrow(),
        ratios.stream().max(Double::compare).orElseThrow());
  }

  private void refresh(String view) {
    RefreshOutcome outcome = bergview.refreshView(RefreshRequest.of(view).fully());
    if (!outcome.failures().isEmpty()) {
      throw outcome.failures().get(0).error();
    }
  }

  /** As a program would that has nothing to do but this. */
  private void copy(String query) {
    Properties settings = new Properties();
    settings.setProperty("preserve_insertion_order", "false");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY ("
              + query
              + ") TO "
              + DuckDbTypes.text(output.toString())
              + " (FORMAT PARQUET, COMPRESSION ZSTD, ROW_GROUP_SIZE 122880)");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String onFiles(String sql) {
    String query = sql;
    for (Map.Entry<String, String> table : files().entrySet()) {
      query = query.replace("{" + table.getKey() + "}", table.getValue());
    }
    return query;
  }

  /** Each table's current data files as DuckDB reads them. */
  private Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    for (String name : List.of("orders", "customer", "nation", "lineitem")) {
      Table table = bergview.catalog("lake").loadTable(table(name));
      List<FileScanTask> tasks =
          SnapshotFiles.of(
              table,
              OptionalLong.of(table.currentSnapshot().snapshotId()),
              Expressions.alwaysTrue());
      String paths =
          tasks.stream()
              .map(
                  task ->
                      DuckDbTypes.text(
                          LocalFiles.inPlace(task.file().location()).orElseThrow().toString()))
              .collect(Collectors.joining(", "));
      files.put(name, "read_parquet([" + paths + "])");
    }
    return files;
  }

  private static TableIdentifier table(String name) {
    return TableIdentifier.of(Tpch.NAMESPACE, name);
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static String spread(List<Double> values) {
    double least = values.stream().min(Double::compare).orElseThrow();
    double most = values.stream().max(Double::compare).orElseThrow();
    return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", median(values), least, most);
  }
}
