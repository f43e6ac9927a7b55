package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.api.Find;
import io.bergview.fixtures.RandomGroupQuery;
import io.bergview.fixtures.RandomGroups;
import io.bergview.fixtures.Seeds;
import io.bergview.query.QueryResult;
import io.bergview.refresh.RefreshRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random queries about groups give what Spark answers to the same in SQL, whoever answers them.
 * {@code -Dbergview.seed=17} asks those of one table.
 */
@Tag("long")
class RoutedGroupsAgainstSparkTest {
  private static final int QUESTIONS = 40;

  static LongStream seeds() {
    return Seeds.of(3, 3);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void answersAreSparks(long seed, @TempDir Path folder) throws IOException {
    try (Lake lake = Lake.create(folder, Map.of("Reading.yaml", RandomGroups.TYPE))) {
      RandomGroups groups = RandomGroups.create(lake.catalog(), seed);
      Files.createDirectories(folder.resolve("views"));
      for (Map.Entry<String, String> view : groups.views().entrySet()) {
        Files.writeString(folder.resolve("views/" + view.getKey() + ".yaml"), view.getValue());
      }
      try (Bergview bergview = Bergview.open(folder)) {
        bergview.apply();
        bergview.refreshView(RefreshRequest.ofAll());
        int routed = 0;
        for (int number = 1; number <= QUESTIONS; number++) {
          routed += ask(bergview, lake, seed, groups.query(number)) ? 1 : 0;
        }
        System.out.println("seed " + seed + ", questions that views answered: " + routed);
        if (Seeds.arePreset()) {
          assertThat(routed).as("questions that views answered").isGreaterThan(QUESTIONS / 5);
        }
      }
    }
  }

  /** Whether a view answered. */
  private static boolean ask(Bergview bergview, Lake lake, long seed, RandomGroupQuery query)
      throws IOException {
    Find find =
        bergview
            .find("Reading")
            .groupBy(String.join(",", query.groupBy()))
            .compute(query.compute());
    if (!query.filter().isEmpty()) {
      find = find.filter(query.filter());
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (QueryResult answer = find.answer()) {
      answer.forEachRow(row -> rows.add(new ArrayList<>(row)));
      io.bergview.interop.ComparableRows found =
          io.bergview.interop.ComparableRows.of(
              answer.schema().columns().stream().map(Types.NestedField::name).toList(), rows);
      Bags.assertSame(
          "seed %d, %s by %s".formatted(seed, query, answer.origin().state()),
          found,
          "Spark",
          lake.spark(query.sql()));
      return answer.origin().state().isPresent();
    }
  }
}
