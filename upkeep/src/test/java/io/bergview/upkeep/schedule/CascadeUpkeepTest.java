package io.bergview.upkeep.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bergview.history.TickJournal;
import io.bergview.history.TicksMissed;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.staleness.Freshness;
import io.bergview.upkeep.MissedTicks;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepStatus;
import io.bergview.upkeep.daemon.Upkeep;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views in mode manual beneath scheduled and streaming ones, with Quartz and the watcher. */
class CascadeUpkeepTest {
  private static final String TOTALS =
      "$from: Order\n$groupBy: [status]\n$compute: {orders: {$count: '*'}}\n";

  @TempDir Path folder;
  private final List<UpkeepEvent> events = new CopyOnWriteArrayList<>();
  private ScheduledProject project;

  @BeforeEach
  void open() {
    project =
        new ScheduledProject(
            folder,
            """
            settings: {memory-limit: 512MiB, threads: 2}
            serve: {poll-interval: 50ms, attempts: 2, backoff: 50ms}
            """);
    project.time.set(Instant.now());
  }

  @AfterEach
  void close() {
    project.close();
  }

  private Upkeep start() {
    return Upkeep.start(
        project.context.withClock(Clock.systemUTC()), RefreshProgress.SILENT, events::add);
  }

  private static void eventually(BooleanSupplier condition) throws InterruptedException {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(120));
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(20);
    }
  }

  private boolean isFresh(String view) {
    return project
            .context
            .withClock(Clock.systemUTC())
            .staleness()
            .state(project.view(view))
            .state()
        == Freshness.FRESH;
  }

  private List<UpkeepEvent.Completed> written(String view) {
    return events.stream()
        .filter(UpkeepEvent.Completed.class::isInstance)
        .map(UpkeepEvent.Completed.class::cast)
        .filter(done -> done.view().equals(view) && done.result().kind() != RefreshKind.SKIP)
        .toList();
  }

  @Tag("long")
  @Test
  void aTickOfQuartzRefreshesAWholeCascadeAndASharedUpstreamOnce() throws Exception {
    String minutely = "$refresh: {mode: scheduled, schedule: '* * * * *'}\n";
    project.define("Totals", TOTALS);
    project.define("Middle", "$from: Totals\n$filter: {orders: {$gte: 1}}\n");
    project.define(
        "Top", "$from: Middle\n$groupBy: []\n$compute: {n: {$sum: orders}}\n" + minutely);
    project.define("Beside", "$from: Totals\n$filter: {orders: {$lt: 100}}\n" + minutely);

    try (Upkeep upkeep = start()) {
      eventually(() -> written("Top").size() == 1 && written("Beside").size() == 1);
      project.addOrder(2);
      eventually(() -> written("Top").size() == 2 && written("Beside").size() == 2);
      assertThat(upkeep.status().behindUpstream()).isEmpty();
    }
    assertThat(List.of("Totals", "Middle", "Top", "Beside")).allMatch(this::isFresh);
    assertThat(written("Totals")).hasSize(2);
    assertThat(written("Middle")).hasSize(2);
    assertThat(written("Totals").get(1).trigger()).isInstanceOf(RefreshTrigger.Downstream.class);
    assertThat(written("Top").get(1).trigger()).isInstanceOf(RefreshTrigger.ScheduleTick.class);
    assertThat(events).noneMatch(UpkeepEvent.TicksMissed.class::isInstance);
  }

  @Test
  void commitUpstreamOfAManualViewReachesAStreamingView() throws Exception {
    project.define("Totals", TOTALS);
    project.define("Large", "$from: Totals\n$refresh: {mode: streaming, eventTypes: [UPDATE]}\n");

    try (Upkeep upkeep = start()) {
      eventually(() -> written("Large").size() == 1);
      project.addOrder(2);
      eventually(() -> written("Large").size() == 2);
      assertThat(written("Totals")).hasSize(2);
      assertThat(List.of("Totals", "Large")).allMatch(this::isFresh);

      upkeep.pause("Totals");
      project.addOrder(3);
      eventually(() -> !upkeep.status().behindUpstream().isEmpty());
      UpkeepStatus.BehindUpstream behind = upkeep.status().behindUpstream().get(0);
      assertThat(behind.view()).isEqualTo("Large");
      assertThat(behind.message()).contains("which are stale themselves");
      assertThat(written("Totals")).as("it is paused").hasSize(2);
      upkeep.resume("Totals");
      eventually(() -> isFresh("Large"));
      eventually(() -> upkeep.status().behindUpstream().isEmpty());
    }
  }

  @Test
  void failingUpstreamIsReportedAndRetriedWithItsDownstream() throws Exception {
    project.define("Totals", TOTALS);
    project.define("Large", "$from: Totals\n$refresh: streaming\n");
    project.refresh(RefreshRequest.ofAll());
    project.dropTable();

    try (Upkeep upkeep = start()) {
      eventually(() -> upkeep.status().givenUp().size() == 2);
      assertThat(upkeep.status().givenUp())
          .extracting(UpkeepStatus.GivenUp::view)
          .containsExactly("Large", "Totals");
      assertThat(upkeep.status().givenUp().get(0).message())
          .contains("since it reads Totals, whose refresh failed with SOURCE_NOT_FOUND");
    }
    assertThat(events)
        .filteredOn(event -> event instanceof UpkeepEvent.Failed && event.view().equals("Totals"))
        .extracting(event -> ((UpkeepEvent.Failed) event).retryAt().isPresent())
        .containsExactly(true, false);
  }

  @Test
  void missedTickIsAnEventOfItsOwn() throws Exception {
    project.define("Totals", TOTALS);
    project.define("Large", "$from: Totals\n$refresh: {mode: scheduled, schedule: '@hourly'}\n");
    Instant tick = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
    project.refresh(RefreshRequest.of("Large").withUpstream());
    project.addOrder(2);

    project.time.set(tick.plus(Duration.ofMinutes(130)));
    try (Upkeep upkeep = Upkeep.start(project.context, RefreshProgress.SILENT, events::add)) {
      assertThat(upkeep.status().next()).containsOnlyKeys("Large");
      assertThat(events)
          .filteredOn(UpkeepEvent.TicksMissed.class::isInstance)
          .singleElement()
          .satisfies(
              event -> {
                UpkeepEvent.TicksMissed missed = (UpkeepEvent.TicksMissed) event;
                Instant last = tick.plus(Duration.ofHours(2));
                assertThat(missed.ticks()).isEqualTo(new MissedTicks(tick, last, 3));
                assertThat(missed.caughtUp()).isEqualTo(last);
              });
      String table = project.view("Large").table().uuid().toString();
      assertThat(new TickJournal(project.context.project()).of("Large", table))
          .extracting(TicksMissed::first, TicksMissed::ticks)
          .containsExactly(tuple(tick, 3));
    }
  }
}
