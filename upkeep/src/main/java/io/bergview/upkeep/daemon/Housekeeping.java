package io.bergview.upkeep.daemon;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.refresh.RefreshKind;
import io.bergview.upkeep.DaemonThreads;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Automatic maintenance of the tables of frequently refreshed views: after a number of commits, one
 * view at a time, on a thread of its own beside the refreshes.
 */
final class Housekeeping implements UpkeepListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  /**
   * Bounds a view's table, and returns when it must be called again even without further commits.
   */
  @FunctionalInterface
  interface Bounding {
    Optional<Duration> bound(String view);
  }

  private final int enough;
  private final Bounding bounding;
  private final Map<String, Integer> commits = new HashMap<>();
  private final Set<String> awaited = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(1, new DaemonThreads("bergview-maintenance"));

  /**
   * @param enough commits to one view
   */
  Housekeeping(int enough, Bounding bounding) {
    this.enough = enough;
    this.bounding = requireNonNull(bounding, "bounding is null");
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  @Override
  public void on(UpkeepEvent event) {
    if (event instanceof UpkeepEvent.Completed done
        && done.result().kind() != RefreshKind.SKIP
        && isEnough(done.view())) {
      try {
        executor.execute(() -> bound(done.view()));
      } catch (RejectedExecutionException stopped) {
        LOG.debug("Maintenance of view {} is left to its next refresh", done.view());
      }
    }
  }

  private synchronized boolean isEnough(String view) {
    int made = commits.merge(view, 1, Integer::sum);
    if (made < enough) {
      return false;
    }
    commits.remove(view);
    return true;
  }

  /** Does something now, and again and again, between the maintenance of views. */
  void repeat(Runnable work, Duration interval) {
    executor.scheduleWithFixedDelay(
        () -> {
          try {
            work.run();
          } catch (RuntimeException e) {
            LOG.warn("Maintenance failed, and is tried again", e);
          }
        },
        0,
        interval.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void bound(String view) {
    if (executor.isShutdown()) {
      return;
    }
    try {
      bounding.bound(view).ifPresent(wait -> boundAgain(view, wait));
    } catch (BergviewException e) {
      LOG.info(
          "Maintenance of view {} is retried after its next refresh: {}", view, e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("Maintenance of view {} failed", view, e);
    }
  }

  private void boundAgain(String view, Duration wait) {
    if (awaited.add(view)) {
      Runnable again =
          () -> {
            if (awaited.remove(view)) {
              bound(view);
            }
          };
      try {
        executor.schedule(again, wait.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException stopped) {
        LOG.debug("Maintenance of view {} is left to its next refresh", view);
      }
    }
  }

  /** Forgets views that are not among these. */
  synchronized void retainOnly(Set<String> views) {
    awaited.retainAll(views);
    commits.keySet().retainAll(views);
  }

  /** Begins nothing more; what runs ends, or is cancelled by the caller. */
  @Override
  public void close() {
    executor.shutdown();
  }

  /** Waits, once it is closed, for what runs. */
  void await(Duration longest) {
    try {
      executor.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS);
      executor.shutdownNow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
