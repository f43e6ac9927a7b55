package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.fixtures.ChangeOptions;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Tpch;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The 22 queries of TPC-H as views in SQL: what following a change of a share of the orders, with
 * their lines, costs against recomputing, in the same run.
 *
 * <p>Arguments: the TPC-H scale (default 1), the share in percent (default 0.1), kinds of changes
 * (default insert,update,delete), rounds (default 3), a folder to keep the warehouse in.
 */
public final class SqlViewsBenchmark {
  private static final Map<String, String> QUERIES = Tpch.queries();

  private final Bergview bergview;
  private long seed;

  private SqlViewsBenchmark(Bergview bergview) {
    this.bergview = bergview;
  }

  public static void main(String[] arguments) throws IOException {
    double scale = Double.parseDouble(argument(arguments, 0, "1"));
    double share = Double.parseDouble(argument(arguments, 1, "0.1"));
    List<String> kinds = List.of(argument(arguments, 2, "insert,update,delete").split(","));
    int rounds = Integer.parseInt(argument(arguments, 3, "3"));
    Path folder =
        arguments.length > 4 ? Path.of(arguments[4]) : Files.createTempDirectory("bergview-bench");
    try (Bergview bergview = Bergview.open(project(folder))) {
      Catalog lake = bergview.catalog("lake");
      if (!lake.tableExists(TableIdentifier.of("tpch", "orders"))) {
        Tpch.generate(lake, new Tpch.Options(scale), Progress.SILENT);
      }
      bergview.apply();
      SqlViewsBenchmark benchmark = new SqlViewsBenchmark(bergview);
      QUERIES.keySet().forEach(view -> benchmark.refresh(view, true));
      System.out.printf(
          Locale.ROOT,
          "TPC-H scale %s, %s %% of the orders, medians of %d, seconds%n",
          scale,
          share,
          rounds);
      System.out.printf(
          "%-5s %-7s %-24s %8s %8s %9s %9s %7s%n",
          "query", "change", "refresh", "rows in", "rows out", "followed", "full", "ratio");
      for (String kind : kinds) {
        benchmark.measure(
            new ChangeOptions(
                ChangeOptions.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                share,
                ChangeOptions.Write.MERGE_ON_READ,
                ChangeOptions.Spread.RANGE),
            rounds);
      }
    }
  }

  private static String argument(String[] arguments, int index, String otherwise) {
    return arguments.length > index ? arguments[index] : otherwise;
  }

  private static Path project(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("types"));
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(folder.resolve(Project.FILE), "");
    for (Map.Entry<String, String> query : QUERIES.entrySet()) {
      Files.writeString(
          folder.resolve("views").resolve(query.getKey() + ".yaml"),
          "$type: " + query.getKey() + "\n$sql: |\n" + query.getValue().indent(2));
    }
    return folder;
  }

  private record Run(RefreshResult result, double seconds) {}

  private void measure(ChangeOptions change, int rounds) {
    Map<String, List<Run>> followed = new LinkedHashMap<>();
    Map<String, List<Run>> full = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      Tpch.change(bergview.catalog("lake"), change, seed++);
      for (String view : QUERIES.keySet()) {
        followed.computeIfAbsent(view, unused -> new ArrayList<>()).add(refresh(view, false));
        full.computeIfAbsent(view, unused -> new ArrayList<>()).add(refresh(view, true));
      }
    }
    for (String view : QUERIES.keySet()) {
      List<Run> runs = followed.getOrDefault(view, List.of());
      RefreshResult result = runs.get(runs.size() - 1).result();
      double incremental = median(runs);
      double recomputed = median(full.getOrDefault(view, List.of()));
      System.out.printf(
          Locale.ROOT,
          "%-5s %-7s %-24s %8d %8d %9.3f %9.3f %7.2f%n",
          view,
          change.kind().name().toLowerCase(Locale.ROOT),
          result.kind().label() + " " + result.reason(),
          result.rowsAdded(),
          result.rowsRemoved(),
          incremental,
          recomputed,
          incremental / recomputed);
    }
  }

  private static double median(List<Run> runs) {
    return Medians.of(runs.stream().map(Run::seconds).toList());
  }

  private Run refresh(String view, boolean full) {
    RefreshRequest request = RefreshRequest.of(view);
    long began = System.nanoTime();
    RefreshOutcome outcome = bergview.refreshView(full ? request.fully() : request);
    double seconds = (System.nanoTime() - began) / 1e9;
    outcome
        .failures()
        .forEach(
            failure -> {
              throw failure.error();
            });
    return new Run(outcome.done().get(0), seconds);
  }
}
