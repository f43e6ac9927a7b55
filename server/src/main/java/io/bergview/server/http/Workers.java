package io.bergview.server.http;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import io.bergview.upkeep.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which requests are answered, once they have arrived whole. They may read catalogs
 * and tables and wait for slow clients; what must never wait for them, such as {@code /health}, is
 * answered on the threads of the connections.
 */
final class Workers implements AutoCloseable {
  private static final int THREADS = 32;
  private static final int MOST_WAITING = 1_000;

  private final Duration patience;
  private final ThreadPoolExecutor threads;

  /**
   * @param patience how long {@link #close} waits for requests that are being answered
   */
  Workers(Duration patience) {
    this(patience, THREADS, MOST_WAITING);
  }

  Workers(Duration patience, int threads, int mostWaiting) {
    this.patience = patience;
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(mostWaiting),
            new DaemonThreads("bergview-http"));
    this.threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Returns at once.
   *
   * @throws RefusedException {@code OVERLOADED} where too many requests wait already, {@code
   *     STOPPING}
   */
  void submit(Runnable request) {
    try {
      threads.execute(request);
    } catch (RejectedExecutionException e) {
      throw threads.isShutdown()
          ? new RefusedException(ErrorCode.STOPPING, "The service is stopping")
          : new RefusedException(
              ErrorCode.OVERLOADED,
              "%,d requests wait to be answered already; ask again later"
                  .formatted(threads.getQueue().size()));
    }
  }

  /**
   * Takes nothing more, and waits for the requests that were taken.
   *
   * @return whether all are answered
   */
  boolean finish(Duration deadline) {
    threads.shutdown();
    try {
      return threads.awaitTermination(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Nothing more is taken; what runs may end. */
  @Override
  public void close() {
    if (!finish(patience)) {
      threads.shutdownNow();
    }
  }
}
