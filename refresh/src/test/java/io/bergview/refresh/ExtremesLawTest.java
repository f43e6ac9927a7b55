package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Seeds;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionSettings;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.resolve.ViewResolver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is kept of the least and greatest values of groups, followed over many changes that take
 * rows from either end: whatever was used up on the way, each time it is the beginning of what
 * computing anew gives. Values are of every type, few, often equal, and may be null or NaN.
 */
@Tag("seeded")
class ExtremesLawTest {
  private static final int CHANGES = 12;
  private static final int FIRST_VALUE = 3;

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.of(1, 3);
  }

  /** A third of the types with each seed. */
  private static List<Types.NestedField> columns(AlgebraTables tables, long seed) {
    return tables.schema(tables.type("Reading").orElseThrow()).columns().stream()
        .filter(column -> column.fieldId() >= FIRST_VALUE && column.fieldId() % 3 == seed % 3)
        .toList();
  }

  private static String view(List<Types.NestedField> columns, String groupBy) {
    StringBuilder text = new StringBuilder("$type: V\n$from: Reading\n$groupBy: " + groupBy + "\n");
    text.append("$compute:\n");
    for (Types.NestedField column : columns) {
      text.append(
          "  least_%1$s: {$min: %1$s}\n  most_%1$s: {$max: %1$s}\n".formatted(column.name()));
    }
    return text.toString();
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("seeds")
  void storedExtremesAreAPrefixOfThoseOfARecompute(long seed) {
    Map<Integer, Long> again = new LinkedHashMap<>();
    for (int extremes : List.of(0, 1, 2, ViewResolver.EXTREMES)) {
      for (String groupBy : List.of("[place]", "[]")) {
        again.merge(extremes, followed(seed, extremes, groupBy), Long::sum);
      }
    }
    System.out.println("seed " + seed + ", groups computed again by extremes kept: " + again);
    if (Seeds.arePreset()) {
      assertThat(again.get(1)).isPositive().isLessThanOrEqualTo(again.get(0));
      assertThat(again.get(2)).isLessThanOrEqualTo(again.get(1));
      assertThat(again.get(ViewResolver.EXTREMES)).isLessThan(again.get(2));
    }
  }

  /** How many groups were computed again on the way. */
  private long followed(long seed, int extremes, String groupBy) {
    try (DuckDbSession session =
        DuckDbSession.open(SessionSettings.defaults().withTempDirectory(folder).withThreads(1))) {
      AlgebraTables tables = new AlgebraTables(session, seed);
      Random random = new Random(seed);
      List<Types.NestedField> columns = columns(tables, seed);
      ResolvedView view = tables.resolve(view(columns, groupBy), extremes);
      String stored = AlgebraLaw.stored(view, tables);
      long again = 0;
      for (int change = 1; change <= CHANGES; change++) {
        String order =
            "c%d %s NULLS LAST, c1"
                .formatted(
                    columns.get(random.nextInt(columns.size())).fieldId(),
                    random.nextBoolean() ? "DESC" : "ASC");
        boolean many = random.nextInt(6) == 0;
        int gone = many ? random.nextInt(8, 30) : random.nextInt(4);
        tables.change("Reading", order, gone, many ? random.nextInt(30) : random.nextInt(4));
        AlgebraLaw law =
            new AlgebraLaw(
                view,
                tables,
                "seed %d, change %d by %s, %d extremes by %s"
                    .formatted(seed, change, order, extremes, groupBy),
                stored);
        law.check();
        again += law.groupsAgain();
        stored = law.followed();
      }
      return again;
    }
  }

  @Test
  void valuesGoOneByOneUntilNoneIsKept() {
    try (DuckDbSession session =
        DuckDbSession.open(SessionSettings.defaults().withTempDirectory(folder).withThreads(1))) {
      AlgebraTables tables = new AlgebraTables(session, 1);
      ResolvedView view =
          tables.resolve(
              "$type: V\n$from: Reading\n$groupBy: []\n$compute: {most: {$max: always}}");
      String stored = AlgebraLaw.stored(view, tables);
      List<Long> again = new ArrayList<>();
      for (int i : IntStream.rangeClosed(1, 20).toArray()) {
        tables.change("Reading", "c3 DESC", 1, 0);
        AlgebraLaw law = new AlgebraLaw(view, tables, "value " + i, stored);
        law.check();
        again.add(law.groupsAgain());
        stored = law.followed();
      }
      // The eighth takes the last that is kept, and eight more are found.
      assertThat(again)
          .containsExactly(
              0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L, 0L, 0L, 0L, 0L);
    }
  }
}
