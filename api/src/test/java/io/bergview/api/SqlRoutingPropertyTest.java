package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.CloseDoubles;
import io.bergview.fixtures.RandomQueryTables;
import io.bergview.fixtures.RandomStarQuery;
import io.bergview.fixtures.RandomStarQuery.Part;
import io.bergview.fixtures.RandomStarQuery.RandomQueryText;
import io.bergview.fixtures.Seeds;
import io.bergview.projection.definition.SqlText;
import io.bergview.query.FindQuery;
import io.bergview.query.Routing.RoutingCandidate;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What views answer of queries in SQL equals what the tables do, over random views and queries. */
@Tag("seeded")
class SqlRoutingPropertyTest {
  private static final int VIEWS = 6;
  private static final int QUERIES = 100;
  private static final int PAIRS = 24;

  /** Queries of two others, each of which may be answered by a view of its own. */
  private static final List<String> OF_TWO =
      List.of(
          "SELECT x.*, y.n FROM (%s) AS x LEFT JOIN (SELECT c0 IS NULL AS none, count(*) AS n FROM"
              + " (%s) AS q GROUP BY 1) AS y ON (x.c0 IS NULL) = y.none",
          "SELECT count(*) AS n, count(c0) AS m FROM (%s) AS x UNION ALL SELECT count(*), count(c0)"
              + " FROM (%s) AS y",
          "WITH x AS (%s), y AS (%s) SELECT count(*) AS n, (SELECT count(c0) FROM y) AS m FROM x");

  private static final int SEEDS_WITH_EVERY_PART = 12;

  private static final Map<String, String> IN_THE_VIEW_LANGUAGE =
      Map.of(
          "types/A.yaml",
          "{$type: A, $table: s.a}\n",
          "views/Rows.yaml",
          "{$type: Rows, $from: A, $filter: {g: {$gte: 1}}}\n",
          "views/Groups.yaml",
          "{$type: Groups, $from: A, $groupBy: [g, s], $compute: {many: {$count: '*'}, total:"
              + " {$sum: n}, least: {$min: n}, mean: {$avg: f}}}\n");

  @TempDir Path folder;

  private final Map<Part, Integer> answered = new EnumMap<>(Part.class);
  private final Map<String, Integer> ways = new TreeMap<>();
  private int seeds;
  private int asked;
  private int byTwo;

  @Test
  void whatViewsAnswerEqualsWhatTablesDo() {
    Seeds.of(1, 12).forEach(this::check);
    System.out.println("of " + asked + " queries views answered " + ways + ": " + answered);
    System.out.println("of " + PAIRS * seeds + " queries of two, two views or more: " + byTwo);
    if (!Seeds.arePreset()) {
      return;
    }
    assertThat(byTwo).as("pairs answered by two views").isGreaterThan(PAIRS * seeds / 12);
    int all = ways.values().stream().mapToInt(Integer::intValue).sum();
    assertThat(all).as("of %d queries: %s", asked, ways).isGreaterThan(asked / 8);
    if (seeds >= SEEDS_WITH_EVERY_PART) {
      assertThat(answered.keySet()).isEqualTo(EnumSet.allOf(Part.class));
      assertThat(ways.keySet())
          .containsExactly(
              "its groups are rolled up",
              "its groups are the answer's",
              "its rows are grouped",
              "its rows are the answer's");
    }
  }

  private void check(long seed) {
    seeds++;
    Random random = new Random(seed);
    Path project = folder.resolve("p" + seed);
    try (Bergview bergview =
        Projects.create(
            project, "settings: {memory-limit: 512MiB, threads: 2}\n", IN_THE_VIEW_LANGUAGE)) {
      ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("s"));
      new RandomQueryTables(bergview.catalog("lake"), random);
      List<RandomStarQuery> views =
          IntStream.range(0, VIEWS).mapToObj(i -> new RandomStarQuery(random)).toList();
      for (int i = 0; i < VIEWS; i++) {
        Projects.write(
            project.resolve("views/V" + i + ".yaml"),
            "$type: V%d\n$sql: |\n  %s\n".formatted(i, views.get(i).sql()));
      }
      bergview.apply();
      bergview.refreshView(RefreshRequest.ofAll());
      for (int i = 0; i < QUERIES; i++) {
        RandomStarQuery view = views.get(random.nextInt(VIEWS));
        ask(bergview, view.near(random), "seed %d, near %s".formatted(seed, view.sql()));
      }
      for (int i = 0; i < PAIRS; i++) {
        RandomStarQuery one = views.get(random.nextInt(VIEWS));
        RandomQueryText other = views.get(random.nextInt(VIEWS)).near(random);
        String sql = OF_TWO.get(i % OF_TWO.size()).formatted(one.sql(), other.sql());
        Find find = bergview.find(FindQuery.select(SqlText.of(sql)));
        List<RoutingCandidate> chosen = find.explain().allChosen();
        byTwo += chosen.size() > 1 ? 1 : 0;
        assertAlike(find, "seed %d: %s\nby %s".formatted(seed, sql, chosen));
      }
    }
  }

  private void ask(Bergview bergview, RandomQueryText query, String context) {
    asked++;
    Find find = bergview.find(FindQuery.select(SqlText.of(query.sql())));
    Optional<RoutingCandidate> by = find.explain().chosen();
    if (by.isEmpty() || by.get().view().isEmpty()) {
      return;
    }
    String why = by.get().why();
    ways.merge(why.substring(why.indexOf(';') + 2), 1, Integer::sum);
    query.parts().forEach(part -> answered.merge(part, 1, Integer::sum));
    String what = "%s\n%s\nby %s".formatted(context, query.sql(), by.get());
    assertAlike(find, what);
    String ordered = "SELECT * FROM (%s) AS q ORDER BY 1 DESC".formatted(query.sql());
    assertFirstColumnIsOrdered(bergview.find(FindQuery.select(SqlText.of(ordered))), what);
  }

  private static void assertAlike(Find find, String what) {
    List<List<@Nullable Object>> routed = rows(find);
    List<List<@Nullable Object>> unrouted = rows(find.withoutRoute());
    assertThat(routed).as(what).hasSameSizeAs(unrouted);
    for (int i = 0; i < routed.size(); i++) {
      List<@Nullable Object> other = unrouted.get(i);
      for (int column = 0; column < other.size(); column++) {
        assertThat(isSame(routed.get(i).get(column), other.get(column)))
            .as("%s\n%s and\n%s", what, routed, unrouted)
            .isTrue();
      }
    }
  }

  /** Rows that are equal in it may come in any order, so nothing else is compared. */
  private static void assertFirstColumnIsOrdered(Find find, String what) {
    List<List<@Nullable Object>> routed = unsorted(find);
    List<List<@Nullable Object>> unrouted = unsorted(find.withoutRoute());
    for (int i = 0; i < unrouted.size(); i++) {
      assertThat(isSame(routed.get(i).get(0), unrouted.get(i).get(0)))
          .as("in order: %s\n%s and\n%s", what, routed, unrouted)
          .isTrue();
    }
  }

  private static List<List<@Nullable Object>> rows(Find find) {
    return unsorted(find).stream()
        .sorted(Comparator.comparing(SqlRoutingPropertyTest::rounded))
        .toList();
  }

  private static List<List<@Nullable Object>> unsorted(Find find) {
    return Projects.rows(find).stream()
        .map(row -> (List<@Nullable Object>) new ArrayList<@Nullable Object>(row.values()))
        .toList();
  }

  private static String rounded(List<@Nullable Object> row) {
    return row.stream()
        .map(
            value ->
                value instanceof Double number
                    ? String.format(Locale.ROOT, "%.5e", number)
                    : String.valueOf(value))
        .toList()
        .toString();
  }

  private static boolean isSame(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Double left && other instanceof Double right) {
      return CloseDoubles.areClose(left, right, 1);
    }
    return one == null ? other == null : one.equals(other);
  }
}
