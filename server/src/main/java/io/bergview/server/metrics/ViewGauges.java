package io.bergview.server.metrics;

import io.bergview.staleness.Freshness;
import io.bergview.staleness.ViewContents;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The state of each view, as last polled. Staleness grows between two polls; a refresh ends it at
 * once. Dropped views have no values.
 */
final class ViewGauges {
  private final MeterRegistry registry;
  private final ViewLabels labels;
  private final Clock clock;
  private final Map<String, GaugeValues> seen = new ConcurrentHashMap<>();
  private final Map<Freshness, Integer> counts = new ConcurrentHashMap<>();
  private final Map<String, List<Meter>> meters = new HashMap<>();

  /** What is shown of a view. */
  private record GaugeValues(
      Optional<Instant> lastRefresh,
      Optional<Instant> staleSince,
      Optional<ViewContents> contents) {
    static GaugeValues of(ViewState state) {
      return new GaugeValues(state.lastRefresh(), state.staleSince(), state.contents());
    }
  }

  ViewGauges(MeterRegistry registry, ViewLabels labels, Clock clock) {
    this.registry = registry;
    this.labels = labels;
    this.clock = clock;
    for (Freshness state : Freshness.values()) {
      Gauge.builder("bergview.views", counts, found -> found.getOrDefault(state, 0))
          .description("Views by state")
          .tag("state", state.label())
          .register(registry);
    }
  }

  synchronized void saw(ViewStates states) {
    Map<Freshness, Integer> counted = new EnumMap<>(Freshness.class);
    Set<String> there = new HashSet<>();
    for (ViewState state : states.views()) {
      counted.merge(state.state(), 1, Integer::sum);
      there.add(state.view());
      seen.put(state.view(), GaugeValues.of(state));
      if (labels.of(state.view()).equals(state.view())) {
        meters.computeIfAbsent(state.view(), this::made);
      }
    }
    for (Freshness state : Freshness.values()) {
      counts.put(state, counted.getOrDefault(state, 0));
    }
    seen.keySet().retainAll(there);
    meters
        .entrySet()
        .removeIf(
            view -> {
              boolean gone = !there.contains(view.getKey());
              if (gone) {
                view.getValue().forEach(registry::remove);
              }
              return gone;
            });
  }

  /** A view is as fresh as it can be until the next look. */
  void refreshed(String view) {
    seen.computeIfPresent(
        view,
        (name, state) ->
            new GaugeValues(Optional.of(clock.instant()), Optional.empty(), state.contents()));
  }

  private List<Meter> made(String view) {
    List<Meter> made = new ArrayList<>();
    made.add(
        gauge(
            view,
            "bergview.view.staleness.seconds",
            "Since when the view is behind its sources; 0 where it is not",
            state -> state.staleSince().map(this::since).orElse(0.0)));
    made.add(
        gauge(
            view,
            "bergview.view.refresh.age.seconds",
            "Since the last refresh; NaN before the first",
            state -> state.lastRefresh().map(this::since).orElse(Double.NaN)));
    made.add(
        gauge(
            view,
            "bergview.view.rows",
            "Rows of the view; NaN where unknown",
            state -> state.contents().map(held -> known(held.rows().count())).orElse(Double.NaN)));
    made.add(
        gauge(
            view,
            "bergview.view.bytes",
            "Bytes of the view's files; NaN where unknown",
            state -> state.contents().map(held -> known(held.bytes())).orElse(Double.NaN)));
    return made;
  }

  private Meter gauge(String view, String name, String help, ToDoubleFunction<GaugeValues> value) {
    return Gauge.builder(
            name,
            seen,
            states -> {
              @Nullable GaugeValues state = states.get(view);
              return state == null ? Double.NaN : value.applyAsDouble(state);
            })
        .description(help)
        .tag("view", view)
        .register(registry);
  }

  private static double known(long count) {
    return count < 0 ? Double.NaN : count;
  }

  private double since(Instant time) {
    return Math.max(0, Duration.between(time, clock.instant()).toMillis() / 1e3);
  }
}
