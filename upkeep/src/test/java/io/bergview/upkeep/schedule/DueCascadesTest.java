package io.bergview.upkeep.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bergview.errors.ErrorCode;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.staleness.Freshness;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is due over views that nobody refreshes by themselves. */
class DueCascadesTest {
  private static final String MANUAL =
      "$from: Order\n$groupBy: [status]\n$compute: {orders: {$count: '*'}}\n";
  private static final String HOURLY = "$refresh: {mode: scheduled, schedule: '@hourly'}\n";

  @TempDir Path folder;
  private ScheduledProject project;
  private DueViews due;
  private Instant tick;

  @BeforeEach
  void open() {
    project =
        new ScheduledProject(
            folder,
            """
            settings: {memory-limit: 512MiB, threads: 2}
            serve: {attempts: 3, backoff: 1m, backoff-limit: 90s}
            """);
    due = new DueViews(project.context);
    tick = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void atTick() {
    project.time.set(tick);
    tick = tick.plus(Duration.ofHours(1));
  }

  private RefreshOutcome refreshDue() {
    RefreshRequest request = DueViews.request(due.now());
    return request.views().isEmpty()
        ? new RefreshOutcome(List.of(), List.of())
        : project.refresh(request);
  }

  private List<String> refreshed() {
    RefreshOutcome outcome = refreshDue();
    assertThat(outcome.failures()).isEmpty();
    return outcome.done().stream().map(RefreshResult::view).toList();
  }

  private Freshness state(String view) {
    return project.context.staleness().state(project.view(view)).state();
  }

  @Test
  void aScheduledViewBringsItsManualUpstreamAlong() {
    project.define("Totals", MANUAL);
    project.define("Large", "$from: Totals\n$filter: {orders: {$gte: 1}}\n" + HOURLY);

    assertThat(refreshed()).as("the first time").containsExactly("Totals", "Large");
    project.addOrder(2);
    atTick();
    assertThat(refreshed()).containsExactly("Totals", "Large");
    assertThat(state("Large")).isEqualTo(Freshness.FRESH);
    assertThat(refreshed()).isEmpty();
  }

  @Test
  void aCascadeOfThreeLevelsIsBroughtAlongWhole() {
    project.define("Totals", MANUAL);
    project.define("Middle", "$from: Totals\n$filter: {orders: {$gte: 1}}\n");
    project.define("Top", "$from: Middle\n$groupBy: []\n$compute: {n: {$sum: orders}}\n" + HOURLY);

    assertThat(refreshed()).containsExactly("Totals", "Middle", "Top");
    project.addOrder(2);
    atTick();
    assertThat(refreshed()).containsExactly("Totals", "Middle", "Top");
    assertThat(state("Top")).isEqualTo(Freshness.FRESH);
  }

  @Test
  void aManualUpstreamThatTwoShareIsRefreshedOnceATick() {
    project.define("Totals", MANUAL);
    project.define("Large", "$from: Totals\n$filter: {orders: {$gte: 1}}\n" + HOURLY);
    project.define("Small", "$from: Totals\n$filter: {orders: {$lt: 9}}\n" + HOURLY);

    assertThat(refreshed()).containsExactlyInAnyOrder("Totals", "Large", "Small");
    project.addOrder(2);
    atTick();
    assertThat(refreshed()).containsExactlyInAnyOrder("Totals", "Large", "Small");
  }

  @Test
  void aStreamingViewBringsItsManualUpstreamAlong() {
    project.define("Totals", MANUAL);
    project.define("Large", "$from: Totals\n$refresh: streaming\n");

    assertThat(refreshed()).containsExactly("Totals", "Large");
    project.addOrder(2);
    assertThat(refreshed()).containsExactly("Totals", "Large");
    assertThat(refreshed()).isEmpty();
  }

  @Test
  void anUpstreamWithoutCascadeIsLeftAloneAndTheSkipIsSaid() {
    project.define("Totals", MANUAL + "$refresh: {cascade: false}\n");
    project.define("Large", "$from: Totals\n" + HOURLY);
    project.refresh(RefreshRequest.of("Totals"));

    assertThat(refreshed()).containsExactly("Large");
    project.addOrder(2);
    atTick();
    assertThat(refreshDue().done())
        .extracting(RefreshResult::view, RefreshResult::reason)
        .containsExactly(tuple("Large", "UPSTREAM_STALE"));
    RefreshRequest due = DueViews.request(this.due.now()).withUpstream();
    assertThat(project.refresh(due).done())
        .extracting(RefreshResult::view)
        .containsExactly("Totals", "Large");
    assertThat(state("Large")).isEqualTo(Freshness.FRESH);
  }

  @Test
  void anUpstreamWithAScheduleOfItsOwnKeepsToIt() {
    project.define("Totals", MANUAL + "$refresh: {mode: scheduled, schedule: '0 0 1 1 *'}\n");
    project.define("Large", "$from: Totals\n" + HOURLY);

    assertThat(refreshed()).as("its first rows").containsExactly("Totals", "Large");
    project.addOrder(2);
    atTick();
    assertThat(refreshDue().done())
        .extracting(RefreshResult::view, RefreshResult::reason)
        .containsExactly(tuple("Large", "UPSTREAM_STALE"));
  }

  @Test
  void whereUpstreamViewsWouldDivergeOneWithAScheduleIsRefreshedToo() {
    diverging("{mode: scheduled, schedule: '0 0 1 1 *'}");

    assertThat(refreshed()).containsExactly("Left", "Totals", "Both");
    project.addOrder(2);
    atTick();
    assertThat(refreshed()).contains("Left", "Totals", "Both");
    assertThat(state("Both")).isEqualTo(Freshness.FRESH);
  }

  @Test
  void whereUpstreamViewsDivergeForGoodTheRefreshFails() {
    diverging("{cascade: false}");
    project.refresh(RefreshRequest.of("Totals"));

    assertThat(refreshed()).containsExactly("Left", "Both");
    project.addOrder(2);
    atTick();
    assertThat(refreshDue().failures())
        .extracting(failure -> failure.error().code())
        .containsExactly(ErrorCode.UPSTREAM_DIVERGED);
    RefreshRequest due = DueViews.request(this.due.now());
    assertThat(due.views()).as("waits for its next attempt").isEmpty();
  }

  private void diverging(String refreshOfTotals) {
    project.type(
        """
        $type: Order
        $table: shop.orders
        $id: id
        state: '-> Totals'
        $keys: {state: status}
        """);
    project.define("Totals", MANUAL + "$refresh: " + refreshOfTotals + "\n");
    project.define("Left", "$from: Order\n$select: [id, status]\n");
    project.define("Both", "$from: Left\n$expand: [state]\n" + HOURLY);
  }

  @Test
  void whereAnUpstreamFailsTheUpperViewSaysWhy() {
    project.define("Totals", MANUAL);
    project.define("Large", "$from: Totals\n" + HOURLY);
    assertThat(refreshed()).hasSize(2);
    project.dropTable();
    atTick();

    RefreshOutcome outcome = refreshDue();
    assertThat(outcome.done()).isEmpty();
    assertThat(outcome.failures())
        .filteredOn(failure -> failure.view().equals("Large"))
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure.error())
                    .hasMessageContaining("since it reads Totals")
                    .hasMessageContaining("SOURCE_NOT_FOUND"));
  }
}
