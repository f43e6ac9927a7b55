package io.bergview.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.bergview.cli.fuzz.Surface.Outcome;
import io.bergview.cli.fuzz.Surface.Reached;
import io.bergview.fixtures.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever comes in, there is a clear error, nothing is lost and nothing is leaked: good input by
 * the thousand to which something was done, by seed. What counts as a fault is in {@link Faults}.
 *
 * <p>{@code -Dbergview.fuzz.cases=100000} runs so many cases in all, {@code
 * -Dbergview.fuzz.first=5000} begins with that seed, {@code -Dbergview.fuzz.kind=http} takes one
 * kind, {@code -Dbergview.fuzz.case=queries:17} runs that one alone and prints it; pass them as
 * {@code -Dbergview.test.flags=-Dbergview.fuzz.case=queries:17}.
 */
@Tag("seeded")
class FuzzTest {
  private static final int CASES =
      Integer.getInteger("bergview.fuzz.cases", Seeds.many() ? 1_200 : 80);
  private static final long FIRST = Long.getLong("bergview.fuzz.first", 1);
  private static final String ONE = System.getProperty("bergview.fuzz.case", "");
  private static final String KIND = System.getProperty("bergview.fuzz.kind", "");
  private static final Duration HANGS = Duration.ofMinutes(2);

  /** Of the thread that draws: what is nested deeply is written by methods that call themselves. */
  private static final long STACK_BYTES = 1L << 26;

  /** With fewer cases chance alone may leave a mutation out. */
  private static final int CASES_PER_MUTATION = 5;

  /** With fewer cases a share differs by chance by more than it says. */
  private static final int CASES_PER_SHARE = 150;

  private static final int MOST_TOLD = 60;

  @TempDir private Path folder;

  /** All of the surfaces. */
  enum Way {
    DEFINITIONS,
    QUESTIONS,
    HTTP,
    PROJECT_FILE,
    STORED_STATE,
    ROWS,
    COMMAND_LINES;

    Surface open(Path folder) {
      return switch (this) {
        case DEFINITIONS -> new DefinitionSurface(folder);
        case QUESTIONS -> new QuerySurface(folder);
        case HTTP -> new HttpSurface(folder);
        case PROJECT_FILE -> new ProjectFileSurface(folder);
        case STORED_STATE -> new StoredStateSurface(folder);
        case ROWS -> new RowSurface(folder);
        case COMMAND_LINES -> new CommandLineSurface(folder);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyInputGetsAResultOrAClearError(Way way) throws Exception {
    String kind = way.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    Assumptions.assumeTrue(ONE.isEmpty() || ONE.startsWith(kind + ":"), "another case is asked");
    Assumptions.assumeTrue(KIND.isEmpty() || KIND.equals(kind), "another kind is asked");
    ExecutorService runner = Executors.newSingleThreadExecutor();
    ExecutorService drawer =
        Executors.newSingleThreadExecutor(draw -> new Thread(null, draw, "draw", STACK_BYTES));
    try (Surface surface = way.open(folder)) {
      if (!ONE.isEmpty()) {
        long seed = Long.parseLong(ONE.substring(kind.length() + 1));
        showOne(surface, runner, drawer.submit(() -> surface.draw(seed)).get());
        return;
      }
      Tally tally = new Tally(surface);
      int cases =
          Math.max(1, (int) ((long) CASES * surface.shares().ofHundredThousand() / 100_000));
      for (long seed = FIRST; seed < FIRST + cases; seed++) {
        long each = seed;
        tally.count(seed, run(surface, runner, drawer.submit(() -> surface.draw(each)).get()));
      }
      System.out.println(tally);
      if (!tally.failures.isEmpty()) {
        fail(
            "%d of %d cases of %s%n%s", tally.failed, cases, kind, String.join("", tally.failures));
      }
      assertThat(surface.litter()).as("files left behind").isEmpty();
      if (FIRST == 1) { // Of other seeds it is not known what they show.
        tally.checkCoverage(cases);
      }
    } finally {
      runner.shutdownNow();
      drawer.shutdownNow();
    }
  }

  private record Tried(Surface.Case one, Reached reached, List<String> faults, Duration taken) {}

  private static Tried run(Surface surface, ExecutorService runner, Surface.Case one)
      throws InterruptedException {
    long began = System.nanoTime();
    Future<Outcome> running = runner.submit(() -> one.action().run());
    try {
      Outcome outcome = running.get(HANGS.toMillis(), TimeUnit.MILLISECONDS);
      Duration taken = Duration.ofNanos(System.nanoTime() - began);
      return new Tried(
          one, outcome.reached(), Faults.of(one.input(), outcome, surface.secrets()), taken);
    } catch (TimeoutException e) {
      running.cancel(true);
      return new Tried(one, Reached.SYNTAX, List.of("no end after " + HANGS), HANGS);
    } catch (ExecutionException e) {
      Duration taken = Duration.ofNanos(System.nanoTime() - began);
      return new Tried(one, Reached.SYNTAX, List.of("it threw " + e.getCause()), taken);
    }
  }

  private static void showOne(Surface surface, ExecutorService runner, Surface.Case one)
      throws InterruptedException {
    System.out.println(one.mutation() + "\n" + one.input());
    try {
      Outcome outcome = runner.submit(() -> one.action().run()).get();
      System.out.println(outcome.reached() + "\n" + outcome.data() + "\n" + outcome.messages());
      assertThat(Faults.of(one.input(), outcome, surface.secrets())).isEmpty();
    } catch (ExecutionException e) {
      throw new AssertionError("it threw", e.getCause());
    }
  }

  /** What was seen of a surface. */
  private static final class Tally {
    private final Surface surface;
    private final Map<String, Integer> byMutation = new TreeMap<>();
    private final Map<Reached, Integer> byReached = new EnumMap<>(Reached.class);
    private final List<String> failures = new ArrayList<>();
    private Duration longest = Duration.ZERO;
    private long slowest;
    private int failed;

    Tally(Surface surface) {
      this.surface = surface;
      surface.mutations().forEach(mutation -> byMutation.put(mutation, 0));
      for (Reached reached : Reached.values()) {
        byReached.put(reached, 0);
      }
    }

    void count(long seed, Tried tried) {
      byMutation.merge(tried.one().mutation(), 1, Integer::sum);
      byReached.merge(tried.reached(), 1, Integer::sum);
      if (tried.taken().compareTo(longest) > 0) {
        longest = tried.taken();
        slowest = seed;
      }
      if (!tried.faults().isEmpty() && ++failed <= MOST_TOLD) {
        failures.add(
            """

            %s
              input: %s (%s)
              again: mvn test -pl cli -am -Dtest=FuzzTest -Dsurefire.failIfNoSpecifiedTests=false \
            -Dbergview.test.flags=-Dbergview.fuzz.case=%s:%d
            """
                .formatted(
                    String.join("\n", tried.faults()),
                    Printable.of(tried.one().input()),
                    tried.one().mutation(),
                    surface.name(),
                    seed));
      }
    }

    void checkCoverage(int cases) {
      if (cases < surface.mutations().size() * CASES_PER_MUTATION) {
        return;
      }
      assertThat(byMutation).as("every mutation occurred").doesNotContainValue(0);
      assertThat(byMutation.keySet()).hasSameElementsAs(surface.mutations());
      if (cases < CASES_PER_SHARE) {
        return;
      }
      int done = byReached.get(Reached.DONE);
      assertThat(100 * (done + byReached.get(Reached.MEANING)) / cases)
          .as("percentage of %s that came further than their syntax", surface.name())
          .isGreaterThanOrEqualTo(surface.shares().leastPastSyntax());
      assertThat(100 * done / cases)
          .as("percentage of %s that were done", surface.name())
          .isGreaterThanOrEqualTo(surface.shares().leastDone());
    }

    @Override
    public String toString() {
      return "%s: reached %s, faults in %d, longest %d ms (%d); by mutation %s"
          .formatted(surface.name(), byReached, failed, longest.toMillis(), slowest, byMutation);
    }
  }
}
