package io.bergview.server.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/** The body of a request that has its answer: read and thrown away, within limits. */
final class DiscardedBody implements Runnable {
  private static final long MOST_BYTES = 16L << 20;
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final Request request;
  private final Callback callback;
  private final AtomicBoolean over = new AtomicBoolean();
  private final Scheduler.Task deadline;
  private long bytes;

  /**
   * @param callback completed once, at the end
   */
  DiscardedBody(Request request, Callback callback) {
    this.request = request;
    this.callback = callback;
    this.deadline =
        request
            .getComponents()
            .getScheduler()
            .schedule(this::end, LONGEST.toMillis(), TimeUnit.MILLISECONDS);
  }

  void begin() {
    run();
  }

  /** Reads the available bytes, and requests another call for more. */
  @Override
  public synchronized void run() {
    while (!over.get()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      boolean last = chunk.isLast() || Content.Chunk.isFailure(chunk);
      bytes += chunk.remaining();
      chunk.release();
      if (last || bytes > MOST_BYTES) {
        end();
      }
    }
  }

  private synchronized void end() {
    if (over.compareAndSet(false, true)) {
      deadline.cancel();
      callback.succeeded();
    }
  }
}
