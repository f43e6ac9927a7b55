package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.fixtures.ChangeOptions;
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
import java.util.function.ToDoubleFunction;

/**
 * What following a change costs against recomputing: TPC-H changes by a share of its orders, as
 * inserts, updates, deletes and all of them; each view is refreshed as the planner sees fit, then
 * recomputed over the same sources, in the same run.
 *
 * <p>Arguments: the TPC-H scale (default 1), shares in percent (default 0.01,0.1,1,5,20), kinds
 * (default insert,update,delete,mixed), how updates and deletes are written (default
 * merge_on_read), which orders they take, those of the lowest keys or any (range or scattered,
 * default range), rounds (default 1), a folder to keep the warehouse in.
 */
public final class IncrementalRefreshBenchmark {
  private final Bergview bergview;
  private long seed;

  private IncrementalRefreshBenchmark(Bergview bergview) {
    this.bergview = bergview;
  }

  public static void main(String[] arguments) throws IOException {
    double scale = Double.parseDouble(argument(arguments, 0, "1"));
    List<String> shares = List.of(argument(arguments, 1, "0.01,0.1,1,5,20").split(","));
    List<String> kinds = List.of(argument(arguments, 2, "insert,update,delete,mixed").split(","));
    ChangeOptions.Write write =
        ChangeOptions.Write.valueOf(upper(argument(arguments, 3, "merge_on_read")));
    ChangeOptions.Spread spread =
        ChangeOptions.Spread.valueOf(upper(argument(arguments, 4, "range")));
    int rounds = Integer.parseInt(argument(arguments, 5, "1"));
    Path folder =
        arguments.length > 6 ? Path.of(arguments[6]) : Files.createTempDirectory("bergview-bench");
    try (Bergview bergview = Bergview.open(TpchViews.project(folder))) {
      TpchViews.define(bergview, scale);
      IncrementalRefreshBenchmark benchmark = new IncrementalRefreshBenchmark(bergview);
      TpchViews.NAMES.forEach(view -> benchmark.refresh(view, true));
      System.out.printf(
          Locale.ROOT,
          "TPC-H scale %s, %s, %s, medians of %d, seconds%n",
          scale,
          write,
          spread,
          rounds);
      System.out.printf(
          "%-15s %-7s %8s  %-28s %10s %10s %9s %9s %9s %9s %9s %9s %8s%n",
          "view",
          "change",
          "percent",
          "refresh",
          "rows in",
          "rows out",
          "MB read",
          "written",
          "full read",
          "written",
          "followed",
          "full",
          "ratio");
      for (String kind : kinds) {
        for (String share : shares) {
          ChangeOptions change =
              new ChangeOptions(
                  ChangeOptions.Kind.valueOf(upper(kind)),
                  Double.parseDouble(share),
                  write,
                  spread);
          benchmark.measure(change, rounds);
        }
      }
    }
  }

  private static String argument(String[] arguments, int index, String otherwise) {
    return arguments.length > index ? arguments[index] : otherwise;
  }

  private static String upper(String word) {
    return word.toUpperCase(Locale.ROOT);
  }

  /** One refresh of a view. */
  private record Run(RefreshResult result, double seconds, ProcessBytes bytes) {}

  private void measure(ChangeOptions change, int rounds) {
    Map<String, List<Run>> followed = new LinkedHashMap<>();
    Map<String, List<Run>> full = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      Tpch.change(bergview.catalog("lake"), change, seed++);
      for (String view : TpchViews.NAMES) {
        followed.computeIfAbsent(view, unused -> new ArrayList<>()).add(run(view, false));
        full.computeIfAbsent(view, unused -> new ArrayList<>()).add(run(view, true));
      }
    }
    for (String view : TpchViews.NAMES) {
      print(
          change, view, followed.getOrDefault(view, List.of()), full.getOrDefault(view, List.of()));
    }
  }

  private static void print(ChangeOptions change, String view, List<Run> followed, List<Run> full) {
    RefreshResult result = followed.get(followed.size() - 1).result();
    double incremental = median(followed, Run::seconds);
    double recomputed = median(full, Run::seconds);
    System.out.printf(
        Locale.ROOT,
        "%-15s %-7s %8s  %-28s %,10d %,10d %9.1f %9.1f %9.1f %9.1f %9.3f %9.3f %8.3f%n",
        view,
        change.kind().name().toLowerCase(Locale.ROOT),
        change.sharePercent(),
        result.kind().label() + " " + result.reason(),
        result.rowsAdded(),
        result.rowsRemoved(),
        median(followed, run -> run.bytes().megabytesRead()),
        median(followed, run -> run.bytes().megabytesWritten()),
        median(full, run -> run.bytes().megabytesRead()),
        median(full, run -> run.bytes().megabytesWritten()),
        incremental,
        recomputed,
        incremental / recomputed);
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
    return Medians.of(runs.stream().mapToDouble(figure).boxed().toList());
  }

  private Run run(String view, boolean fully) {
    ProcessBytes before = ProcessBytes.now();
    long began = System.nanoTime();
    RefreshResult result = refresh(view, fully);
    double seconds = (System.nanoTime() - began) / 1e9;
    return new Run(result, seconds, ProcessBytes.now().since(before));
  }

  private RefreshResult refresh(String view, boolean fully) {
    RefreshRequest request = RefreshRequest.of(view);
    RefreshOutcome outcome = bergview.refreshView(fully ? request.fully() : request);
    if (!outcome.failures().isEmpty()) {
      throw outcome.failures().get(0).error();
    }
    return outcome.done().get(0);
  }
}
