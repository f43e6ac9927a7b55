package io.bergview.upkeep.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.LastBatch;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.daemon.Upkeep;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schedules, queue and refreshes together, over real tables. */
class ScheduledUpkeepTest {
  @TempDir Path folder;

  private static List<UpkeepEvent> completed(BlockingQueue<UpkeepEvent> events, int number)
      throws InterruptedException {
    List<UpkeepEvent> completed = new ArrayList<>();
    while (completed.size() < number) {
      UpkeepEvent event = events.poll(60, TimeUnit.SECONDS);
      assertThat(event).as("after %s", completed).isNotNull();
      assertThat(event).isNotInstanceOf(UpkeepEvent.Failed.class);
      if (event instanceof UpkeepEvent.Completed) {
        completed.add(event);
      }
    }
    return completed;
  }

  @Test
  void whatWasMissedIsRefreshedInOrderAndEachBatchAddedOnce() throws Exception {
    try (ScheduledProject project =
        new ScheduledProject(folder, "settings: {memory-limit: 512MiB, threads: 2}\n")) {
      String hourly = "$refresh: {mode: scheduled, schedule: '@hourly'}\n";
      project.define("Below", "$from: Order\n" + hourly);
      project.define("Above", "$from: Below\n" + hourly);
      project.define(
          "History",
          "$from: Below\n$refresh: {mode: scheduled, schedule: '@hourly', strategy: append}\n");
      // As if it had its first batch yesterday.
      project.time.set(Instant.now().minus(Duration.ofDays(1)));
      project.refresh(RefreshRequest.of("Below", "History"));
      Instant before = LastBatch.of(project.view("History").table()).orElseThrow();

      BlockingQueue<UpkeepEvent> events = new LinkedBlockingQueue<>();
      try (Upkeep upkeep =
          Upkeep.start(
              project.context.withClock(Clock.systemUTC()), RefreshProgress.SILENT, events::add)) {
        List<UpkeepEvent> completed = completed(events, 2);
        assertThat(completed)
            .extracting(UpkeepEvent::view)
            .containsExactlyInAnyOrder("Above", "History");
        assertThat(completed)
            .allSatisfy(
                event ->
                    assertThat(((UpkeepEvent.Completed) event).trigger())
                        .isInstanceOf(RefreshTrigger.ScheduleTick.class));
        assertThat(upkeep.status().next()).containsOnlyKeys("Above", "Below", "History");
      }
      Instant batch = LastBatch.of(project.view("History").table()).orElseThrow();
      assertThat(batch).isAfter(before);
      assertThat(batch.getEpochSecond() % 3600).isZero();
      assertThat(LineageLookup.of(project.view("Above").table()))
          .isInstanceOf(LineageLookup.RecordedLineage.class);
    }
  }
}
