package io.bergview.upkeep.stream;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.events.CreateSnapshotEvent;
import org.apache.iceberg.events.Listeners;

/**
 * Wakes a watcher when this process commits a snapshot, through any catalog. Iceberg's event is
 * only a hint: inside a transaction it is sent before the commit.
 */
final class CommitSignal implements AutoCloseable {
  /** Iceberg forgets no listener, so it knows one, for good. */
  private static final Set<CommitSignal> OPEN = new CopyOnWriteArraySet<>();

  static {
    Listeners.register(event -> OPEN.forEach(CommitSignal::raise), CreateSnapshotEvent.class);
  }

  private long raised;
  private long heard;

  CommitSignal() {
    OPEN.add(this);
  }

  synchronized void raise() {
    raised++;
    notifyAll();
  }

  /**
   * Waits for a signal that was not heard yet.
   *
   * @return whether there was one; false after so long a time without
   */
  synchronized boolean await(Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    while (raised == heard) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    heard = raised;
    return true;
  }

  @Override
  public void close() {
    OPEN.remove(this);
  }
}
