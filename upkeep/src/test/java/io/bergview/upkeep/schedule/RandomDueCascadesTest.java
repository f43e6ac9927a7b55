package io.bergview.upkeep.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.Seeds;
import io.bergview.projection.definition.RefreshSettings.Mode;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * After a tick, every scheduled view whose upstream views may be brought along is what its
 * definition says of the base table as it is then, computed here in plain Java; whatever the shape
 * of the cascade, the modes of its views, and however many ticks nobody was there for.
 *
 * <p>{@code -Dbergview.seed=17} runs one cascade alone.
 */
@Tag("seeded")
class RandomDueCascadesTest {
  private static final int STEPS = 4;

  @TempDir Path folder;
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  static LongStream seeds() {
    return Seeds.of(1, 5);
  }

  /**
   * @param reads the view that it reads beside the orders or instead of them; none of the first
   * @param rows what it holds, by the ids of the orders with their states
   */
  private record Node(
      String refresh, List<String> reads, Function<Map<Long, String>, Object> rows) {
    /** Whether a refresh of a view that reads this one refreshes this one. */
    boolean comesAlong() {
      return !refresh.contains("false") && !refresh.contains("scheduled");
    }

    boolean isHourly() {
      return refresh.contains("@hourly");
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void afterATickScheduledViewsAreWhatTheirDefinitionsSay(long seed) {
    Random dice = new Random(seed);
    try (ScheduledProject project =
        new ScheduledProject(folder, "settings: {memory-limit: 512MiB, threads: 2}\n")) {
      define(project, dice);
      DueViews due = new DueViews(project.context);
      Instant tick = Instant.now().truncatedTo(ChronoUnit.HOURS);
      long id = 1;
      for (int step = 0; step < STEPS; step++) {
        for (int more = dice.nextInt(3); more > 0; more--) {
          project.addOrder(++id, List.of("paid", "open", "lost").get(dice.nextInt(3)));
        }
        tick = tick.plus(Duration.ofHours(1 + dice.nextInt(3)));
        project.time.set(tick);
        RefreshRequest request = DueViews.request(due.now());
        RefreshOutcome outcome =
            request.views().isEmpty()
                ? new RefreshOutcome(List.of(), List.of())
                : project.refresh(request);
        String context = "seed %d, step %d, %s\n%s".formatted(seed, step, nodes, outcome);
        check(project, outcome, context);
        assertThat(outcome.done().stream().map(result -> result.view()).toList())
            .as("each once: " + context)
            .doesNotHaveDuplicates();
      }
    }
  }

  /** Each view reads the orders, an earlier view, or two that stand on the same orders. */
  private void define(ScheduledProject project, Random dice) {
    StringBuilder type = new StringBuilder("$type: Order\n$table: shop.orders\n$id: id\n");
    StringBuilder keys = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      String group = "G" + i;
      String rows = "R" + i;
      String above = "A" + i;
      add(project, dice, group, List.of(), "$from: Order\n" + perStatus(), Grouped::of);
      type.append("rel%d: '-> %s'\n".formatted(i, group));
      keys.append(keys.isEmpty() ? "" : ", ").append("rel%d: status".formatted(i));
      project.type(type + "$keys: {" + keys + "}\n");
      if (dice.nextBoolean()) {
        add(
            project,
            dice,
            rows,
            List.of(group),
            "$from: Order\n$expand: [rel%d]\n$select: [id, rel%d_n]\n".formatted(i, i),
            Grouped::joined);
      }
      if (dice.nextBoolean()) {
        add(
            project,
            dice,
            above,
            List.of(group),
            "$from: %s\n$groupBy: []\n$compute: {total: {$sum: n}}\n".formatted(group),
            Grouped::total);
        if (dice.nextBoolean()) {
          add(
              project,
              dice,
              "T" + i,
              List.of(above),
              "$from: %s\n".formatted(above),
              Grouped::total);
        }
      }
      if (nodes.size() > 6) {
        return;
      }
    }
  }

  private static String perStatus() {
    return "$groupBy: [status]\n$compute: {n: {$count: '*'}}\n";
  }

  private void add(
      ScheduledProject project,
      Random dice,
      String name,
      List<String> reads,
      String definition,
      Function<Map<Long, String>, Object> rows) {
    String refresh =
        switch (dice.nextInt(8)) {
          case 0, 1, 2 -> "{mode: scheduled, schedule: '@hourly'}";
          case 3 -> "{mode: scheduled, schedule: '@yearly'}";
          case 4 -> "{mode: streaming}";
          case 5 -> "{cascade: false}";
          default -> "{mode: manual}";
        };
    nodes.put(name, new Node(refresh, reads, rows));
    project.define(name, definition + "$refresh: " + refresh + "\n");
  }

  private void check(ScheduledProject project, RefreshOutcome outcome, String context) {
    Map<Long, String> orders = orders(project);
    assertThat(outcome.failures())
        .as(context)
        .allSatisfy(
            failure ->
                assertThat(failure.error().code())
                    .isIn(ErrorCode.POLICY_REFUSED, ErrorCode.UPSTREAM_DIVERGED));
    assertThat(outcome.failures().stream().map(failure -> failure.view()).toList())
        .as(context)
        .noneMatch(view -> allComeAlong(view));
    nodes.forEach(
        (name, node) -> {
          if (node.isHourly() && allComeAlong(name)) {
            assertThat(held(project.view(name)))
                .as(name + ": " + context)
                .isEqualTo(node.rows().apply(orders));
          }
        });
  }

  /** Whether whatever it reads is refreshed with it, or at the same tick. */
  private boolean allComeAlong(String name) {
    return node(name).reads().stream()
        .allMatch(
            other -> (node(other).comesAlong() || node(other).isHourly()) && allComeAlong(other));
  }

  private Node node(String name) {
    return java.util.Objects.requireNonNull(nodes.get(name));
  }

  private static Map<Long, String> orders(ScheduledProject project) {
    Map<Long, String> orders = new TreeMap<>();
    for (Record row :
        LiveRows.of(
            project.catalogs.catalog("lake").loadTable(TableIdentifier.of("shop", "orders")))) {
      orders.put((Long) row.getField("id"), (String) row.getField("status"));
    }
    return orders;
  }

  /** The rows of a view, of whichever form. */
  private static Object held(RegisteredView view) {
    assertThat(view.definition().view().refresh().mode()).isEqualTo(Mode.SCHEDULED);
    Map<Object, Object> rows = new HashMap<>();
    List<Object> totals = new ArrayList<>();
    for (Record row : LiveRows.of(view.table())) {
      if (row.struct().field("status") != null) {
        rows.put(row.getField("status"), row.getField("n"));
      } else if (row.struct().field("id") != null) {
        rows.put(row.getField("id"), row.get(1));
      } else {
        totals.add(row.getField("total"));
      }
    }
    return totals.isEmpty() ? rows : totals;
  }

  /** What each form of view holds. */
  private static final class Grouped {
    private Grouped() {}

    static Object of(Map<Long, String> orders) {
      Map<Object, Object> counts = new HashMap<>();
      orders.values().forEach(status -> counts.merge(status, 1L, (a, b) -> (Long) a + (Long) b));
      return counts;
    }

    static Object joined(Map<Long, String> orders) {
      Map<?, ?> counts = (Map<?, ?>) of(orders);
      Map<Object, Object> rows = new HashMap<>();
      orders.forEach((id, status) -> rows.put(id, counts.get(status)));
      return rows;
    }

    static Object total(Map<Long, String> orders) {
      return List.of((long) orders.size());
    }
  }
}
