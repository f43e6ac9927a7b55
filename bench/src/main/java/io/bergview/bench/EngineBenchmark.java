package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.fixtures.ChangeOptions;
import io.bergview.fixtures.Tpch;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Refreshes by the embedded engine and by Spark in turn: full ones, and those after 0.1 percent of
 * the orders changed, of a join and of groups over TPC-H.
 *
 * <p>Arguments: the scale, the number of rounds, a folder for the project, Spark's home, and the
 * jar of the module for Spark. The driver of Spark is started before the first round. The memory is
 * that of this process, where the embedded engine is, and that of the driver.
 */
public final class EngineBenchmark {
  private static final List<String> VIEWS = List.of("OrderJoinOltp", "PricingSummary");

  private static final double SHARE_PERCENT = 0.1;
  private static final AtomicLong SEEDS = new AtomicLong();

  private EngineBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    double scale = Double.parseDouble(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    Path folder = TpchViews.project(Path.of(arguments[2]));
    Files.writeString(
        folder.resolve(Project.FILE),
        "spark:\n  home: %s\n  jar: %s\n  master: local[*]\n  driver-memory: 4GiB\n"
            .formatted(arguments[3], arguments[4]),
        StandardOpenOption.TRUNCATE_EXISTING);
    try (Bergview bergview = Bergview.open(folder)) {
      TpchViews.define(bergview, scale);
      System.out.printf(
          Locale.ROOT,
          "TPC-H scale %s, %d rounds, medians of seconds, most memory of the process in MB%n",
          scale,
          rounds);
      System.out.printf(
          "%-16s %-8s %10s %10s %8s %10s %10s%n",
          "view", "refresh", "embedded", "Spark", "ratio", "embedded", "Spark");
      for (String view : VIEWS) {
        for (EngineChoice engine : List.of(EngineChoice.EMBEDDED, EngineChoice.SPARK)) {
          refresh(bergview, RefreshRequest.of(view).fully().by(engine));
        }
        report(view, "full", rounds, engine -> full(bergview, view, engine));
        report(view, "0.1 %", rounds, engine -> changed(bergview, view, engine));
      }
    }
  }

  private interface Timed {
    double seconds(EngineChoice engine);
  }

  private static void report(String view, String what, int rounds, Timed work) {
    List<Double> embeddedTimes = new ArrayList<>();
    List<Double> sparkTimes = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    processes().forEach(ProcessBytes::forgetPeak);
    for (int round = 0; round < rounds; round++) {
      double embedded = work.seconds(EngineChoice.EMBEDDED);
      double spark = work.seconds(EngineChoice.SPARK);
      embeddedTimes.add(embedded);
      sparkTimes.add(spark);
      ratios.add(spark / embedded);
    }
    System.out.printf(
        Locale.ROOT,
        "%-16s %-8s %10.2f %10.2f %8.2f %10d %10d%n",
        view,
        what,
        Medians.of(embeddedTimes),
        Medians.of(sparkTimes),
        Medians.of(ratios),
        peakMegabytes(Stream.of(ProcessHandle.current())),
        peakMegabytes(ProcessHandle.current().descendants()));
  }

  /** This one, and the driver. */
  private static Stream<ProcessHandle> processes() {
    return Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants());
  }

  private static long peakMegabytes(Stream<ProcessHandle> processes) {
    return processes.mapToLong(ProcessBytes::peakResident).max().orElse(0) >> 20;
  }

  private static double full(Bergview bergview, String view, EngineChoice engine) {
    return refresh(bergview, RefreshRequest.of(view).fully().by(engine));
  }

  /** After 0.1 percent of the orders, and their lines, got other values. */
  private static double changed(Bergview bergview, String view, EngineChoice engine) {
    Tpch.change(
        bergview.catalog("lake"),
        new ChangeOptions(
            ChangeOptions.Kind.UPDATE,
            SHARE_PERCENT,
            ChangeOptions.Write.MERGE_ON_READ,
            ChangeOptions.Spread.SCATTERED),
        SEEDS.incrementAndGet());
    return refresh(bergview, RefreshRequest.of(view).by(engine));
  }

  private static double refresh(Bergview bergview, RefreshRequest request) {
    long start = System.nanoTime();
    RefreshOutcome outcome = bergview.refreshView(request);
    if (!outcome.failures().isEmpty()) {
      throw outcome.failures().get(0).error();
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
