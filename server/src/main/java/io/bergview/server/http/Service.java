package io.bergview.server.http;

import static java.util.Objects.requireNonNull;

import io.bergview.api.Bergview;
import io.bergview.server.states.StatePoller;
import io.bergview.upkeep.UpkeepControl;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What a server serves and controls.
 *
 * @param metrics in Prometheus's text format
 * @param states the most recently polled states of the views
 */
public record Service(
    Bergview bergview,
    UpkeepControl upkeep,
    Supplier<String> metrics,
    StatePoller states,
    Clock clock) {
  public Service {
    requireNonNull(bergview, "bergview is null");
    requireNonNull(upkeep, "upkeep is null");
    requireNonNull(metrics, "metrics is null");
    requireNonNull(states, "states is null");
    requireNonNull(clock, "clock is null");
  }
}
