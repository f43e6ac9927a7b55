package io.bergview.discover;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Progress;
import io.bergview.fixtures.PublishedSchema;
import io.bergview.fixtures.PublishedSchema.Score;
import io.bergview.fixtures.Tpcds;
import io.bergview.fixtures.Tpch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is proposed for the tables of benchmarks, against the keys of their specifications. */
@Tag("contract")
class PublishedSchemasTest {
  private static final double LEAST_PRECISION = 0.95;

  /** In so few rows some keys may be unique by chance, and are not accepted. */
  private static final double LEAST_RECALL = 0.85;

  @TempDir private Path folder;

  @Test
  void keysAndRelationsOfTpchAreThoseOfItsSpecification() {
    try (Lake lake = new Lake(folder)) {
      Tpch.generate(lake.catalog(), new Tpch.Options(0.01), Progress.SILENT);
      DiscoverResult result = lake.plan();
      Score keys = shown("TPC-H 0.01 keys", PublishedSchema.tpch().keys(keys(result)));
      Score relations =
          shown("TPC-H 0.01 relations", PublishedSchema.tpch().references(references(result)));
      assertThat(keys.wrong()).isEmpty();
      assertThat(keys.missed()).isEmpty();
      assertThat(relations.wrong()).isEmpty();
      assertThat(relations.missed()).isEmpty();
    }
  }

  /** Without the tables that take long to generate. */
  @Test
  @Tag("long")
  void keysAndRelationsOfTpcdsOnTheWebAreThoseOfItsSpecification() {
    tpcds(
        0.01,
        Set.of(
            "customer_demographics",
            "inventory",
            "store_sales",
            "store_returns",
            "catalog_sales",
            "catalog_returns"));
  }

  @Test
  @Tag("long")
  void keysAndRelationsOfAllOfTpcdsAreThoseOfItsSpecification() {
    tpcds(0.01, Set.of());
  }

  private void tpcds(double scale, Set<String> without) {
    PublishedSchema truth = PublishedSchema.tpcds().without(without);
    try (Lake lake = new Lake(folder)) {
      Tpcds.generate(lake.catalog(), scale, without);
      DiscoverResult result = lake.plan();
      assertThat(result.unreadable()).isEmpty();
      assertThat(result.types()).hasSize(24 - without.size());
      Score keys = shown("TPC-DS %s keys".formatted(scale), truth.keys(keys(result)));
      Score relations =
          shown("TPC-DS %s relations".formatted(scale), truth.references(references(result)));
      assertThat(keys.precision()).isGreaterThanOrEqualTo(LEAST_PRECISION);
      assertThat(keys.recall()).isGreaterThanOrEqualTo(LEAST_RECALL);
      assertThat(relations.precision()).isGreaterThanOrEqualTo(LEAST_PRECISION);
      assertThat(relations.recall()).isGreaterThanOrEqualTo(LEAST_RECALL);
    }
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
          .map(r -> PublishedSchema.reference(table(type), r.columns(), tables.get(r.target())))
          .forEach(references::add);
    }
    return references;
  }

  private static String table(DiscoveredType type) {
    return type.type().table().orElseThrow().name();
  }

  private static Score shown(String what, Score score) {
    System.out.printf(
        "%s: precision %.3f, recall %.3f; wrong %s; missed %s%n",
        what, score.precision(), score.recall(), score.wrong(), score.missed());
    return score;
  }
}
