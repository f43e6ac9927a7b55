package io.bergview.server.states;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks in the background that must never block a refresh: they run on threads of its own, in
 * order of submission, and are dropped if too many wait already. Dropped tasks are counted, with a
 * warning once a minute.
 */
public final class BestEffortExecutor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BestEffortExecutor.class);
  private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

  private final String what;
  private final Clock clock;
  private final Runnable dropped;
  private final Duration patience;
  private final ThreadPoolExecutor threads;
  private Instant lastWarning = Instant.EPOCH;
  private long sinceWarning;

  /**
   * @param what is done, as warnings name it: {@code OpenLineage events}
   * @param most how much may wait
   * @param patience how long {@link #close} waits for what is left to do
   * @param dropped called for each task that is left undone
   */
  public BestEffortExecutor(
      String what, int threads, int most, Duration patience, Clock clock, Runnable dropped) {
    this.what = requireNonNull(what, "what is null");
    this.clock = requireNonNull(clock, "clock is null");
    this.dropped = requireNonNull(dropped, "dropped is null");
    this.patience = requireNonNull(patience, "patience is null");
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(most),
            work -> {
              Thread thread = new Thread(work, "bergview " + what + " " + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    this.threads.allowCoreThreadTimeOut(true);
  }

  /** Returns at once. What the work throws is logged. */
  public void submit(Runnable work) {
    try {
      threads.execute(() -> run(work));
    } catch (RejectedExecutionException e) {
      dropped.run();
      warn();
    }
  }

  private void run(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("{} failed: {}", what, e.toString());
      LOG.debug("It failed here", e);
    }
  }

  private synchronized void warn() {
    sinceWarning++;
    Instant now = clock.instant();
    if (lastWarning.plus(BETWEEN_WARNINGS).isBefore(now)) {
      LOG.warn("{}: {} dropped, the queue is full", what, sinceWarning);
      lastWarning = now;
      sinceWarning = 0;
    }
  }

  /** Accepts no more tasks; waiting ones run, within the time limit. */
  @Override
  public void close() {
    int left = finish();
    if (left > 0) {
      LOG.warn("{}: {} not done when the process stopped", what, left);
    }
  }

  /**
   * As {@link #close}, without a warning.
   *
   * @return how much is left undone, with what was being done
   */
  public int finish() {
    threads.shutdown();
    try {
      if (threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return 0;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int running = threads.getActiveCount();
    return threads.shutdownNow().size() + running;
  }
}
