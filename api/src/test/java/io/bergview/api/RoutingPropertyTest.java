package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.fixtures.CloseDoubles;
import io.bergview.fixtures.RandomView;
import io.bergview.fixtures.RandomViews;
import io.bergview.fixtures.RandomWarehouse;
import io.bergview.fixtures.RandomWarehouse.Partitioning;
import io.bergview.fixtures.Seeds;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.GroupKey;
import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.query.FindQuery;
import io.bergview.query.QueryText;
import io.bergview.query.Routing;
import io.bergview.refresh.RefreshRequest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A routed answer equals the unrouted one, over random warehouses, views and queries. The queries
 * are drawn near the views, or few of them would be covered.
 */
@Tag("contract")
@Tag("seeded")
class RoutingPropertyTest {
  private static final int SEEDS_WITH_EVERY_WAY = 6;
  private static final int VIEWS = 7;
  private static final int QUESTIONS = 6;

  @TempDir Path folder;

  private final Map<String, Integer> ways = new TreeMap<>();
  private int seedsRun;
  private int asked;
  private int refused;

  @Test
  void aRoutedAnswerEqualsTheUnroutedOne() {
    Seeds.of(1, SEEDS_WITH_EVERY_WAY)
        .forEach(
            seed -> {
              warehouse(seed);
              seedsRun++;
            });
    System.out.println(
        "%d questions, %d refused; answered by views: %s".formatted(asked, refused, ways));
    if (!Seeds.arePreset()) {
      return;
    }
    assertThat(ways).as("questions that a view answered").isNotEmpty();
    assertThat(refused)
        .as("questions of %d that cannot be asked", asked)
        .isLessThanOrEqualTo(asked / 4);
    if (seedsRun < SEEDS_WITH_EVERY_WAY) {
      return;
    }
    assertThat(ways.keySet())
        .as("ways that were taken: %s", ways)
        .contains(
            "its rows are the answer's",
            "its rows are grouped",
            "its groups are the answer's",
            "its groups are rolled up");
  }

  private void warehouse(long seed) {
    Path project = folder.resolve("w" + seed);
    try (Bergview bergview = Projects.create(project, "", Map.of())) {
      RandomWarehouse tables =
          RandomWarehouse.create(
              bergview.catalog("lake"),
              seed,
              new RandomWarehouse.Options(seed % 2 == 0 ? 2 : 3, Partitioning.MIXED));
      tables
          .entityTypes()
          .forEach((name, text) -> Projects.write(project.resolve("types/" + name), text));
      List<ViewDefinition> views = new ArrayList<>();
      for (int i = 0; i < VIEWS; i++) {
        RandomView view = RandomViews.of(tables, seed * 100 + i, "Random" + i);
        Projects.write(project.resolve("views/" + view.name() + ".yaml"), view.text());
        views.add(
            (ViewDefinition)
                new DefinitionReader(Set.of("lake"))
                    .read(view.name() + ".yaml", view.text())
                    .get(0));
      }
      bergview.apply();
      bergview.refreshView(RefreshRequest.ofAll());
      Random random = new Random(seed);
      for (ViewDefinition view : views) {
        for (int i = 0; i < QUESTIONS; i++) {
          ask(bergview, seed, query(view, tables.table(view.from()), random));
        }
      }
    }
  }

  private void ask(Bergview bergview, long seed, FindQuery query) {
    Find find = bergview.find(query);
    List<Map<String, Object>> unrouted;
    Optional<Routing.RoutingCandidate> by;
    asked++;
    try {
      by = find.explain().chosen();
      unrouted = rows(find.withoutRoute());
    } catch (BergviewException notToBeAsked) {
      refused++; // An overflow, a duplicate key, two columns of one name.
      return;
    }
    if (by.isPresent() && by.get().view().isPresent()) {
      String why = by.get().why();
      ways.merge(why.substring(why.indexOf(';') + 2), 1, Integer::sum);
      assertSame(
          "seed %d, %s by %s".formatted(seed, query, by.get()),
          sorted(rows(find)),
          sorted(unrouted));
    }
  }

  private static FindQuery query(ViewDefinition view, Table root, Random random) {
    FindQuery.Builder query = FindQuery.of(view.from()).toBuilder();
    view.filter().ifPresent(query::filter);
    view.unnest().ifPresent(query::unnest);
    if (view.groupBy().isPresent()) {
      query.groupBy(
          view.groupBy().get().stream()
              .filter(key -> random.nextInt(4) > 0)
              .map(key -> coarser(key, random))
              .toList());
      query.compute(some(view.compute(), random));
    } else if (view.unnest().isEmpty() && random.nextBoolean()) {
      grouped(query, root, random);
    } else {
      query.include(view.expand().stream().filter(path -> random.nextInt(4) > 0).toList());
      query.compute(view.compute());
    }
    return query.build();
  }

  private static GroupKey coarser(GroupKey key, Random random) {
    Optional<TimeUnit> unit =
        key.unit().map(fine -> TimeUnit.values()[random.nextInt(fine.ordinal() + 1)]);
    return new GroupKey(key.value(), unit, key.name(), key.timezone());
  }

  private static <T> Map<String, T> some(Map<String, T> all, Random random) {
    Map<String, T> some = new LinkedHashMap<>(all);
    some.keySet().removeIf(name -> some.size() > 1 && random.nextInt(3) == 0);
    return some;
  }

  private static void grouped(FindQuery.Builder query, Table root, Random random) {
    List<String> plain =
        root.schema().columns().stream()
            .filter(column -> column.type().isPrimitiveType())
            .map(Types.NestedField::name)
            .toList();
    List<String> numbers =
        root.schema().columns().stream()
            .filter(
                column ->
                    switch (column.type().typeId()) {
                      case INTEGER, LONG, FLOAT, DOUBLE, DECIMAL -> true;
                      default -> false;
                    })
            .map(Types.NestedField::name)
            .toList();
    query.groupBy(
        List.of(
            new GroupKey(
                ColumnPath.of(plain.get(random.nextInt(plain.size()))),
                Optional.empty(),
                Optional.of("of group"),
                Optional.empty())));
    String number = numbers.isEmpty() ? "" : numbers.get(random.nextInt(numbers.size()));
    QueryText.compute(
        query,
        numbers.isEmpty()
            ? "{n: {$count: \"*\"}}"
            : "{n: {$count: \"*\"}, least: {$min: \"`%1$s`\"}, mean: {$avg: \"`%1$s`\"}, spread: {$stddev: \"`%1$s`\"}}"
                .formatted(number));
  }

  private static List<Map<String, Object>> sorted(List<Map<String, Object>> rows) {
    return rows.stream().sorted(Comparator.comparing(RoutingPropertyTest::rounded)).toList();
  }

  /** What a row holds, floating point roughly. */
  private static String rounded(Map<String, Object> row) {
    return row.values().stream().map(RoutingPropertyTest::text).collect(Collectors.joining(";"));
  }

  private static String text(@Nullable Object value) {
    if (value instanceof Double || value instanceof Float) {
      return String.format(Locale.ROOT, "%.5e", ((Number) value).doubleValue());
    }
    if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      return HexFormat.of().formatHex(copy);
    }
    if (value instanceof List<?> elements) {
      return elements.stream().map(RoutingPropertyTest::text).toList().toString();
    }
    if (value instanceof Map<?, ?> fields) {
      return fields.values().stream().map(RoutingPropertyTest::text).toList().toString();
    }
    return String.valueOf(value);
  }

  private static void assertSame(
      String what, List<Map<String, Object>> routed, List<Map<String, Object>> unrouted) {
    assertThat(routed).as(what).hasSameSizeAs(unrouted);
    for (int i = 0; i < routed.size(); i++) {
      Map<String, Object> one = routed.get(i);
      Map<String, Object> other = unrouted.get(i);
      assertThat(one.keySet()).as(what).isEqualTo(other.keySet());
      one.forEach(
          (name, value) ->
              assertThat(isSame(value, other.get(name)))
                  .as("%s: %s of %s and %s", what, name, one, other)
                  .isTrue());
    }
  }

  private static boolean isSame(Object one, Object other) {
    if (one instanceof Double left && other instanceof Double right) {
      return CloseDoubles.areClose(left, right, 1);
    }
    return one == null ? other == null : one.equals(other);
  }
}
