package io.bergview.bench;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.fixtures.ChangeOptions;
import io.bergview.fixtures.Tpch;
import io.bergview.pipeline.SessionPool;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.run.Refresher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the time of a small refresh goes, in a process that is warm: TPC-H orders change a hundred
 * at a time, with their lines, and each view is refreshed after each change.
 *
 * <p>Arguments: the TPC-H scale (default 1), how many orders change (default 100), kinds (default
 * insert,update,delete), rounds (default 30, after 10 that do not count), a folder to keep the
 * warehouse in.
 */
public final class SmallRefreshBenchmark {
  private static final int WARM_UP = 10;
  private static final long ORDERS_AT_SCALE_1 = 1_500_000;

  /** Takes the time that is spent in each phase of the refreshes. */
  private static final class Phases implements RefreshProgress {
    private final Map<String, Map<String, List<Double>>> millis = new LinkedHashMap<>();
    private String current = "";
    private long since;

    @Override
    public void phase(String view, String phase) {
      long now = System.nanoTime();
      if (!current.isEmpty()) {
        add(view, current, now - since);
      }
      current = phase.equals("done") ? "" : phase;
      since = now;
    }

    @Override
    public void advance(String view, double fraction, String detail) {}

    void add(String view, String phase, long nanos) {
      millis
          .computeIfAbsent(view, unused -> new LinkedHashMap<>())
          .computeIfAbsent(phase, unused -> new ArrayList<>())
          .add(nanos / 1e6);
    }
  }

  private SmallRefreshBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    double scale = Double.parseDouble(argument(arguments, 0, "1"));
    long orders = Long.parseLong(argument(arguments, 1, "100"));
    List<String> kinds = List.of(argument(arguments, 2, "insert,update,delete").split(","));
    int rounds = Integer.parseInt(argument(arguments, 3, "30"));
    Path folder =
        arguments.length > 4 ? Path.of(arguments[4]) : Files.createTempDirectory("bergview-bench");
    Phases phases = new Phases();
    try (Catalogs catalogs = new Catalogs(TpchViews.project(folder));
        SessionPool sessions = new SessionPool(catalogs.project().settings())) {
      ViewRegistry registry = new ViewRegistry(catalogs, Clock.systemUTC(), Duration.ZERO);
      TpchViews.define(catalogs, registry, scale);
      Refresher refresher = new Refresher(catalogs, registry, sessions, Clock.systemUTC(), phases);
      TpchViews.NAMES.forEach(view -> refresh(refresher, RefreshRequest.of(view).fully()));
      double percent = 100.0 * orders / (ORDERS_AT_SCALE_1 * scale);
      long seed = System.nanoTime();
      System.out.printf(
          Locale.ROOT, "TPC-H scale %s, %d orders at a time, milliseconds%n", scale, orders);
      for (String kind : kinds) {
        ChangeOptions change =
            new ChangeOptions(
                ChangeOptions.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                percent,
                ChangeOptions.Write.MERGE_ON_READ,
                ChangeOptions.Spread.RANGE);
        for (int round = 0; round < WARM_UP + rounds; round++) {
          Tpch.change(catalogs.catalog("lake"), change, seed++);
          for (String view : TpchViews.NAMES) {
            long began = System.nanoTime();
            refresh(refresher, RefreshRequest.of(view));
            phases.add(view, "total", System.nanoTime() - began);
          }
          if (round == WARM_UP - 1) {
            phases.millis.clear();
          }
        }
        print(kind, phases);
        phases.millis.clear();
      }
    }
  }

  private static String argument(String[] arguments, int index, String otherwise) {
    return arguments.length > index ? arguments[index] : otherwise;
  }

  private static void print(String kind, Phases phases) {
    phases.millis.forEach(
        (view, times) -> {
          List<Double> total = times.getOrDefault("total", List.of());
          StringBuilder line = new StringBuilder();
          line.append(
              String.format(
                  Locale.ROOT,
                  "%-15s %-7s p50 %6.1f  p99 %6.1f  medians:",
                  view,
                  kind,
                  Medians.of(total),
                  Medians.percentile(total, 99)));
          times.forEach(
              (phase, each) -> {
                if (!phase.equals("total")) {
                  line.append(String.format(Locale.ROOT, " %s %.1f,", phase, Medians.of(each)));
                }
              });
          System.out.println(line.substring(0, line.length() - 1));
        });
  }

  private static void refresh(Refresher refresher, RefreshRequest request) {
    RefreshOutcome outcome = refresher.refresh(request);
    if (!outcome.failures().isEmpty()) {
      throw outcome.failures().get(0).error();
    }
  }
}
