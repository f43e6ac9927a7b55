package io.bergview.server.states;

import static java.util.Objects.requireNonNull;

import io.bergview.staleness.Freshness;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The start of staleness for views whose state does not record it: a view whose source was dropped,
 * or that is invalid for another reason, has no unread commit. It counts from when it was last
 * known to be fresh, or else last refreshed; before its first refresh there is none.
 */
final class StaleSince {
  private final Clock clock;
  private final Map<String, Instant> fresh = new HashMap<>();

  StaleSince(Clock clock) {
    this.clock = requireNonNull(clock, "clock is null");
  }

  /** The same states, with that. */
  ViewStates withStaleSince(ViewStates states) {
    Instant now = clock.instant();
    Set<String> there = states.views().stream().map(ViewState::view).collect(Collectors.toSet());
    fresh.keySet().retainAll(there);
    return new ViewStates(
        states.views().stream().map(state -> withStaleSince(state, now)).toList(),
        states.unreadable());
  }

  private ViewState withStaleSince(ViewState state, Instant now) {
    if (state.state() == Freshness.FRESH) {
      fresh.put(state.view(), now);
    }
    if (state.state() != Freshness.INVALID || state.staleSince().isPresent()) {
      return state;
    }
    Optional<Instant> seen = Optional.ofNullable(fresh.get(state.view()));
    Optional<Instant> since =
        state.lastRefresh().map(read -> seen.filter(read::isBefore).orElse(read)).or(() -> seen);
    return new ViewState(
        state.view(),
        state.table(),
        state.state(),
        state.reason(),
        state.message(),
        state.lastRefresh(),
        since,
        state.withinGrace(),
        state.nextTick(),
        state.contents(),
        state.sources());
  }
}
