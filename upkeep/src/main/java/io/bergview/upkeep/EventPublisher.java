package io.bergview.upkeep;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies listeners of events, on the thread of the event; a failing listener does not affect the
 * others.
 */
public final class EventPublisher implements UpkeepListener {
  private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);

  private final List<UpkeepListener> listeners;

  private EventPublisher(List<UpkeepListener> listeners) {
    this.listeners = listeners;
  }

  public static EventPublisher to(List<? extends UpkeepListener> listeners) {
    return new EventPublisher(List.copyOf(listeners));
  }

  /** To one listener, which may be a publisher already. */
  public static EventPublisher to(UpkeepListener listener) {
    return listener instanceof EventPublisher publisher ? publisher : to(List.of(listener));
  }

  @Override
  public void on(UpkeepEvent event) {
    for (UpkeepListener listener : listeners) {
      try {
        listener.on(event);
      } catch (RuntimeException e) {
        LOG.warn(
            "{} failed on what happened to view {}",
            listener.getClass().getSimpleName(),
            event.view(),
            e);
      }
    }
  }
}
