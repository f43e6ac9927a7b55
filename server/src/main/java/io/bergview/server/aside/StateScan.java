package io.bergview.server.aside;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.staleness.ViewStates;
import io.bergview.upkeep.DaemonThreads;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks again and again how all views stand, and tells those who want to know. */
public final class StateScan implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateScan.class);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Supplier<ViewStates> states;
  private final List<Consumer<ViewStates>> listeners;
  private final LastFresh lastFresh;
  private volatile Optional<ViewStates> latest = Optional.empty();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("bergview-states"));

  /**
   * @param states how they stand now
   * @param listeners told on the scan's own thread
   */
  public StateScan(Supplier<ViewStates> states, List<Consumer<ViewStates>> listeners, Clock clock) {
    this.lastFresh = new LastFresh(clock);
    this.states = requireNonNull(states, "states is null");
    this.listeners = List.copyOf(listeners);
  }

  /** Begins to look, so long after each look. */
  public void start(Duration pause) {
    thread.scheduleWithFixedDelay(this::look, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Looks now. Where nothing can be read that is logged, and what was seen last stays. */
  public void look() {
    try {
      ViewStates seen = lastFresh.told(states.get());
      latest = Optional.of(seen);
      listeners.forEach(listener -> listener.accept(seen));
    } catch (BergviewException e) {
      LOG.warn("The states of the views cannot be read: {}: {}", e.code(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("The states of the views cannot be read: {}", e.toString());
      LOG.debug("It failed here", e);
    }
  }

  /** What was seen last; empty before the first look. */
  public Optional<ViewStates> latest() {
    return latest;
  }

  /** Looks no more; waits for a look that is under way, which others would be closed beneath. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
