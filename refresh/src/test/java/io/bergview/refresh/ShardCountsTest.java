package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.errors.BergviewException;
import io.bergview.fixtures.RandomChanges;
import io.bergview.fixtures.RandomChanges.Keys;
import io.bergview.fixtures.RandomChanges.Kind;
import io.bergview.fixtures.RandomView;
import io.bergview.fixtures.RandomViews;
import io.bergview.fixtures.RandomWarehouse;
import io.bergview.fixtures.RandomWarehouse.Partitioning;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The number of shards does not change what a view says: random views, each with 1, 2, 12 and 64
 * shards, have after random changes the rows of a recompute, hidden columns included, and the
 * lineage that they have without shards.
 *
 * <p>Seeds are as in {@link IncrementalEqualsFullTest}.
 */
@Tag("contract")
@Tag("seeded")
class ShardCountsTest {
  private static final List<Integer> COUNTS = List.of(1, 2, 12, 64);
  private static final int VIEWS = 4;
  private static final int STEPS = 3;
  private static final Drawn DRAWN = new Drawn();

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.of(1, 3);
  }

  @AfterAll
  static void mostViewsAreSharded() {
    System.out.println(DRAWN);
    assertThat(DRAWN.comparisons()).isPositive();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void rowsAndLineageAreEqual(long seed) {
    String settings = seed % 2 == 0 ? TestProject.HADOOP : TestProject.SQLITE;
    try (TestProject project = TestProject.create(folder, settings)) {
      RandomWarehouse warehouse =
          RandomWarehouse.create(
              project.catalog(),
              seed,
              new RandomWarehouse.Options(seed % 4 < 2 ? 3 : 2, Partitioning.MIXED));
      project.write("types", warehouse.entityTypes());
      List<RandomView> views = define(project, warehouse, seed);
      RandomChanges changes =
          RandomChanges.of(
              warehouse,
              seed,
              new RandomChanges.Options(
                  EnumSet.allOf(Kind.class), seed % 3 == 0 ? Keys.MAY_REPEAT : Keys.UNIQUE));
      StringBuilder history = new StringBuilder();
      for (int step = 0; step <= STEPS; step++) {
        for (long change = 0; step > 0 && change <= (seed + step) % 4; change++) {
          history.append(changes.step()).append('\n');
        }
        views.forEach(view -> compare(project, view, seed, history.toString()));
      }
    }
  }

  /** Each with its shards, and a twin without them that is recomputed. */
  private static List<RandomView> define(
      TestProject project, RandomWarehouse warehouse, long seed) {
    List<RandomView> views = new ArrayList<>();
    for (int i = 1; i <= VIEWS; i++) {
      RandomView view = RandomViews.of(warehouse, seed * 1_000 + i, "View" + i);
      List<String> files = new ArrayList<>();
      try {
        for (int count : COUNTS) {
          files.add("views/" + name(view, count) + ".yaml");
          project.write(
              files.get(files.size() - 1),
              renamed(view, name(view, count)) + "\n$shards: " + count + "\n");
        }
        files.add("views/" + view.name() + "Full.yaml");
        project.write(
            files.get(files.size() - 1),
            renamed(view, view.name() + "Full") + "\n$refresh: {policy: full}\n");
        project.apply();
        views.add(view);
        DRAWN.defined();
      } catch (BergviewException unresolvable) {
        DRAWN.refused(unresolvable);
        files.forEach(project::remove);
      }
    }
    return views;
  }

  private static String name(RandomView view, int count) {
    return view.name() + "By" + count;
  }

  private static String renamed(RandomView view, String name) {
    return view.text().replaceFirst(view.name(), name);
  }

  private static void compare(TestProject project, RandomView view, long seed, String history) {
    String twin = view.name() + "Full";
    List<String> names = new ArrayList<>(List.of(twin));
    COUNTS.forEach(count -> names.add(name(view, count)));
    RefreshOutcome outcome = project.refresh(RefreshRequest.of(names.toArray(String[]::new)));
    String context = "seed %d after\n%s\n%s\n%s".formatted(seed, history, view, outcome);
    if (!outcome.failures().isEmpty()) {
      DRAWN.failed(outcome);
      assertThat(outcome.failures()).as(context).hasSize(names.size());
      assertThat(outcome.failures())
          .as(context)
          .allSatisfy(
              failure ->
                  assertThat(failure.error().code())
                      .isEqualTo(outcome.failures().get(0).error().code()));
      return;
    }
    DRAWN.compared();
    List<SourceSnapshot> sources = project.lineageOf(twin).lineage().sources();
    for (int count : COUNTS) {
      String name = name(view, count);
      assertThat(
              CloseRows.differences(
                  RowContents.of(project.rows(twin)), RowContents.of(project.rows(name))))
          .as("%s\n%s", name, context)
          .isEmpty();
      assertThat(project.lineageOf(name).lineage().sources())
          .as("%s\n%s", name, context)
          .isEqualTo(sources);
      assertThat(project.explain(name).shards().sizes().orElseThrow().filesOfOtherLayouts())
          .as("%s\n%s", name, context)
          .isZero();
    }
  }
}
