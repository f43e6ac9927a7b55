package io.bergview.upkeep.schedule;

import static java.util.Objects.requireNonNull;

import io.bergview.settings.ServeSettings;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.TaskQueue;
import io.bergview.upkeep.UpkeepEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Submits the refreshes of due views. Where schedules are shared it waits for that: until then
 * Quartz takes the firing to be going on, and has another process do it again should this one die.
 */
final class DueRefreshes {
  private static final Duration LONGEST_WAIT = Duration.ofHours(24);

  private final TaskQueue queue;
  private final boolean waits;
  private final Duration longestWait;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  DueRefreshes(TaskQueue queue, ServeSettings settings, boolean waits) {
    this.queue = requireNonNull(queue, "queue is null");
    this.waits = waits;
    Duration all =
        settings.refreshTimeout().plus(settings.backoffLimit()).multipliedBy(settings.attempts());
    this.longestWait = all.compareTo(LONGEST_WAIT) < 0 ? all : LONGEST_WAIT;
  }

  /** Gives back the ticks that were not worked on since the queue stopped. */
  Map<String, Instant> submit(List<RefreshTask> tasks) throws InterruptedException {
    Map<RefreshTask, CompletableFuture<UpkeepEvent>> submitted = new LinkedHashMap<>();
    tasks.forEach(task -> submitted.put(task, queue.submit(task).toCompletableFuture()));
    Map<String, Instant> left = new TreeMap<>();
    if (waits) {
      long deadline = System.nanoTime() + longestWait.toNanos();
      for (Map.Entry<RefreshTask, CompletableFuture<UpkeepEvent>> entry : submitted.entrySet()) {
        if (!ended(entry.getValue(), deadline - System.nanoTime())
            && entry.getKey().trigger() instanceof RefreshTrigger.ScheduleTick tick) {
          left.put(entry.getKey().view(), tick.scheduled());
        }
      }
    }
    return left;
  }

  /** Nothing is waited for any more: what has not ended is given back. */
  void stop() {
    stopped.complete(null);
  }

  /** False where the work was given back; what takes longer than anything may is let go. */
  private boolean ended(CompletableFuture<UpkeepEvent> work, long nanos)
      throws InterruptedException {
    try {
      CompletableFuture.anyOf(work.exceptionally(failure -> null), stopped)
          .get(Math.max(1, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return true;
    } catch (ExecutionException e) {
      throw new IllegalStateException("neither of them fails", e);
    }
    return work.isDone() && !work.isCancelled();
  }
}
