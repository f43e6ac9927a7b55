package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.api.Find;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Tpch;
import io.bergview.query.QueryResult;
import io.bergview.query.Routing;
import io.bergview.refresh.RefreshRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Queries to TPC-H's tables, answered by the view that covers them and by the tables, in turn, in a
 * process that is warm.
 *
 * <p>Arguments: the scale (default 1), rounds (default 15), a folder to keep the warehouse in.
 */
public final class RoutingBenchmark {
  private static final int WARM_UP = 5;
  private static final String SUMS =
      "{lines: {$count: '*'}, quantity: {$sum: l_quantity}, price: {$sum: l_extendedprice}}";

  private final Bergview bergview;
  private final int rounds;

  private RoutingBenchmark(Bergview bergview, int rounds) {
    this.bergview = bergview;
    this.rounds = rounds;
  }

  public static void main(String[] arguments) throws IOException {
    double scale = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
    Path folder =
        arguments.length > 2 ? Path.of(arguments[2]) : Files.createTempDirectory("bergview-bench");
    TpchViews.project(folder);
    try (Bergview bergview = Bergview.open(folder)) {
      if (!bergview.catalog("lake").tableExists(TableIdentifier.of(Tpch.NAMESPACE, "orders"))) {
        Tpch.generate(bergview.catalog("lake"), new Tpch.Options(scale), Progress.SILENT);
      }
      bergview.apply();
      bergview.refreshView(RefreshRequest.ofAll());
      System.out.printf(
          Locale.ROOT,
          "TPC-H scale %s, medians of %d, milliseconds%n%-34s %-16s %-27s %9s %9s %7s%n",
          scale,
          rounds,
          "question",
          "view",
          "how",
          "routed",
          "unrouted",
          "ratio");
      new RoutingBenchmark(bergview, rounds).queries();
    }
  }

  private void queries() throws IOException {
    Map<String, Supplier<Find>> queries = new LinkedHashMap<>();
    queries.put(
        "Q1",
        () ->
            bergview
                .find("LineItem")
                .filter("{l_shipdate: {$lte: '1998-09-02'}}")
                .groupBy("l_returnflag", "l_linestatus")
                .compute("{n: {$count: '*'}, qty: {$sum: l_quantity}, avg: {$avg: l_discount}}"));
    queries.put(
        "lines by brand and month",
        () -> bergview.find("LineItem").groupBy("part.p_brand", "month(l_shipdate)").compute(SUMS));
    queries.put(
        "lines by brand and year",
        () -> bergview.find("LineItem").groupBy("part.p_brand", "year(l_shipdate)").compute(SUMS));
    queries.put(
        "lines of one brand by quarter",
        () ->
            bergview
                .find("LineItem")
                .filter("{part.p_brand: 'Brand#13'}")
                .groupBy("quarter(l_shipdate)")
                .compute(SUMS));
    queries.put(
        "orders by nation",
        () ->
            bergview
                .find("Order")
                .groupBy("customer.nation.n_name")
                .compute("{n: {$count: '*'}, price: {$sum: o_totalprice}}"));
    queries.put(
        "one order with customer and nation",
        () ->
            bergview
                .find("Order")
                .filter("{o_orderkey: 4001}")
                .include("customer", "customer.nation"));
    for (Map.Entry<String, Supplier<Find>> query : queries.entrySet()) {
      measure(query.getKey(), query.getValue());
    }
  }

  private void measure(String name, Supplier<Find> query) throws IOException {
    List<Double> routed = new ArrayList<>();
    List<Double> unrouted = new ArrayList<>();
    for (int round = -WARM_UP; round < rounds; round++) {
      double one = millis(query.get());
      double other = millis(query.get().withoutRoute());
      if (round >= 0) {
        routed.add(one);
        unrouted.add(other);
      }
    }
    Routing.RoutingCandidate by =
        query
            .get()
            .explain()
            .chosen()
            .orElse(
                new Routing.RoutingCandidate(
                    Optional.empty(), Routing.CandidateStatus.CHOSEN, "", OptionalLong.empty()));
    double ratio = Medians.of(routed) / Medians.of(unrouted);
    System.out.printf(
        Locale.ROOT,
        "%-34s %-16s %-27s %9.1f %9.1f %7.3f%n",
        name,
        by.view().orElse("(sources)"),
        by.why().replace("fresh; ", ""),
        Medians.of(routed),
        Medians.of(unrouted),
        ratio);
  }

  private static double millis(Find find) throws IOException {
    long began = System.nanoTime();
    try (QueryResult answer = find.answer()) {
      answer.forEachRow(row -> {});
    }
    return (System.nanoTime() - began) / 1e6;
  }
}
