package io.bergview.cli;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The running commands of this process, so that Ctrl-C stops them cleanly. */
final class RunningProject {
  private static final Set<RunningTask> OPEN = ConcurrentHashMap.newKeySet();
  private static final CountDownLatch FINISHED = new CountDownLatch(1);

  private RunningProject() {}

  /**
   * A running task.
   *
   * @param stop ends it; called from another thread
   * @param patience how long the process waits for it to end
   */
  record RunningTask(Runnable stop, Duration patience) {
    RunningTask {
      requireNonNull(stop, "stop is null");
      requireNonNull(patience, "patience is null");
    }
  }

  static void began(RunningTask work) {
    OPEN.add(work);
  }

  static void ended(RunningTask work) {
    OPEN.remove(work);
  }

  /** The process is about to end by itself. */
  static void finished() {
    FINISHED.countDown();
  }

  /** When the process is terminated, running work is stopped and gets time to clean up. */
  static void stopAtShutdown() {
    Runtime.getRuntime().addShutdownHook(new Thread(RunningProject::stop, "bergview-cancel"));
  }

  private static void stop() {
    if (FINISHED.getCount() == 0 || OPEN.isEmpty()) {
      return;
    }
    Duration patience =
        OPEN.stream().map(RunningTask::patience).max(Comparator.naturalOrder()).orElseThrow();
    OPEN.forEach(work -> work.stop().run());
    try {
      if (!FINISHED.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println(
            "bergview: did not stop within " + patience.toSeconds() + " seconds, ending anyway");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
