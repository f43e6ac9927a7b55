package io.bergview.server;

import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepListener;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several listeners; a failing one does not affect the others. */
record Listeners(List<UpkeepListener> all) implements UpkeepListener {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  Listeners {
    all = List.copyOf(all);
  }

  @Override
  public void on(UpkeepEvent event) {
    for (UpkeepListener listener : all) {
      try {
        listener.on(event);
      } catch (RuntimeException e) {
        LOG.warn("{} failed: {}", listener.getClass().getSimpleName(), e.toString());
        LOG.debug("It failed here", e);
      }
    }
  }
}
