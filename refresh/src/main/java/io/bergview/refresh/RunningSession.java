package io.bergview.refresh;

import io.bergview.pipeline.CancelledException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionLease;
import org.jspecify.annotations.Nullable;

/** The session of the refresh that runs, so that another thread can stop it. */
public final class RunningSession {
  private volatile @Nullable DuckDbSession running;
  private volatile boolean cancelled;

  /** Takes the session of a lease, which the caller gives back. */
  public DuckDbSession use(SessionLease lease) {
    DuckDbSession session = lease.session();
    running = session;
    if (cancelled) {
      session.cancel();
    }
    return session;
  }

  /** Gives the session of a lease back before the refresh has ended. */
  public void giveBack(SessionLease lease) {
    running = null;
    lease.giveBack();
  }

  /** Cancels the running statement and all later ones; they fail with {@code CANCELLED}. */
  public void cancel() {
    cancelled = true;
    DuckDbSession session = running;
    if (session != null) {
      session.cancel();
    }
  }

  /** Whether {@link #cancel} was called. */
  public boolean isCancelled() {
    return cancelled;
  }

  /**
   * @throws CancelledException after {@link #cancel}
   */
  public void check() {
    if (cancelled) {
      throw new CancelledException(null);
    }
  }
}
