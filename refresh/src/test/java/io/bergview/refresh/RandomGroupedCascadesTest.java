package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RandomChanges;
import io.bergview.fixtures.RandomGroupedCascade;
import io.bergview.fixtures.RandomGroupedCascade.Use;
import io.bergview.fixtures.RandomStep;
import io.bergview.fixtures.RandomWarehouse;
import io.bergview.fixtures.RandomWarehouse.Partitioning;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A view over a grouped view that reaches on from the groups' foreign keys is, after whatever
 * changes of the tables below, the full recompute of the same view over a type that declares the
 * relation.
 *
 * <p>{@code -Dbergview.seed=17} runs one sequence alone.
 */
@Tag("long")
@Tag("seeded")
class RandomGroupedCascadesTest {
  private static final int CASCADES = 4;
  private static final int STEPS = 3;
  private static final int SEEDS_WITH_EVERY_USE = 5;
  private static final Drawn DRAWN = new Drawn();
  private static final Map<Use, Integer> USES = new TreeMap<>();
  private static final Map<String, Integer> KINDS = new TreeMap<>();

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.of(1, 5);
  }

  @AfterAll
  static void everyUseOccurred() {
    System.out.println(
        DRAWN + "; views over grouped views by use: " + USES + "; refreshes: " + KINDS);
    DRAWN.assertMostCount();
    if (Seeds.arePreset()
        && USES.values().stream().mapToInt(Integer::intValue).sum()
            >= SEEDS_WITH_EVERY_USE * CASCADES) {
      assertThat(USES.keySet()).containsExactlyInAnyOrder(Use.values());
      assertThat(KINDS).containsKey("merge SOURCE_CHANGED");
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void relationOfAGroupedViewIsTheDeclaredOne(long seed) {
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      RandomWarehouse warehouse =
          RandomWarehouse.create(
              project.catalog(),
              seed,
              new RandomWarehouse.Options(seed % 2 == 0 ? 2 : 3, Partitioning.MIXED));
      project.write("types", warehouse.entityTypes());
      Map<String, RandomGroupedCascade> cascades = define(project, seed);
      RandomChanges changes = RandomChanges.of(warehouse, seed);
      List<RandomStep> history = new ArrayList<>();
      compare(project, cascades, "seed %d".formatted(seed));
      for (int step = 1; step <= STEPS; step++) {
        for (long change = 0; change <= (seed + step) % 4; change++) {
          history.add(changes.step());
        }
        compare(project, cascades, "seed %d after %s".formatted(seed, history));
      }
    }
  }

  private static Map<String, RandomGroupedCascade> define(TestProject project, long seed) {
    Map<String, RandomGroupedCascade> cascades = new LinkedHashMap<>();
    for (int i = 1; i <= CASCADES; i++) {
      String name = "Group" + i;
      RandomGroupedCascade cascade = RandomGroupedCascade.of(seed, name);
      cascade.lower().forEach((view, text) -> project.write("views/" + view + ".yaml", text));
      project.apply();
      project.write("types/" + name + "Rows.yaml", cascade.declared());
      project.write("views/" + name + "Over.yaml", cascade.upper());
      project.write("views/" + name + "Twin.yaml", cascade.twin());
      project.apply();
      cascades.put(name, cascade);
      USES.merge(cascade.use(), 1, Integer::sum);
      DRAWN.defined();
    }
    return cascades;
  }

  private static void compare(
      TestProject project, Map<String, RandomGroupedCascade> cascades, String history) {
    cascades.forEach(
        (name, cascade) -> {
          RefreshOutcome outcome =
              project.refresh(RefreshRequest.of(name + "Over", name + "Twin").withUpstream());
          outcome.done().stream()
              .filter(result -> result.view().equals(name + "Over"))
              .forEach(
                  result ->
                      KINDS.merge(result.kind().label() + " " + result.reason(), 1, Integer::sum));
          String context = "%s\n%s\n%s".formatted(history, cascade, outcome);
          if (!outcome.failures().isEmpty()) {
            DRAWN.failed(outcome);
            assertThat(outcome.failures().size()).as(context).isNotEqualTo(1);
          } else {
            DRAWN.compared();
            assertThat(
                    CloseRows.differences(
                        RowContents.of(project.rows(name + "Twin")),
                        RowContents.of(project.rows(name + "Over"))))
                .as(context)
                .isEmpty();
          }
        });
  }
}
