package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.fixtures.RandomQuery;
import io.bergview.fixtures.RandomQueryTables;
import io.bergview.fixtures.Seeds;
import io.bergview.verify.VerifyResult;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The law of incremental refresh for views in SQL: whatever the query and the changes, a view has
 * the rows that a recompute gives. A seed is reproduced by {@code mvn test -pl refresh -am
 * -Dtest=RandomQueriesTest -Dsurefire.failIfNoSpecifiedTests=false -Dbergview.seed=17}.
 */
@Tag("seeded")
class RandomQueriesTest {
  private static final int VIEWS = 8;
  private static final int CHANGES = 4;

  /**
   * Of each seed's views so many have a given part, so that the seeds meet one part after another.
   */
  private static final int GIVEN = 4;

  @TempDir Path folder;

  private final Map<RandomQuery.Part, Integer> parts = new EnumMap<>(RandomQuery.Part.class);
  private final Map<RefreshKind, Integer> kinds = new EnumMap<>(RefreshKind.class);
  private int seeds;

  @Test
  void followedQueriesAreWhatARecomputeGives() {
    Seeds.of(2, 12).forEach(this::check);
    System.out.println(seeds + " seeds; refreshes by kind: " + kinds + "; parts: " + parts);
    if (Seeds.arePreset()) {
      int given = Math.min(RandomQuery.Part.values().length, GIVEN * seeds);
      assertThat(parts.keySet()).as("parts of queries").hasSizeGreaterThanOrEqualTo(given);
      int followed =
          kinds.getOrDefault(RefreshKind.MERGE, 0) + kinds.getOrDefault(RefreshKind.APPEND, 0);
      int full = kinds.getOrDefault(RefreshKind.FULL, 0);
      assertThat(followed).as("refreshes %s", kinds).isGreaterThan(4 * full);
    }
  }

  private static RandomQuery.Part given(long seed, int view) {
    RandomQuery.Part[] all = RandomQuery.Part.values();
    return all[(int) ((seed * GIVEN + view) % all.length)];
  }

  private void check(long seed) {
    seeds++;
    Random random = new Random(seed);
    try (TestProject project = TestProject.create(folder.resolve("p" + seed), TestProject.SQLITE)) {
      project.createNamespace("s");
      RandomQueryTables tables = new RandomQueryTables(project.catalog(), random);
      Map<String, String> queries = new LinkedHashMap<>();
      for (int i = 1; i <= VIEWS; i++) {
        RandomQuery.Drawn drawn =
            i <= GIVEN ? RandomQuery.draw(random, given(seed, i)) : RandomQuery.draw(random);
        drawn.parts().forEach(part -> parts.merge(part, 1, Integer::sum));
        queries.put("V" + i, drawn.sql());
        project.write(
            "views/V" + i + ".yaml", "$type: V%d\n$sql: |\n  %s\n".formatted(i, drawn.sql()));
      }
      at(seed, "", String.valueOf(queries), project::apply);
      queries.forEach((view, sql) -> at(seed, view, sql, () -> project.refresh(view)));
      for (int change = 1; change <= CHANGES; change++) {
        String done = tables.change();
        queries.forEach(
            (view, sql) -> at(seed, view, sql + "\nafter " + done, () -> refreshed(project, view)));
      }
    }
  }

  private void refreshed(TestProject project, String view) {
    RefreshResult result = project.refresh(view);
    kinds.merge(result.kind(), 1, Integer::sum);
    VerifyResult verified = project.verify(view);
    assertThat(verified.equal()).as("%s, %s", result, verified).isTrue();
  }

  private static void at(long seed, String view, String sql, Runnable step) {
    try {
      step.run();
    } catch (BergviewException
        | AssertionError
        | IllegalStateException
        | NullPointerException
        | IllegalArgumentException e) {
      throw new AssertionError("seed %d, %s: %s\n%s".formatted(seed, view, e.getMessage(), sql), e);
    }
  }
}
