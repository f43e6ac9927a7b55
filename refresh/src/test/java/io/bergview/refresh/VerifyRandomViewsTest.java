package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.RandomChanges;
import io.bergview.fixtures.RandomView;
import io.bergview.fixtures.RandomViews;
import io.bergview.fixtures.RandomWarehouse;
import io.bergview.fixtures.RandomWarehouse.Partitioning;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.Seeds;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the view and the changes that it has followed: verifying finds it clean, whole and in
 * samples; finds out where rows of it are lost and doubled; and a repair makes it clean again.
 *
 * <p>{@code -Dbergview.seed=17} runs one sequence alone.
 */
@Tag("long")
@Tag("seeded")
class VerifyRandomViewsTest {
  private static final int VIEWS = 3;
  private static final int STEPS = 2;

  private static final Drawn DRAWN = new Drawn();
  private static int spoilt;

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.of(1, 4);
  }

  @AfterAll
  static void viewsWereVerifiedAndSpoilt() {
    System.out.println(DRAWN + "; spoilt: " + spoilt);
    DRAWN.assertMostCount();
    if (Seeds.arePreset()) {
      assertThat(spoilt).as("comparisons of views that were spoilt").isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void refreshedViewsAreCleanAndSpoiltOnesAreNot(long seed) {
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      RandomWarehouse warehouse =
          RandomWarehouse.create(
              project.catalog(),
              seed,
              new RandomWarehouse.Options(seed % 4 < 2 ? 2 : 3, Partitioning.MIXED));
      project.write("types", warehouse.entityTypes());
      List<RandomView> views = define(project, warehouse, seed);
      RandomChanges changes = RandomChanges.of(warehouse, seed);
      for (int step = 0; step <= STEPS; step++) {
        for (RandomView view : views) {
          RefreshOutcome outcome = project.refresh(RefreshRequest.of(view.name()));
          if (!outcome.failures().isEmpty()) {
            DRAWN.failed(outcome);
          } else {
            DRAWN.compared();
            check(project, view, "seed %d, step %d, %s".formatted(seed, step, view));
          }
        }
        changes.step();
      }
    }
  }

  private static List<RandomView> define(
      TestProject project, RandomWarehouse warehouse, long seed) {
    List<RandomView> views = new ArrayList<>();
    for (int i = 1; i <= VIEWS; i++) {
      RandomView view = RandomViews.of(warehouse, seed * 100 + i, "View" + i);
      try {
        project.write("views/v" + i + ".yaml", view.text());
        project.apply();
        views.add(view);
        DRAWN.defined();
      } catch (BergviewException unresolvable) {
        DRAWN.refused(unresolvable);
        project.remove("views/v" + i + ".yaml");
      }
    }
    return views;
  }

  private static void check(TestProject project, RandomView view, String context) {
    VerifyOptions all = VerifyOptions.defaults();
    assertClean(project, view, all, context);
    assertClean(project, view, all.sample(40), context);
    List<Map<String, @Nullable Object>> rows = RowContents.of(project.rows(view.name()));
    if (rows.size() < 2 || rows.get(0).equals(rows.get(1))) {
      return;
    }
    spoilt++;
    Compaction.falsify(
        project.tableOf(view.name()),
        held -> {
          List<Record> spoilt = new ArrayList<>(held);
          spoilt.remove(0);
          spoilt.add(spoilt.get(0));
          return spoilt;
        });
    VerifyResult found = project.verify(view.name());
    assertThat(found.equal()).as(context).isFalse();
    assertThat(found.examples()).as(context).hasSize((int) found.differences());
    VerifyResult repaired = project.verify(view.name(), all.repairing());
    assertThat(repaired.repaired()).as(context).isPresent();
    assertClean(project, view, all, context);
  }

  private static void assertClean(
      TestProject project, RandomView view, VerifyOptions options, String context) {
    VerifyResult result = project.verify(view.name(), options);
    assertThat(result.examples()).as(context).isEmpty();
    assertThat(result.equal()).as(context).isTrue();
    long rows = project.rows(view.name()).size();
    assertThat(result.rowsCompared())
        .as(context)
        .isBetween(options.samplePercent() < 100 ? 0 : rows, rows);
  }
}
