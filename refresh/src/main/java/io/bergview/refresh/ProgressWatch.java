package io.bergview.refresh;

import io.bergview.pipeline.engine.EngineSession;
import java.util.OptionalDouble;

/** Reports the progress of a session's statement from another thread. */
public final class ProgressWatch implements AutoCloseable {
  private static final long INTERVAL_MILLIS = 100;

  private final Thread thread;

  public ProgressWatch(String view, EngineSession session, RefreshProgress progress) {
    thread = new Thread(() -> watch(view, session, progress), "bergview-progress");
    thread.setDaemon(true);
    thread.start();
  }

  private static void watch(String view, EngineSession session, RefreshProgress progress) {
    try {
      while (true) {
        Thread.sleep(INTERVAL_MILLIS);
        OptionalDouble percent = session.progress();
        progress.advance(
            view, percent.isPresent() ? percent.getAsDouble() / 100 : Double.NaN, "computing");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
