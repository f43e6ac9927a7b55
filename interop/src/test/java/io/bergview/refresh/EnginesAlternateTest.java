package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RandomChanges;
import io.bergview.fixtures.RandomChanges.Keys;
import io.bergview.fixtures.RandomChanges.Kind;
import io.bergview.fixtures.RandomStep;
import io.bergview.fixtures.RandomView;
import io.bergview.fixtures.RandomViews;
import io.bergview.fixtures.RandomWarehouse;
import io.bergview.fixtures.RandomWarehouse.Partitioning;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.Seeds;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.refresh.spark.SparkHomes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The law of engines: Spark and the embedded engine refresh the same view in turns, and after each
 * turn it is what a recompute by the embedded engine gives. A seed is a random warehouse with
 * random views and changes, as those of {@link IncrementalEqualsFullTest}.
 */
@Tag("long")
@Tag("seeded")
class EnginesAlternateTest {
  private static final int VIEWS = 6;
  private static final int STEPS = 4;
  private static final int MOST_CHANGES = 4;

  /** Refreshes by Spark, by kind and reason. */
  private static final Map<String, Integer> KINDS = new TreeMap<>();

  /** What Spark did not compute, by what it is. */
  private static final Map<String, Integer> REFUSED = new TreeMap<>();

  @TempDir private static Path shared;
  private static Path spark;
  private static Path module;

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.of(1, 2);
  }

  @BeforeAll
  static void jars() throws IOException {
    spark = SparkHomes.make();
    module = SparkHomes.module(shared.resolve("bergview-spark-test.jar"));
  }

  @AfterAll
  static void sparkFollowedChanges() {
    System.out.println("by Spark: " + KINDS + "; not by Spark: " + REFUSED);
    if (!Seeds.arePreset()) {
      return;
    }
    assertThat(KINDS.keySet()).contains("full FIRST_REFRESH", "merge SOURCE_CHANGED");
    int refused = REFUSED.values().stream().mapToInt(Integer::intValue).sum();
    int done = KINDS.values().stream().mapToInt(Integer::intValue).sum();
    assertThat(refused).isLessThan(done / 2);
  }

  private static String settings(long seed) {
    return (seed % 2 == 0 ? TestProject.HADOOP : TestProject.SQLITE)
        + """
        spark:
          home: %s
          master: local[2]
          driver-memory: 1GiB
          jar: %s
          conf: {spark.sql.shuffle.partitions: '2'}
        """
            .formatted(spark, module);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void bothEnginesGiveTheSameTable(long seed) {
    try (TestProject project = TestProject.create(folder, settings(seed))) {
      RandomWarehouse warehouse =
          RandomWarehouse.create(
              project.catalog(),
              seed,
              new RandomWarehouse.Options(seed % 4 < 2 ? 2 : 3, Partitioning.MIXED));
      project.write("types", warehouse.entityTypes());
      Map<String, RandomView> views = define(project, warehouse, seed);
      List<RandomStep> history = new ArrayList<>();
      RandomChanges changes =
          RandomChanges.of(
              warehouse,
              seed,
              new RandomChanges.Options(
                  EnumSet.allOf(Kind.class), seed % 3 == 0 ? Keys.MAY_REPEAT : Keys.UNIQUE));
      for (int step = 0; step <= STEPS; step++) {
        for (long change = 0; step > 0 && change <= (seed + step) % MOST_CHANGES; change++) {
          history.add(changes.step());
        }
        int turn = step;
        views.forEach((name, view) -> refresh(project, view, turn, context(seed, view, history)));
      }
    }
  }

  private static Map<String, RandomView> define(
      TestProject project, RandomWarehouse warehouse, long seed) {
    Map<String, RandomView> views = new LinkedHashMap<>();
    for (int i = 1; i <= VIEWS; i++) {
      RandomView view = RandomViews.of(warehouse, seed * 100 + i, "View" + i);
      try {
        project.write("views/v" + i + ".yaml", view.text());
        project.write(
            "views/w" + i + ".yaml",
            view.text().replaceFirst(view.name(), view.name() + "Full")
                + "\n$refresh: {policy: full}\n");
        project.apply();
        views.put(view.name(), view);
      } catch (BergviewException unresolvable) {
        project.remove("views/v" + i + ".yaml");
        project.remove("views/w" + i + ".yaml");
      }
    }
    return views;
  }

  private static String context(long seed, RandomView view, List<RandomStep> history) {
    StringBuilder text = new StringBuilder("seed " + seed + ", " + view.name() + " after\n");
    history.forEach(step -> text.append(step).append('\n'));
    return text.append(view).toString();
  }

  /** Spark's turn is every other one, and begins with another view each time. */
  private static void refresh(TestProject project, RandomView view, int step, String context) {
    boolean bySpark = (step + view.name().charAt(view.name().length() - 1)) % 2 == 0;
    RefreshRequest own = RefreshRequest.of(view.name());
    RefreshOutcome outcome =
        project.refresh(own.by(bySpark ? EngineChoice.SPARK : EngineChoice.EMBEDDED));
    if (bySpark && isRefused(outcome)) {
      REFUSED.merge(outcome.failures().get(0).error().getMessage(), 1, Integer::sum);
      outcome = project.refresh(own.by(EngineChoice.EMBEDDED));
    } else if (bySpark) {
      outcome
          .done()
          .forEach(
              result ->
                  KINDS.merge(result.kind().label() + " " + result.reason(), 1, Integer::sum));
    }
    RefreshOutcome recomputed = project.refresh(RefreshRequest.of(view.name() + "Full"));
    String what =
        context + "\n" + (bySpark ? "by Spark: " : "embedded: ") + outcome + causes(outcome);
    if (recomputed.failures().isEmpty()) {
      assertThat(outcome.failures()).as(what).isEmpty();
      assertThat(
              CloseRows.differences(
                  RowContents.of(project.rows(view.name() + "Full")),
                  RowContents.of(project.rows(view.name()))))
          .as(what)
          .isEmpty();
    } else {
      assertThat(outcome.failures()).as(what).hasSize(1);
      assertThat(outcome.failures().get(0).error().code())
          .as(what)
          .isEqualTo(recomputed.failures().get(0).error().code());
    }
  }

  private static String causes(RefreshOutcome outcome) {
    StringBuilder text = new StringBuilder();
    for (RefreshOutcome.Failure failure : outcome.failures()) {
      for (Throwable cause = failure.error(); cause != null; cause = cause.getCause()) {
        text.append('\n').append(cause);
      }
      failure.error().details().forEach(line -> text.append('\n').append(line));
    }
    return text.toString();
  }

  private static boolean isRefused(RefreshOutcome outcome) {
    return !outcome.failures().isEmpty()
        && outcome.failures().get(0).error().code() == ErrorCode.ENGINE_UNSUPPORTED;
  }
}
