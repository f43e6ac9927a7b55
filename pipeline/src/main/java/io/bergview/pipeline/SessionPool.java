package io.bergview.pipeline;

import static java.util.Objects.requireNonNull;

import io.bergview.settings.ProjectSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A project's sessions. A returned session is emptied and reused by the next task: a new one would
 * cost each refresh some ten milliseconds. Safe for use by several threads.
 */
public final class SessionPool implements AutoCloseable {
  private final int kept;
  private final Callable<DuckDbSession> starting;

  /** The most recently used one is reused first: it has more cached tables. */
  private final Deque<DuckDbSession> idle = new ArrayDeque<>();

  private boolean closed;

  /** For one task at a time, as a rule. */
  public SessionPool(ProjectSettings settings) {
    this(settings, 1);
  }

  /**
   * @param atOnce how many tasks there usually are: so many sessions are kept, and each gets that
   *     share of the memory
   */
  public SessionPool(ProjectSettings settings, int atOnce) {
    this(atOnce, () -> ProjectSession.open(settings, atOnce));
  }

  private SessionPool(int kept, Callable<DuckDbSession> starting) {
    this.kept = kept;
    this.starting = requireNonNull(starting, "starting is null");
  }

  /**
   * For work that gives way to that of another pool: it runs on one thread, and leaves the sessions
   * that have kept something to the others.
   *
   * @param others how many pieces of other work share the memory
   */
  public static SessionPool givingWay(ProjectSettings settings, int others) {
    return new SessionPool(0, () -> ProjectSession.openOnOneThread(settings, others + 1));
  }

  /** A session for one task, at once where one waits. The caller gives it back. */
  public synchronized SessionLease lease() {
    DuckDbSession waiting = idle.pollFirst();
    return waiting == null
        ? SessionLease.starting(starting, this::takeBack)
        : SessionLease.of(waiting, this::takeBack);
  }

  private void takeBack(DuckDbSession session) {
    if (kept == 0 || !session.clear() || !keep(session)) {
      session.close();
    }
  }

  private synchronized boolean keep(DuckDbSession session) {
    if (closed || idle.size() >= kept) {
      return false;
    }
    idle.addFirst(session);
    return true;
  }

  /** Ends all idle sessions, even if one fails to end; those in use end when they are returned. */
  @Override
  public void close() {
    List<DuckDbSession> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(idle);
      idle.clear();
    }
    RuntimeException failure = null;
    for (DuckDbSession session : left) {
      try {
        session.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
