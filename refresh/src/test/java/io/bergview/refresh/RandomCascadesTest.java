package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever changes the orders, and whoever refreshes which views of a {@link Diamond} in which
 * order, while writers go on: what a view holds is of one state of the orders, the one that its
 * lineage names, and verifying finds it clean. Only divergence is refused, and never with {@code
 * --upstream}.
 *
 * <p>{@code -Dbergview.seed=17} runs one sequence alone.
 */
@Tag("contract")
@Tag("seeded")
class RandomCascadesTest {
  private static final List<String> VIEWS =
      List.of("Left", "PerStatus", "PerCustomer", "Beside", "Top", "Deep", "Deepest");
  private static final int STEPS = 7;

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.of(1, 4);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyViewIsOfOneState(long seed) {
    Random dice = new Random(seed);
    List<String> history = new ArrayList<>();
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      SmallShop shop = SmallShop.filled(project);
      Diamond diamond = Diamond.over(project, shop);
      project.refresh(RefreshRequest.ofAll());
      Orders orders = new Orders(shop, dice);
      for (int step = 0; step < STEPS; step++) {
        for (int i = dice.nextInt(3); i >= 0; i--) {
          history.add(orders.change());
        }
        refresh(project, orders, dice, history);
        String context = "seed %d after\n%s".formatted(seed, String.join("\n", history));
        assertThat(context).satisfies(unused -> check(diamond));
      }
      for (String view : VIEWS) {
        project.refresh(RefreshRequest.of(view).withUpstream());
        assertThat(project.verify(view).examples()).as("seed %d, %s", seed, view).isEmpty();
      }
      check(diamond);
      long now = shop.orders().currentSnapshot().snapshotId();
      assertThat(project.state("Deepest").sources())
          .filteredOn(source -> source.table().name().equals("orders"))
          .allMatch(source -> source.currentSnapshotId() == now && source.snapshotsBehind() == 0);
    }
  }

  private static void check(Diamond diamond) {
    diamond.assertTopIsOfOneState();
    diamond.assertBesideIsOfOneState();
    diamond.assertDeepestIsOfOneState();
  }

  private static void refresh(
      TestProject project, Orders orders, Random dice, List<String> history) {
    String view = VIEWS.get(dice.nextInt(VIEWS.size()));
    RefreshRequest request =
        switch (dice.nextInt(5)) {
          case 0 -> RefreshRequest.ofAll();
          case 1, 2 -> RefreshRequest.of(view).withUpstream();
          case 3 -> RefreshRequest.of(view).fully();
          default -> RefreshRequest.of(view);
        };
    RefreshProgress progress =
        dice.nextBoolean()
            ? RefreshProgress.SILENT
            : PhaseHook.committing(() -> history.add("meanwhile " + orders.change()));
    history.add("refresh " + request);
    RefreshOutcome outcome = project.refresher(progress).refresh(request);
    assertThat(outcome.failures())
        .as(String.join("\n", history))
        .allMatch(
            failure ->
                !request.cascades() && failure.error().code() == ErrorCode.UPSTREAM_DIVERGED);
    history.add(outcome.toString());
  }

  /** Seeded changes of the orders, of every kind that writers make. */
  private record Orders(SmallShop shop, Random dice) {
    private static final List<@Nullable String> STATES = states();

    private static List<@Nullable String> states() {
      List<@Nullable String> states = new ArrayList<>(List.of("paid", "open", "lost"));
      states.add(null);
      return states;
    }

    String change() {
      return switch (dice.nextInt(7)) {
        case 0, 1 -> append();
        case 2 -> "update " + CopyOnWrite.update(shop.orders(), some(), this::changed);
        case 3 -> "delete " + CopyOnWrite.delete(shop.orders(), some());
        case 4 -> "delete positions " + RowDeletes.byPosition(shop.orders(), some());
        case 5 -> upsert();
        default -> "compact " + Compaction.rewrite(shop.orders());
      };
    }

    private String append() {
      long after = shop.orders().currentSnapshot().sequenceNumber() * 100;
      RowFiles.append(shop.orders(), List.of(row(after), row(after + 1)));
      return "append " + after;
    }

    private String upsert() {
      long id = 10 + dice.nextInt(5);
      RowDeletes.upsert(shop.orders(), List.of(row(id)), "order_id");
      return "upsert " + id;
    }

    private Record row(long id) {
      Long customer = dice.nextInt(4) == 0 ? null : (long) dice.nextInt(4);
      String total = dice.nextInt(5) == 0 ? null : "%d.25".formatted(dice.nextInt(50) - 10);
      return shop.order(id, customer, STATES.get(dice.nextInt(STATES.size())), total, 1);
    }

    private Record changed(Record row) {
      return row((Long) row.getField("order_id"));
    }

    private Expression some() {
      return Expressions.or(
          Expressions.equal("order_id", 10L + dice.nextInt(5)),
          Expressions.equal("order_id", 10L + dice.nextInt(5)));
    }
  }
}
