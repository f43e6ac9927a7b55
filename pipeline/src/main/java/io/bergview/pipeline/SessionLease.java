package io.bergview.pipeline;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session for one task, which starts and ends on threads of its own: to start takes ten
 * milliseconds and more, half a second in a new process, and to end takes some. Meanwhile the work
 * can be planned, and its result committed. For one thread.
 */
public final class SessionLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SessionLease.class);

  private final FutureTask<DuckDbSession> opening;
  private final Consumer<DuckDbSession> ending;
  private @Nullable Thread closing;

  private SessionLease(FutureTask<DuckDbSession> opening, Consumer<DuckDbSession> ending) {
    this.opening = opening;
    this.ending = ending;
  }

  /**
   * Begins to start a session.
   *
   * @param ending what becomes of it when it is given back
   */
  static SessionLease starting(Callable<DuckDbSession> open, Consumer<DuckDbSession> ending) {
    SessionLease lease = new SessionLease(new FutureTask<>(open), ending);
    start(lease.opening, "bergview-kernel-start");
    return lease;
  }

  /** A session that is there. */
  static SessionLease of(DuckDbSession session, Consumer<DuckDbSession> ending) {
    FutureTask<DuckDbSession> opened = new FutureTask<>(() -> session);
    opened.run();
    return new SessionLease(opened, ending);
  }

  private static Thread start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /**
   * The session, as soon as it has started.
   *
   * @throws io.bergview.errors.StorageException where it cannot start
   * @throws CancelledException where the thread is interrupted
   */
  public DuckDbSession session() {
    if (closing != null) {
      throw new IllegalStateException("the session was closed");
    }
    try {
      return opening.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException(e);
    }
  }

  /** The session is not to be used any more. */
  public void giveBack() {
    if (closing == null) {
      closing = start(this::end, "bergview-kernel-end");
    }
  }

  private void end() {
    try {
      ending.accept(opening.get());
    } catch (ExecutionException neverStarted) {
      LOG.debug("A session did not start", neverStarted);
    } catch (InterruptedException | RuntimeException e) {
      LOG.warn("A session did not close cleanly", e);
    }
  }

  /** Waits until nothing of what the session held is left. */
  @Override
  public void close() {
    giveBack();
    boolean interrupted = false;
    while (closing != null && closing.isAlive()) {
      try {
        closing.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
