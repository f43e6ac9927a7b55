package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.fixtures.RandomView;
import io.bergview.fixtures.RandomViews;
import io.bergview.fixtures.RandomWarehouse;
import io.bergview.fixtures.RandomWarehouse.Partitioning;
import io.bergview.fixtures.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The random views of warehouse-fixtures are definitions that can be registered and refreshed. */
@Tag("seeded")
class RandomViewsTest {
  private static final int VIEWS = 300;
  private static final int RESOLVED = Seeds.many() ? VIEWS : 30;

  @TempDir Path folder;

  @Test
  void nearlyEveryDrawResolves() {
    List<String> refused = new ArrayList<>();
    for (int warehouse = 1; warehouse <= 3; warehouse++) {
      try (TestProject project =
          TestProject.create(folder.resolve("p" + warehouse), TestProject.SQLITE)) {
        RandomWarehouse tables = create(project, warehouse);
        for (int seed = 1; seed <= RESOLVED / 3; seed++) {
          RandomView view = RandomViews.of(tables, 1_000L * warehouse + seed);
          project.write("views/view.yaml", view.text());
          try {
            assertThat(project.applying().plan().steps()).hasSize(1);
          } catch (BergviewException e) {
            refused.add(e.getMessage() + "\n" + view);
          }
        }
      }
    }
    assertThat(refused.size()).as(String.join("\n", refused)).isLessThanOrEqualTo(RESOLVED / 20);
  }

  private static RandomWarehouse create(TestProject project, long seed) {
    RandomWarehouse tables =
        RandomWarehouse.create(
            project.catalog(), seed, new RandomWarehouse.Options(2, Partitioning.MIXED));
    project.write("types", tables.entityTypes());
    return tables;
  }

  @Test
  void wholeLanguageOccurs() {
    Set<String> missing =
        new LinkedHashSet<>(
            List.of(
                "$filter",
                "$expand",
                "$flatten",
                "$select",
                "$unnest",
                "keepEmpty",
                "$groupBy",
                "$groupBy: []",
                "$compute",
                "$timezone",
                "$as",
                "$orderBy",
                "$cond",
                "$literal",
                "$partitionBy",
                "$sortBy",
                "\"olap\"",
                "oltp",
                "both",
                "$count",
                "$countDistinct",
                "$sum",
                "$avg",
                "$min",
                "$max",
                "$first",
                "$last",
                "$stddev\"",
                "$variance\"",
                "$stddevPop",
                "$variancePop",
                "$add",
                "$subtract",
                "$multiply",
                "$and",
                "$or",
                "$nor",
                "$not",
                "$in",
                "$nin",
                "$ne",
                "$gt",
                "$gte",
                "$lt",
                "$lte",
                "$exists",
                "$startsWith",
                "$having",
                "$mode",
                "$expr",
                "$groupBy: [{\"expr key\"",
                "\"$expr\": \"CASE",
                "\"expr value\"",
                "\"expr agg\"",
                "\"expr twice\"",
                "$filter: {\"$expr\"",
                "$having: {\"$expr\"",
                "\"year\"",
                "\"quarter\"",
                "\"month\"",
                "\"week\"",
                "\"day\"",
                "\"hour\"",
                "\"minute\"",
                "\"tags\"",
                "\"*\""));
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      RandomWarehouse tables = create(project, 1);
      for (int seed = 1; seed <= VIEWS; seed++) {
        String text = RandomViews.of(tables, seed).text();
        missing.removeIf(text::contains);
      }
    }
    assertThat(missing).isEmpty();
  }
}
