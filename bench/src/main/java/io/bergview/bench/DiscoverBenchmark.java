package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.discover.DiscoverOptions;
import io.bergview.discover.DiscoverResult;
import io.bergview.discover.DiscoveredType;
import io.bergview.discover.RelationProposal;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.PublishedSchema;
import io.bergview.fixtures.PublishedSchema.Score;
import io.bergview.fixtures.Tpcds;
import io.bergview.fixtures.Tpch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;

/**
 * How well, and how fast, types are proposed for TPC-H and TPC-DS: precision and recall of keys and
 * of relations against the specifications, at the usual bar, and the median of some rounds.
 *
 * <p>Arguments: the scale (default 1), rounds (default 3), a folder to keep the warehouse in.
 */
public final class DiscoverBenchmark {
  private DiscoverBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    double scale = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    Path folder =
        arguments.length > 2 ? Path.of(arguments[2]) : Files.createTempDirectory("bergview-bench");
    if (!Files.exists(folder.resolve(Project.FILE))) {
      Files.writeString(folder.resolve(Project.FILE), Project.defaultText());
    }
    try (Bergview bergview = Bergview.open(folder)) {
      generate(bergview.catalog("lake"), scale);
      System.out.printf(
          Locale.ROOT,
          "scale %s%n%-18s %9s %7s %7s %7s %8s%n",
          scale,
          "",
          "precision",
          "recall",
          "wrong",
          "missed",
          "seconds");
      measure(bergview, "tpch", PublishedSchema.tpch(), rounds);
      measure(bergview, "tpcds", PublishedSchema.tpcds(), rounds);
    }
  }

  private static void generate(Catalog catalog, double scale) {
    if (!exists(catalog, Tpch.NAMESPACE)) {
      Tpch.generate(catalog, new Tpch.Options(scale), Progress.SILENT);
    }
    if (!exists(catalog, Tpcds.NAMESPACE)) {
      Tpcds.generate(catalog, scale);
    }
  }

  private static boolean exists(Catalog catalog, Namespace namespace) {
    return ((SupportsNamespaces) catalog).namespaceExists(namespace);
  }

  private static void measure(
      Bergview bergview, String namespace, PublishedSchema truth, int rounds) {
    List<Double> seconds = new ArrayList<>();
    DiscoverOptions options = DiscoverOptions.of(namespace);
    DiscoverResult result = bergview.planDiscover(options);
    for (int round = 0; round < rounds; round++) {
      long began = System.nanoTime();
      result = bergview.planDiscover(options);
      seconds.add((System.nanoTime() - began) / 1e9);
    }
    double median = Medians.of(seconds);
    print(namespace + " keys", truth.keys(keys(result)), median);
    print(namespace + " relations", truth.references(references(result)), median);
  }

  private static Map<String, List<String>> keys(DiscoverResult result) {
    Map<String, List<String>> keys = new TreeMap<>();
    for (DiscoveredType type : result.types()) {
      if (!type.type().id().isEmpty()) {
        keys.put(table(type), type.type().id());
      }
    }
    return keys;
  }

  private static Set<String> references(DiscoverResult result) {
    Map<String, String> tables = new TreeMap<>();
    result.types().forEach(type -> tables.put(type.type().name(), table(type)));
    Set<String> references = new TreeSet<>();
    for (DiscoveredType type : result.types()) {
      type.relations().stream()
          .filter(RelationProposal::accepted)
          .map(
              r ->
                  PublishedSchema.reference(
                      table(type), r.columns(), tables.getOrDefault(r.target(), "?")))
          .forEach(references::add);
    }
    return references;
  }

  private static String table(DiscoveredType type) {
    return type.type().table().orElseThrow().name();
  }

  private static void print(String what, Score score, double seconds) {
    System.out.printf(
        Locale.ROOT,
        "%-18s %9.3f %7.3f %7d %7d %8.1f%n",
        what,
        score.precision(),
        score.recall(),
        score.wrong().size(),
        score.missed().size(),
        seconds);
    score.wrong().forEach(wrong -> System.out.println("  wrong  " + wrong));
    score.missed().forEach(missed -> System.out.println("  missed " + missed));
  }
}
