package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.fixtures.RandomChanges;
import io.bergview.fixtures.RandomChanges.Keys;
import io.bergview.fixtures.RandomChanges.Kind;
import io.bergview.fixtures.RandomQueryTables;
import io.bergview.fixtures.RandomStep;
import io.bergview.fixtures.RandomView;
import io.bergview.fixtures.RandomViews;
import io.bergview.fixtures.RandomWarehouse;
import io.bergview.fixtures.RandomWarehouse.Partitioning;
import io.bergview.fixtures.Seeds;
import io.bergview.verify.VerifyResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The law of incremental refresh for {@code $top}: whatever the order and the changes, a view has
 * the rows that a recompute gives. {@code -Dbergview.seed=17} runs that seed alone.
 */
@Tag("seeded")
class TopRowsTest {
  private static final int VIEWS = 6;
  private static final int CHANGES = 3;
  private static final List<String> KINDS =
      List.of("by", "ties: rank", "ties: dense", "$groupBy", "$filter", "$select", "desc");

  @TempDir Path folder;

  private final Map<RefreshKind, Integer> refreshes = new EnumMap<>(RefreshKind.class);
  private final Map<String, Integer> kinds = new TreeMap<>();

  @Test
  void firstRowsAreWhatARecomputeGives() {
    Seeds.of(1, 4).forEach(this::check);
    if (Seeds.arePreset()) {
      assertThat(kinds.keySet()).containsAll(KINDS);
      int full = refreshes.getOrDefault(RefreshKind.FULL, 0);
      assertThat(refreshes.getOrDefault(RefreshKind.MERGE, 0))
          .as("refreshes %s", refreshes)
          .isGreaterThan(2 * full);
    }
  }

  private void check(long seed) {
    Random random = new Random(seed);
    try (TestProject project = TestProject.create(folder.resolve("p" + seed), TestProject.SQLITE)) {
      project.createNamespace("s");
      RandomQueryTables tables = new RandomQueryTables(project.catalog(), random);
      Map<String, String> views = new LinkedHashMap<>();
      for (int i = 1; i <= VIEWS; i++) {
        String text = drawn(random);
        KINDS.stream().filter(text::contains).forEach(kind -> kinds.merge(kind, 1, Integer::sum));
        views.put("V" + i, text);
        project.define("V" + i, text);
      }
      views.keySet().forEach(project::refresh);
      for (int change = 1; change <= CHANGES; change++) {
        String done = tables.change();
        views.forEach(
            (view, text) -> {
              RefreshResult result = project.refresh(view);
              refreshes.merge(result.kind(), 1, Integer::sum);
              VerifyResult verified = project.verify(view);
              assertThat(verified.equal())
                  .as("seed %d, %s after %s: %s, %s", seed, text, done, result, verified)
                  .isTrue();
            });
      }
    }
  }

  @Tag("long")
  @Test
  void firstRowsAlongRelationsAreWhatARecomputeGives() {
    Seeds.of(1, 3).forEach(this::checkRelations);
    if (Seeds.arePreset()) {
      assertThat(refreshes).containsKey(RefreshKind.MERGE);
    }
    if (Seeds.arePreset() && Seeds.many()) {
      assertThat(kinds.keySet()).contains("along relations", "of children", "of joined rows");
    }
  }

  private void checkRelations(long seed) {
    try (TestProject project = TestProject.create(folder.resolve("r" + seed), TestProject.SQLITE)) {
      RandomWarehouse warehouse =
          RandomWarehouse.create(
              project.catalog(), seed, new RandomWarehouse.Options(2, Partitioning.MIXED));
      project.write("types", warehouse.entityTypes());
      List<String> views = new ArrayList<>();
      for (int i = 1; i <= VIEWS; i++) {
        RandomView view = RandomViews.ofFirstRows(warehouse, seed * VIEWS + i, "V" + i);
        try {
          project.write("views/" + view.name() + ".yaml", view.text());
          project.apply();
        } catch (BergviewException refused) {
          project.remove("views/" + view.name() + ".yaml");
          continue;
        }
        if (project.refresh(RefreshRequest.of(view.name())).failures().isEmpty()) {
          views.add(view.name());
          if (view.text().contains("$expand") || view.text().contains("$flatten")) {
            kinds.merge("along relations", 1, Integer::sum);
          }
          if (view.text().contains("$unnest")) {
            kinds.merge("of children", 1, Integer::sum);
          }
          if (view.text().contains("$join")) {
            kinds.merge("of joined rows", 1, Integer::sum);
          }
        }
      }
      RandomChanges changes =
          RandomChanges.of(
              warehouse, seed, new RandomChanges.Options(EnumSet.allOf(Kind.class), Keys.UNIQUE));
      for (int change = 1; change <= CHANGES; change++) {
        RandomStep done = changes.step();
        for (String view : views) {
          RefreshOutcome outcome = project.refresh(RefreshRequest.of(view));
          if (outcome.failures().isEmpty()) {
            refreshes.merge(outcome.done().get(0).kind(), 1, Integer::sum);
            VerifyResult verified = project.verify(view);
            assertThat(verified.equal())
                .as("seed %d, %s after %s: %s, %s", seed, view, done, outcome, verified)
                .isTrue();
          }
        }
      }
    }
  }

  private static String drawn(Random random) {
    StringBuilder text = new StringBuilder("$from: s." + "abc".charAt(random.nextInt(3)) + "\n");
    if (random.nextInt(3) == 0) {
      text.append("$filter: {k: {$ne: 2}, $expr: 'g < 4 OR n IS NULL'}\n");
    }
    List<String> columns = new ArrayList<>(List.of("k", "g", "n", "s", "t"));
    boolean grouped = random.nextInt(3) == 0;
    if (grouped) {
      text.append("$groupBy: [g, s]\n");
      text.append("$compute: {total: {$sum: n}, rows: {$count: '*'}, last: {$max: t}}\n");
      columns = new ArrayList<>(List.of("g", "s", "total", "rows", "last"));
    }
    Collections.shuffle(columns, random);
    text.append("$top: {rows: ").append(1 + random.nextInt(4)).append(", orderBy: [");
    text.append(random.nextBoolean() ? "{" + columns.get(0) + ": desc}" : columns.get(0));
    text.append(random.nextBoolean() ? "" : ", " + columns.get(1)).append(']');
    if (random.nextInt(3) > 0) {
      text.append(", by: [").append(columns.get(2));
      text.append(random.nextInt(3) > 0 ? "]" : ", " + columns.get(3) + "]");
    }
    text.append(List.of("", "", ", ties: rank", ", ties: dense").get(random.nextInt(4)));
    text.append("}\n");
    if (random.nextInt(3) == 0) {
      text.append("$select: [").append(columns.get(0)).append(", ").append(columns.get(4));
      text.append("]\n");
    }
    return text.toString();
  }
}
