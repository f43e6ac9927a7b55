package io.bergview.upkeep.schedule;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewGraph;
import io.bergview.catalog.view.ViewListing;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.history.FailureJournal;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.projection.definition.RefreshSettings.Mode;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshPlanner;
import io.bergview.refresh.RefreshRequest;
import io.bergview.settings.ServeSettings;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import io.bergview.upkeep.FailedAttempts;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.queue.RetryPolicy;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Determines which views are due, from their tables and the project's journal of failures: there is
 * no other state, so any process can do so at any time.
 *
 * <ul>
 *   <li>A view with a schedule is due if a refresh was needed at its last tick and has not been
 *       done since: {@link DueRule}.
 *   <li>A streaming view is due if a refresh would change it or one of its upstream views.
 *   <li>A view that only depends on the refresh of another is due with that one.
 *   <li>A view that has failed since is due again after a wait that doubles each time, for a
 *       schedule up to the limit of attempts, until the next tick.
 * </ul>
 *
 * Views in mode manual are left out: they are refreshed with due views that read them.
 */
public final class DueViews {
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Staleness staleness;
  private final FailureJournal journal;
  private final RetryPolicy retries;
  private final Clock clock;

  public DueViews(ProjectContext context) {
    this.catalogs = context.catalogs();
    this.registry = context.registry();
    this.clock = context.clock();
    this.staleness = context.staleness();
    this.journal = new FailureJournal(context.project());
    ServeSettings settings = context.project().serve();
    this.retries = RetryPolicy.of(settings);
  }

  /** All views whose mode is not manual, by name. Views that cannot be read are left out. */
  public List<DueView> now() {
    return among(registry.listing(), clock.instant());
  }

  /**
   * How often a view could not be refreshed since its tick, of one without since its last refresh.
   */
  public FailedAttempts attempts(String view) {
    try {
      RegisteredView found = registry.find(view);
      ViewState state = staleness.state(found);
      return new DueRule(found, state, retries, clock.instant()).attempts(journal);
    } catch (BergviewException unreadable) {
      return FailedAttempts.ONLY;
    }
  }

  /** Why each view is refreshed where these are due. */
  public static Function<String, RefreshTrigger> triggers(List<DueView> views, Instant now) {
    Map<String, RefreshTrigger> triggers = new TreeMap<>();
    for (DueView view : views) {
      if (view.isDue()) {
        triggers.put(
            view.view(),
            view.tick()
                .<RefreshTrigger>map(RefreshTrigger.ScheduleTick::new)
                .orElseGet(() -> new RefreshTrigger.SourceChange(now, now)));
      }
    }
    List<String> due = List.copyOf(triggers.keySet());
    return view -> triggers.getOrDefault(view, new RefreshTrigger.Downstream(due));
  }

  /** The missed ticks, before the last one, of the views that are due. */
  public static List<UpkeepEvent> missed(List<DueView> views, Instant now) {
    List<UpkeepEvent> missed = new ArrayList<>();
    for (DueView view : views) {
      if (view.isDue() && view.missed().isPresent() && view.tick().isPresent()) {
        missed.add(
            new UpkeepEvent.TicksMissed(view.view(), now, view.missed().get(), view.tick().get()));
      }
    }
    return missed;
  }

  /** What refreshes the views that are due, each for its tick. */
  public static RefreshRequest request(List<DueView> views) {
    List<String> due = new ArrayList<>();
    Map<String, Instant> ticks = new TreeMap<>();
    for (DueView view : views) {
      if (view.isDue()) {
        due.add(view.view());
        view.tick().ifPresent(tick -> ticks.put(view.view(), tick));
      }
    }
    return RefreshRequest.of(due.toArray(String[]::new)).at(ticks).unattended(due);
  }

  /** As {@link #now}, of some views at some instant. */
  List<DueView> among(ViewListing listing, Instant now) {
    Map<String, ViewState> states = new HashMap<>();
    staleness.states(listing).views().forEach(state -> states.put(state.view(), state));
    ViewGraph<RegisteredView> graph = ViewGraph.of(listing.views());
    Map<String, DueView> found = new TreeMap<>();
    List<RegisteredView> unattended =
        listing.views().stream()
            .filter(view -> settings(view).mode() != Mode.MANUAL)
            .filter(view -> states.containsKey(view.name()))
            .toList();
    for (RegisteredView view : unattended) {
      ViewState state = requireNonNull(states.get(view.name()));
      DueRule rule = new DueRule(view, state, retries, now);
      found.put(view.name(), rule.verdict(journal, beneath(view, state, graph, states)));
    }
    follow(unattended, graph, states, found);
    return List.copyOf(found.values());
  }

  private static DueRule.StaleUpstreams beneath(
      RegisteredView view,
      ViewState state,
      ViewGraph<RegisteredView> graph,
      Map<String, ViewState> states) {
    if (state.state() == Freshness.FRESH) {
      return new DueRule.StaleUpstreams(false, false);
    }
    List<RefreshSettings> behind =
        upstream(view, graph).stream()
            .filter(upstream -> isBehind(states.get(upstream.name())))
            .map(DueViews::settings)
            .toList();
    return new DueRule.StaleUpstreams(
        behind.stream().anyMatch(RefreshSettings::isRefreshedWithReaders),
        behind.stream().anyMatch(RefreshSettings::isLeftAlone));
  }

  /** The views that one reads: directly, or through others that are refreshed with it. */
  private static Set<RegisteredView> upstream(
      RegisteredView view, ViewGraph<RegisteredView> graph) {
    return graph.upstream(
        view.qualifiedName(), upstream -> settings(upstream).isRefreshedWithReaders());
  }

  private static RefreshSettings settings(RegisteredView view) {
    return view.definition().view().refresh();
  }

  private static boolean isBehind(@Nullable ViewState state) {
    return state != null && state.state() != Freshness.FRESH;
  }

  /** What reads a view that is due will have something to do once that is done. */
  private static void follow(
      List<RegisteredView> views,
      ViewGraph<RegisteredView> graph,
      Map<String, ViewState> states,
      Map<String, DueView> found) {
    boolean more = true;
    while (more) {
      more = false;
      for (RegisteredView view : views) {
        DueView known = requireNonNull(found.get(view.name()));
        boolean waitsForOthers =
            known.verdict() == DueView.DueStatus.NOT_DUE
                && known.mode() == Mode.STREAMING
                && RefreshPlanner.preview(requireNonNull(states.get(view.name())))
                    instanceof RefreshPlan.Skip;
        if (waitsForOthers && readsDue(upstream(view, graph), found)) {
          found.put(view.name(), DueRule.withUpstream(known));
          more = true;
        }
      }
    }
  }

  private static boolean readsDue(Set<RegisteredView> upstream, Map<String, DueView> found) {
    return upstream.stream()
        .map(view -> found.get(view.name()))
        .anyMatch(due -> due != null && due.isDue());
  }
}
