package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The law of incremental refresh: whatever the warehouse, the views and the changes, the result is
 * that of a full refresh, hidden columns included. Each view has a twin that is recomputed.
 *
 * <p>A seed is a warehouse of one format version in one catalog, six views, and four times one to
 * six changes after which every view is refreshed; twins are compared every other time. In every
 * third seed keys may repeat, and files be listed twice. {@code -Dbergview.seeds=350} runs so many
 * seeds, {@code -Dbergview.first=176} leaves out those before, {@code -Dbergview.seed=17} runs that
 * one alone and compares every time; pass them as {@code -Dbergview.test.flags=-Dbergview.seed=17}.
 */
@Tag("seeded")
class IncrementalEqualsFullTest {
  private static final int VIEWS = 6;
  private static final int STEPS = 4;
  private static final int MOST_CHANGES = 6;
  private static final int SEEDS_WITH_EVERY_CHANGE = 20;
  private static final String LISTED_AGAIN = " after a file was listed again";
  private static final int SEEDS_WITH_EVERY_REFRESH = 3;

  /** By kind and reason; to be expected of three seeds. */
  private static final Set<String> REFRESHES =
      Set.of(
          "full FIRST_REFRESH",
          "merge SOURCE_CHANGED",
          "append NO_ROWS_CHANGED",
          "skip ONLY_COMPACTION",
          "skip UP_TO_DATE");

  private static final Map<String, Integer> KINDS = new TreeMap<>();
  private static final Map<String, Integer> CHANGES = new TreeMap<>();

  /** What of a definition that is more than paths, by what its text has then. */
  private static final Map<String, String> EXPRESSIONS =
      Map.ofEntries(
          Map.entry("filter", "\\$filter: .*\\{\"\\$expr\""),
          Map.entry("key", "\"expr key\""),
          Map.entry("value", "\"expr value\""),
          Map.entry("aggregate", "\"expr agg\""),
          Map.entry("computed of groups", "\"expr twice\""),
          Map.entry("mode", "\"\\$mode\""),
          Map.entry("having", "\\$having: "),
          Map.entry("inner join", "\"\\$kind\": *\"inner\""),
          Map.entry("left join", "\"\\$kind\": *\"left\""),
          Map.entry("semi-join", "\"\\$kind\": *\"semi\""),
          Map.entry("anti-join", "\"\\$kind\": *\"anti\""),
          Map.entry(
              "self-join", "\\$from: \"?(\\w+)\"?\\n(?s:.*)\\$join: .*\"\\$from\": *\"?\\1\\b"),
          Map.entry("join by a range", "\\$join: .* (<|>=|<>) "),
          Map.entry("join by equal values", "\\$join: .* = "),
          Map.entry("join in groups", "\\$join: (?s:.*)\\$groupBy: "),
          Map.entry("join of unnested rows", "\\$unnest: (?s:.*)\\$join: "));

  private static final Map<String, Integer> FOLLOWED = new TreeMap<>();
  private static final Drawn DRAWN = new Drawn();
  private static int seedsRun;

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.of(1, 20);
  }

  @AfterAll
  static void everyKindOfChangeAndRefreshOccurred() {
    System.out.println(DRAWN + "; refreshes by kind and reason: " + KINDS);
    System.out.println("changes by kind: " + CHANGES);
    System.out.println("followed by kind of expression: " + FOLLOWED);
    DRAWN.assertMostCount();
    if (!Seeds.arePreset()) {
      return;
    }
    if (seedsRun >= SEEDS_WITH_EVERY_REFRESH) {
      assertThat(KINDS.keySet()).as("refreshes").containsAll(REFRESHES);
    }
    if (seedsRun >= SEEDS_WITH_EVERY_CHANGE) {
      assertThat(KINDS.keySet())
          .as("refreshes")
          .contains("full SOURCE_SCHEMA_CHANGED", "merge SOURCE_ROLLED_BACK");
      for (Kind kind : Kind.values()) {
        assertThat(CHANGES.keySet()).anyMatch(change -> change.startsWith(kind + " "));
      }
      assertThat(CHANGES).containsKeys(Kind.LIST_FILE_AGAIN + " v2", Kind.LIST_FILE_AGAIN + " v3");
      assertThat(FOLLOWED.keySet()).as("expressions").isEqualTo(EXPRESSIONS.keySet());
      for (String refresh : List.of("append ", "merge ")) {
        assertThat(KINDS.keySet())
            .anyMatch(kind -> kind.startsWith(refresh) && kind.endsWith(LISTED_AGAIN));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void incrementalEqualsFull(long seed) {
    String settings =
        seed % 2 == 0
            ? TestProject.HADOOP
            : seed % 8 == 3 || seed % 8 == 5 ? TestProject.REMOTE : TestProject.SQLITE;
    try (TestProject project = TestProject.create(folder, settings)) {
      RandomWarehouse warehouse =
          RandomWarehouse.create(
              project.catalog(),
              seed,
              new RandomWarehouse.Options(seed % 4 < 2 ? 2 : 3, Partitioning.MIXED));
      project.write("types", warehouse.entityTypes());
      Map<String, RandomView> views = define(project, warehouse, seed);
      seedsRun++;
      List<RandomStep> history = new ArrayList<>();
      refresh(project, views, seed, history, true);
      Keys keys = seed % 3 == 0 ? Keys.MAY_REPEAT : Keys.UNIQUE;
      RandomChanges changes =
          RandomChanges.of(
              warehouse, seed, new RandomChanges.Options(EnumSet.allOf(Kind.class), keys));
      for (int step = 1; step <= STEPS; step++) {
        for (long change = 0; change <= (seed + step) % MOST_CHANGES; change++) {
          RandomStep made = changes.step();
          history.add(made);
          made.changes()
              .forEach(
                  one ->
                      CHANGES.merge(one.kind() + (seed % 4 < 2 ? " v2" : " v3"), 1, Integer::sum));
        }
        boolean compare = step % 2 == 0 || Long.getLong("bergview.seed") != null;
        refresh(project, views, seed, history, compare);
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
        project.write("views/w" + i + ".yaml", twin(view));
        project.apply();
        views.put(view.name(), view);
        DRAWN.defined();
      } catch (BergviewException unresolvable) {
        DRAWN.refused(unresolvable);
        project.remove("views/v" + i + ".yaml");
        project.remove("views/w" + i + ".yaml");
      }
    }
    return views;
  }

  private static String twin(RandomView view) {
    return view.text().replaceFirst(view.name(), view.name() + "Full")
        + "\n$refresh: {policy: full}\n";
  }

  private static void refresh(
      TestProject project,
      Map<String, RandomView> views,
      long seed,
      List<RandomStep> history,
      boolean compare) {
    views.forEach(
        (name, view) -> {
          RefreshOutcome outcome =
              project.refresh(
                  compare ? RefreshRequest.of(name, name + "Full") : RefreshRequest.of(name));
          outcome.done().stream()
              .filter(result -> result.view().equals(name))
              .forEach(
                  result -> {
                    KINDS.merge(
                        result.kind().label() + " " + result.reason() + repeats(history),
                        1,
                        Integer::sum);
                    if (result.rowsAdded() + result.rowsRemoved() > 0
                        && result.kind() != RefreshKind.FULL) {
                      followed(view);
                    }
                  });
          String context =
              "seed %d, %s after\n%s\n%s\n%s".formatted(seed, name, lines(history), view, outcome);
          if (!compare) {
            return;
          }
          if (outcome.failures().isEmpty()) {
            DRAWN.compared();
            assertThat(
                    CloseRows.differences(
                        RowContents.of(project.rows(name + "Full")),
                        RowContents.of(project.rows(name))))
                .as(context)
                .isEmpty();
          } else {
            DRAWN.failed(outcome);
            assertThat(outcome.failures()).as(context).hasSize(2);
            assertThat(outcome.failures().get(0).error().code())
                .as(context)
                .isEqualTo(outcome.failures().get(1).error().code());
          }
        });
  }

  private static void followed(RandomView view) {
    EXPRESSIONS.forEach(
        (kind, text) -> {
          if (Pattern.compile(text).matcher(view.text()).find()) {
            FOLLOWED.merge(kind, 1, Integer::sum);
          }
        });
  }

  /** Marks what is refreshed after a file was listed again. */
  private static String repeats(List<RandomStep> history) {
    return history.stream()
            .flatMap(step -> step.changes().stream())
            .anyMatch(change -> change.kind() == Kind.LIST_FILE_AGAIN)
        ? LISTED_AGAIN
        : "";
  }

  private static String lines(List<RandomStep> history) {
    StringBuilder lines = new StringBuilder();
    history.forEach(step -> lines.append(step).append('\n'));
    return lines.toString();
  }
}
