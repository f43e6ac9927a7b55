package io.bergview.upkeep.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.LastBatch;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.alter.ViewAlteration;
import io.bergview.staleness.history.FailureJournal;
import io.bergview.staleness.history.RefreshFailure;
import io.bergview.upkeep.MissedTicks;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.schedule.DueView.DueStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which views are due. Commits carry the time of the machine, so the clock that is set here begins
 * there; ticks are an hour apart, and nothing waits for one.
 */
class DueViewsTest {
  private static final String TOTALS =
      "$from: Order\n$groupBy: [status]\n$compute: {orders: {$count: '*'}}\n";
  private static final String HOURLY = "$refresh: {mode: scheduled, schedule: '@hourly'}\n";
  private static final String APPENDS =
      "$refresh: {mode: scheduled, schedule: '@hourly', strategy: append}\n";

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
    due = new DueViews(project.catalogs, project.registry, project.time);
    tick = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private DueView only() {
    List<DueView> views = due.now();
    assertThat(views).hasSize(1);
    return views.get(0);
  }

  private void after(Instant moment, long minutes) {
    project.time.set(moment.plus(Duration.ofMinutes(minutes)));
  }

  private RefreshOutcome refreshDue() {
    RefreshRequest request = DueViews.request(due.now());
    return request.views().isEmpty()
        ? new RefreshOutcome(List.of(), List.of())
        : project.refresh(request);
  }

  @Test
  void aViewThatWasNeverRefreshedIsDueAtOnce() {
    project.define("V", TOTALS + HOURLY);

    assertThat(only().verdict()).isEqualTo(DueStatus.DUE);
    assertThat(only().next()).contains(tick);
    assertThat(refreshDue().done()).extracting(RefreshResult::view).containsExactly("V");
    assertThat(only().verdict()).isEqualTo(DueStatus.NOT_DUE);
  }

  @Test
  void whatChangedBeforeATickIsDueFromThenOnUntilItIsDone() {
    project.define("V", TOTALS + HOURLY);
    refreshDue();
    project.addOrder(2);
    assertThat(only().verdict()).as("before the tick").isEqualTo(DueStatus.NOT_DUE);

    after(tick, 0);
    assertThat(only().verdict()).as("at the tick").isEqualTo(DueStatus.DUE);
    assertThat(only().tick()).contains(tick);
    after(tick, 200);
    assertThat(only().tick()).as("one catch-up").contains(tick.plus(Duration.ofHours(3)));
    assertThat(refreshDue().done())
        .extracting(RefreshResult::kind)
        .containsExactly(RefreshKind.MERGE);
    assertThat(only().verdict()).isEqualTo(DueStatus.NOT_DUE);
    assertThat(refreshDue().done()).isEmpty();
  }

  @Test
  void whatChangedAfterTheLastTickIsForTheNext() {
    project.define("V", TOTALS + HOURLY);
    project.time.set(tick.minus(Duration.ofDays(1)));
    refreshDue();
    project.addOrder(2);
    after(tick, -1);
    assertThat(only().verdict()).isEqualTo(DueStatus.NOT_DUE);
    assertThat(only().why()).contains("next tick");
    after(tick, 1);
    assertThat(only().verdict()).isEqualTo(DueStatus.DUE);
  }

  @Test
  void aViewWhoseSourcesWereOnlyCompactedIsDueOnceSoThatItsLineageMovesOn() {
    project.define("V", TOTALS + HOURLY);
    project.define("Streaming", TOTALS + "$refresh: {mode: streaming}\n");
    refreshDue();
    project.compact();
    after(tick, 5);
    assertThat(due.now()).extracting(DueView::verdict).containsOnly(DueStatus.DUE);
    assertThat(refreshDue().done())
        .hasSize(2)
        .allSatisfy(result -> assertThat(result.reason()).isEqualTo("ONLY_COMPACTION"));
    assertThat(due.now()).extracting(DueView::verdict).containsOnly(DueStatus.NOT_DUE);
  }

  @Test
  void aFreshViewIsNotDueButOneThatAppendsIs() {
    project.define("V", TOTALS + HOURLY);
    project.define("History", TOTALS + APPENDS);
    refreshDue();
    after(tick, 5);
    assertThat(due.now())
        .extracting(DueView::view, DueView::verdict)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("History", DueStatus.DUE),
            org.assertj.core.groups.Tuple.tuple("V", DueStatus.NOT_DUE));
    refreshDue();

    assertThat(LastBatch.of(project.view("History").table())).contains(tick);
    assertThat(refreshDue().done()).isEmpty();
    after(tick, 300);
    refreshDue();
    assertThat(LastBatch.of(project.view("History").table()))
        .as("one batch, of the last tick")
        .contains(tick.plus(Duration.ofHours(5)));
    assertThat(project.view("History").table().snapshots()).hasSize(2);
  }

  @Test
  void aViewThatAppendsHasNoBatchOfATickBeforeItWasDefined() {
    project.define("History", TOTALS + APPENDS);

    assertThat(only().verdict()).isEqualTo(DueStatus.NOT_DUE);
    assertThat(only().why()).contains("defined");
    after(tick, 0);
    assertThat(only().verdict()).isEqualTo(DueStatus.DUE);
  }

  @Test
  void aViewThatFailsIsTriedAgainMoreAndMoreSeldomAndThenLeftUntilItsNextTick() {
    project.define("V", TOTALS + HOURLY);
    refreshDue();
    project.addOrder(2);
    project.dropTable();
    project.createTable();
    project.alter(ViewAlteration.of("V").set("refresh.policy", "strict"));
    project.time.set(tick);
    assertThat(refreshDue().failures()).hasSize(1);

    assertThat(only().verdict()).isEqualTo(DueStatus.WAITING);
    assertThat(only().notBefore()).contains(tick.plus(Duration.ofMinutes(1)));
    assertThat(only().why()).contains("POLICY_REFUSED");
    assertThat(refreshDue().failures()).isEmpty();
    after(tick, 1);
    assertThat(refreshDue().failures()).hasSize(1);
    assertThat(only().notBefore()).contains(tick.plus(Duration.ofSeconds(60 + 90)));
    after(tick, 5);
    assertThat(refreshDue().failures()).hasSize(1);

    after(tick, 50);
    assertThat(only().verdict()).isEqualTo(DueStatus.GIVEN_UP);
    assertThat(only().why()).contains("failed 3 times");
    after(tick, 60);
    assertThat(only().verdict()).as("a new tick, a new chance").isEqualTo(DueStatus.DUE);
  }

  @Test
  void aViewMayHaveRetriesOfItsOwn() {
    project.define("V", TOTALS + "$refresh: {mode: scheduled, schedule: '@hourly', retries: 0}\n");
    project.dropTable();
    project.time.set(tick);
    assertThat(refreshDue().failures()).hasSize(1);

    assertThat(only().verdict()).isEqualTo(DueStatus.GIVEN_UP);
  }

  @Test
  void streamingViewsAreDueWhileTheyAreStaleAndManualOnesNever() {
    project.define("Stream", TOTALS + "$refresh: streaming\n");
    project.define("ByHand", TOTALS);

    assertThat(only().view()).isEqualTo("Stream");
    assertThat(only().verdict()).isEqualTo(DueStatus.DUE);
    refreshDue();
    assertThat(only().verdict()).isEqualTo(DueStatus.NOT_DUE);
    project.addOrder(2);
    assertThat(only().verdict()).isEqualTo(DueStatus.DUE);
    assertThat(only().tick()).isEmpty();
  }

  @Test
  void whatIsDueTogetherIsRefreshedInOrderFromOneState() {
    project.define("Below", TOTALS + HOURLY);
    project.define(
        "Above",
        "$from: Below\n$groupBy: []\n$compute: {n: {$sum: orders}}\n$refresh: streaming\n");
    refreshDue();
    project.addOrder(2);
    after(tick, 1);

    assertThat(due.now()).extracting(DueView::verdict).containsOnly(DueStatus.DUE);
    assertThat(refreshDue().done())
        .extracting(RefreshResult::view)
        .containsExactly("Below", "Above");
    assertThat(refreshDue().done()).isEmpty();
  }

  @Test
  void aChangeOfTheDefinitionIsFollowedAtTheNextTick() {
    project.define("V", TOTALS + HOURLY);
    refreshDue();
    project.define("V", TOTALS.replace("orders:", "number:") + HOURLY);
    assertThat(only().verdict()).isEqualTo(DueStatus.NOT_DUE);
    after(tick, 0);

    assertThat(only().verdict()).isEqualTo(DueStatus.DUE);
    assertThat(refreshDue().done())
        .extracting(RefreshResult::kind)
        .containsExactly(RefreshKind.FULL);
  }

  @Test
  void missedTicksAreReportedIfTheViewWasDue() {
    project.define("V", TOTALS + HOURLY);
    refreshDue();
    after(tick, 300);
    assertThat(only().missed()).as("fresh at all of them").isEmpty();
    project.time.set(Instant.now());
    project.addOrder(2);

    after(tick, 0);
    assertThat(only().missed()).as("in time").isEmpty();
    assertThat(only().untried()).isTrue();
    after(tick, 185);
    assertThat(only().missed()).contains(new MissedTicks(tick, tick.plus(Duration.ofHours(2)), 3));
    assertThat(DueViews.missed(due.now(), project.time.instant()))
        .extracting(UpkeepEvent::view)
        .containsExactly("V");
    refreshDue();
    assertThat(DueViews.missed(due.now(), project.time.instant())).isEmpty();
  }

  @Test
  void aTickAtWhichARefreshFailedIsNotMissed() {
    project.define("V", TOTALS + HOURLY);
    refreshDue();
    project.addOrder(2);
    after(tick, 1);
    new FailureJournal(project.catalogs.project())
        .add(
            new RefreshFailure(
                project.time.instant(),
                "V",
                Optional.of(project.view("V").table().uuid().toString()),
                "STORAGE_FAILED",
                "no space left",
                Optional.of("merge"),
                Duration.ofSeconds(1),
                1));
    assertThat(due.attempts("V").count()).isEqualTo(1);
    assertThat(due.attempts("V").retryAt()).contains(tick.plus(Duration.ofMinutes(2)));

    after(tick, 121);
    assertThat(only().missed())
        .contains(
            new MissedTicks(tick.plus(Duration.ofHours(1)), tick.plus(Duration.ofHours(1)), 1));
  }

  @Test
  void batchesNeverAddedAreMissed() {
    project.define("V", TOTALS + APPENDS);
    project.time.set(tick.plus(Duration.ofMinutes(1)));
    refreshDue();
    after(tick, 241);

    assertThat(only().missed())
        .contains(
            new MissedTicks(tick.plus(Duration.ofHours(1)), tick.plus(Duration.ofHours(3)), 3));
  }
}
