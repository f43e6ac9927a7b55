package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.staleness.Freshness;
import io.bergview.staleness.ViewState;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * How stale a view may be that answers for itself: as its grace period says, or as the query does.
 *
 * @param most empty for each view's own grace period
 */
record Tolerance(Optional<Duration> most, Clock clock) {
  Tolerance {
    requireNonNull(most, "most is null");
    requireNonNull(clock, "clock is null");
  }

  boolean allows(ViewState state) {
    return state.state() == Freshness.FRESH
        || most.map(limit -> isWithin(state, limit)).orElse(state.withinGrace());
  }

  /** Since when a view is stale is not always known; then it is too long. */
  private boolean isWithin(ViewState state, Duration limit) {
    return state.state() == Freshness.STALE
        && state
            .staleSince()
            .map(since -> !since.plus(limit).isBefore(clock.instant()))
            .orElse(false);
  }
}
