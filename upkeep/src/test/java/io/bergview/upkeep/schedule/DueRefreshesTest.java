package io.bergview.upkeep.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshResult;
import io.bergview.settings.ServeSettings;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is left of what was submitted. */
class DueRefreshesTest {
  private static final RefreshTrigger.ScheduleTick TICK =
      new RefreshTrigger.ScheduleTick(Instant.parse("2026-05-01T10:00:00Z"));

  private final Map<String, CompletableFuture<UpkeepEvent>> submitted = new HashMap<>();
  private final CountDownLatch all = new CountDownLatch(3);

  private DueRefreshes work(boolean waits) {
    return new DueRefreshes(
        task -> {
          CompletableFuture<UpkeepEvent> future = new CompletableFuture<>();
          submitted.put(task.view(), future);
          all.countDown();
          return future;
        },
        ServeSettings.defaults(),
        waits);
  }

  private static List<RefreshTask> tasks() {
    return List.of(
        new RefreshTask("Done", TICK),
        new RefreshTask("Broken", TICK),
        new RefreshTask("Left", TICK));
  }

  private CompletableFuture<Map<String, Instant>> submit(DueRefreshes work) throws Exception {
    CompletableFuture<Map<String, Instant>> left =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return work.submit(tasks());
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
    submitted
        .get("Done")
        .complete(
            new UpkeepEvent.Completed(
                "Done",
                TICK.scheduled(),
                UUID.randomUUID(),
                TICK,
                1,
                new RefreshResult("Done", RefreshKind.SKIP, "UP_TO_DATE", "", -1, 0, 0, 0, 0)));
    submitted.get("Broken").completeExceptionally(new IllegalStateException("broken"));
    return left;
  }

  @Test
  void whatTheQueueGivesBackIsLeft() throws Exception {
    CompletableFuture<Map<String, Instant>> left = submit(work(true));
    assertThat(left).isNotDone();
    submitted.get("Left").completeExceptionally(new CancellationException("stopped"));

    assertThat(left.get(30, TimeUnit.SECONDS)).isEqualTo(Map.of("Left", TICK.scheduled()));
  }

  @Test
  void whatHasNotEndedAtAStopIsLeft() throws Exception {
    DueRefreshes work = work(true);
    CompletableFuture<Map<String, Instant>> left = submit(work);
    work.stop();

    assertThat(left.get(30, TimeUnit.SECONDS)).containsKey("Left");
  }

  @Test
  void singleProcessDoesNotWait() throws Exception {
    assertThat(work(false).submit(tasks())).isEmpty();
  }
}
