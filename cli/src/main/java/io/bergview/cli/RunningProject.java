package io.bergview.cli;

import io.bergview.api.Bergview;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The projects that commands of this process work on, so that Ctrl-C stops them cleanly. */
final class RunningProject {
  private static final Set<Bergview> OPEN = ConcurrentHashMap.newKeySet();
  private static final CountDownLatch FINISHED = new CountDownLatch(1);

  private RunningProject() {}

  static void began(Bergview project) {
    OPEN.add(project);
  }

  static void ended(Bergview project) {
    OPEN.remove(project);
  }

  /** The process is about to end by itself. */
  static void finished() {
    FINISHED.countDown();
  }

  /** Where the process is told to end, running work is cancelled and gets so long to tidy up. */
  static void cancelAtShutdown(long seconds) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> cancel(seconds), "bergview-cancel"));
  }

  private static void cancel(long seconds) {
    if (FINISHED.getCount() == 0 || OPEN.isEmpty()) {
      return;
    }
    OPEN.forEach(Bergview::cancel);
    try {
      if (!FINISHED.await(seconds, TimeUnit.SECONDS)) {
        System.err.println("bergview: did not stop within " + seconds + " seconds, ending anyway");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
