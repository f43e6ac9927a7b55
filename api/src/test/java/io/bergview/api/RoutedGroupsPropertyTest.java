package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.CloseDoubles;
import io.bergview.fixtures.RandomGroupQuery;
import io.bergview.fixtures.RandomGroups;
import io.bergview.fixtures.Seeds;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What views of groups answer equals what the table does, over random groups, filters and
 * aggregates in random order, of values with nulls beside them.
 *
 * <p>A seed is a table, five views of it, and forty queries. {@code -Dbergview.seeds=350} runs so
 * many seeds, {@code -Dbergview.seed=17} that one alone; pass them as {@code
 * -Dbergview.test.flags=-Dbergview.seed=17}.
 */
@Tag("seeded")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutedGroupsPropertyTest {
  private static final int QUESTIONS = 40;
  private static final int SEEDS_WITH_EVERY_KIND = 16;

  private int seedsRun;
  private final Map<String, Integer> asked = new TreeMap<>();
  private final Map<String, Integer> routed = new TreeMap<>();
  private final Map<String, Integer> ways = new TreeMap<>();

  static LongStream seeds() {
    return Seeds.of(1, 16);
  }

  /** With few seeds, not all kinds are to be expected. */
  @AfterAll
  void everyKindWasRouted() {
    System.out.println("asked by kind: " + asked + "\nrouted by kind: " + routed + "\n" + ways);
    if (!Seeds.arePreset()) {
      return;
    }
    assertThat(routed).as("questions that views answered, by kind").isNotEmpty();
    if (seedsRun >= SEEDS_WITH_EVERY_KIND) {
      assertThat(routed.keySet()).as("%s", routed).containsAll(RandomGroupQuery.everyKind());
      assertThat(ways.keySet()).contains("its groups are the answer's", "its groups are rolled up");
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatAViewOfGroupsAnswersEqualsWhatTheTableDoes(long seed, @TempDir Path folder) {
    try (Bergview bergview =
        Projects.create(
            folder,
            "settings: {memory-limit: 1GiB, threads: 2}\n",
            Map.of("types/Reading.yaml", RandomGroups.TYPE))) {
      RandomGroups groups = RandomGroups.create(bergview.catalog("lake"), seed);
      groups
          .views()
          .forEach((name, text) -> Projects.write(folder.resolve("views/" + name + ".yaml"), text));
      bergview.apply();
      bergview.refreshView(RefreshRequest.ofAll());
      seedsRun++;
      for (int number = 1; number <= QUESTIONS; number++) {
        ask(bergview, groups, number);
      }
    }
  }

  private void ask(Bergview bergview, RandomGroups groups, int number) {
    RandomGroupQuery query = groups.query(number);
    Find find =
        bergview
            .find("Reading")
            .groupBy(String.join(",", query.groupBy()))
            .compute(query.compute());
    if (!query.filter().isEmpty()) {
      find = find.filter(query.filter());
    }
    query.kinds().forEach(kind -> asked.merge(kind, 1, Integer::sum));
    var chosen = find.explain().chosen().orElseThrow();
    if (chosen.view().isEmpty()) {
      return;
    }
    query.kinds().forEach(kind -> routed.merge(kind, 1, Integer::sum));
    ways.merge(chosen.why().substring(chosen.why().indexOf(';') + 2), 1, Integer::sum);
    int keys = query.groupBy().size();
    assertSame(
        "%s\nby %s: %s\nagain by: mvn verify -pl api -am -Dtest=RoutedGroupsPropertyTest -Dsurefire.failIfNoSpecifiedTests=false -Dbergview.test.flags=-Dbergview.seed=%d"
            .formatted(query, chosen, groups.views().get(chosen.view().get()), groups.seed()),
        sorted(rows(find), keys),
        sorted(rows(find.withoutRoute()), keys));
  }

  /** By the group's keys, which come first. */
  private static List<Map<String, Object>> sorted(List<Map<String, Object>> rows, int keys) {
    return rows.stream()
        .sorted(Comparator.comparing(row -> row.values().stream().limit(keys).toList().toString()))
        .toList();
  }

  private static void assertSame(
      String what, List<Map<String, Object>> routed, List<Map<String, Object>> unrouted) {
    assertThat(routed).as(what).hasSameSizeAs(unrouted);
    for (int i = 0; i < routed.size(); i++) {
      Map<String, Object> one = routed.get(i);
      Map<String, Object> other = unrouted.get(i);
      assertThat(List.copyOf(one.keySet())).as(what).isEqualTo(List.copyOf(other.keySet()));
      one.forEach(
          (name, value) ->
              assertThat(isSame(name, value, other.get(name)))
                  .as("%s of\n%s and\n%s\n%s", name, one, other, what)
                  .isTrue());
    }
  }

  /** Extremes and values that are taken as they are, to the sign of a zero. */
  private static boolean isSame(String name, Object one, Object other) {
    boolean exact = name.matches("(min|max|condMax|first|last)_.*");
    if (one instanceof Double left && other instanceof Double right && !exact) {
      return CloseDoubles.areClose(left, right, 1);
    }
    return one == null ? other == null : one.equals(other);
  }
}
