package io.bergview.refresh;

import io.bergview.pipeline.CancelledException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionLease;
import io.bergview.pipeline.engine.EngineLease;
import io.bergview.pipeline.engine.EngineSession;
import org.jspecify.annotations.Nullable;

/** The session of the refresh that runs, so that another thread can stop it. */
public final class RunningSession {
  private volatile @Nullable Runnable running;
  private volatile boolean cancelled;

  /** Takes the session of a lease, which the caller gives back. */
  public EngineSession use(EngineLease lease) {
    EngineSession session = lease.session();
    begin(session::cancel);
    return session;
  }

  /** The same, of work that only DuckDB does. */
  public DuckDbSession use(SessionLease lease) {
    DuckDbSession session = lease.session();
    begin(session::cancel);
    return session;
  }

  private void begin(Runnable cancelling) {
    running = cancelling;
    if (cancelled) {
      cancelling.run();
    }
  }

  /** Gives the session of a lease back before the refresh has ended. */
  public void giveBack(EngineLease lease) {
    running = null;
    lease.giveBack();
  }

  /** The same, of work that only DuckDB does. */
  public void giveBack(SessionLease lease) {
    running = null;
    lease.giveBack();
  }

  /** Cancels the running statement and all later ones; they fail with {@code CANCELLED}. */
  public void cancel() {
    cancelled = true;
    Runnable cancelling = running;
    if (cancelling != null) {
      cancelling.run();
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
