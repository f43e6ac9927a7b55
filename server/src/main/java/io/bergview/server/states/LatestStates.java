package io.bergview.server.states;

import io.bergview.catalog.view.ViewListing.Unreadable;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The most recently polled state of each view. Polls of all views and of single ones may overlap
 * each other and refreshes, so each is numbered in the order of their starts: of two polls of a
 * view the later one counts, and a refresh is visible to those that started after its end.
 */
final class LatestStates {
  private final Map<String, ObservedState> seen = new LinkedHashMap<>();
  private final Map<String, Long> changed = new HashMap<>();
  private List<Unreadable> unreadable = List.of();
  private boolean any;
  private long last;

  private record ObservedState(long begun, ViewState state) {}

  /** Starts a poll and returns its number. */
  synchronized long begin() {
    return ++last;
  }

  /** What was seen of a view so far is outdated. */
  synchronized void changed(String view) {
    changed.put(view, ++last);
  }

  /** A poll of all views has ended. */
  synchronized void sawAll(ViewStates states, long begun) {
    Map<String, ObservedState> now = new LinkedHashMap<>();
    for (ViewState state : states.views()) {
      now.put(state.view(), new ObservedState(begun, state));
    }
    seen.forEach(
        (view, known) -> {
          if (known.begun() > begun) {
            now.put(view, known);
          }
        });
    seen.clear();
    seen.putAll(now);
    unreadable = states.unreadable();
    any = true;
    changed.values().removeIf(at -> at < begun);
  }

  /** A poll of one view has ended; empty if its state could not be read. */
  synchronized void saw(String view, Optional<ViewState> state, long begun) {
    ObservedState known = seen.get(view);
    if (state.isPresent() && (known == null || known.begun() < begun)) {
      seen.put(view, new ObservedState(begun, state.get()));
    }
    changed.computeIfPresent(view, (name, at) -> at < begun ? null : at);
  }

  /** Views that have changed since they were polled; none before the first poll of all views. */
  synchronized Set<String> outdated() {
    return any ? Set.copyOf(changed.keySet()) : Set.of();
  }

  /** Empty before the first poll of all views. */
  synchronized Optional<ViewStates> get() {
    return any
        ? Optional.of(
            new ViewStates(seen.values().stream().map(ObservedState::state).toList(), unreadable))
        : Optional.empty();
  }
}
