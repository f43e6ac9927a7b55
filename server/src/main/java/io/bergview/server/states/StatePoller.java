package io.bergview.server.states;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import io.bergview.upkeep.DaemonThreads;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepListener;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls the state of all views, and notifies listeners. A view that was refreshed in between is
 * polled once more when its state is requested, so that no outdated state is reported.
 */
public final class StatePoller implements UpkeepListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatePoller.class);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Supplier<ViewStates> states;
  private final Function<String, ViewState> state;
  private final List<Consumer<ViewStates>> listeners;
  private final StaleSince lastFresh;
  private final LatestStates latest = new LatestStates();
  private volatile Optional<ViewStates> told = Optional.empty();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("bergview-states"));

  /**
   * A poller that is not started yet.
   *
   * @param states the current state of all views
   * @param state the current state of one view
   * @param listeners notified on the polling thread, one poll after the other
   */
  public StatePoller(
      Supplier<ViewStates> states,
      Function<String, ViewState> state,
      List<Consumer<ViewStates>> listeners,
      Clock clock) {
    this.lastFresh = new StaleSince(clock);
    this.states = requireNonNull(states, "states is null");
    this.state = requireNonNull(state, "state is null");
    this.listeners = List.copyOf(listeners);
  }

  /** Begins to look, so long after each look. */
  public void start(Duration pause) {
    thread.scheduleWithFixedDelay(this::look, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A successful refresh causes another poll of its view. */
  @Override
  public void on(UpkeepEvent event) {
    if (event instanceof UpkeepEvent.Completed completed) {
      latest.changed(completed.view());
    }
  }

  /** Looks now. Where nothing can be read that is logged, and what was seen last stays. */
  public void look() {
    try {
      long begun = latest.begin();
      latest.sawAll(states.get(), begun);
      notifyListeners();
    } catch (RuntimeException e) {
      warn("The states of the views cannot be read", e);
    }
  }

  /** What was seen last, and not before the last refresh of each view; empty before any look. */
  public Optional<ViewStates> latest() {
    Set<String> outdated = latest.outdated();
    outdated.forEach(this::look);
    if (!outdated.isEmpty()) {
      notifyListeners();
    }
    return told;
  }

  private void look(String view) {
    long begun = latest.begin();
    Optional<ViewState> seen = Optional.empty();
    try {
      seen = Optional.of(state.apply(view));
    } catch (RuntimeException e) {
      warn("The state of view " + view + " cannot be read", e);
    }
    latest.saw(view, seen, begun);
  }

  private synchronized void notifyListeners() {
    latest
        .get()
        .ifPresent(
            seen -> {
              ViewStates states = lastFresh.withStaleSince(seen);
              told = Optional.of(states);
              listeners.forEach(listener -> listener.accept(states));
            });
  }

  private static void warn(String what, RuntimeException e) {
    if (e instanceof BergviewException known) {
      LOG.warn("{}: {}: {}", what, known.code(), known.getMessage());
    } else {
      LOG.warn("{}: {}", what, e.toString());
      LOG.debug("It failed here", e);
    }
  }

  /** Stops polling; waits for a running poll, so that nothing that it uses is closed meanwhile. */
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
