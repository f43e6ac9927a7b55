package io.bergview.server.hooks;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.Project;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.definition.RefreshSettings.Policy;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshReason;
import io.bergview.refresh.RefreshResult;
import io.bergview.server.states.BestEffortExecutor;
import io.bergview.settings.HookSettings;
import io.bergview.settings.HookSettings.Trigger;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Runs the project's hooks when a refresh is given up, when a view is unexpectedly recomputed, when
 * a view is stale for too long or has nothing to read because its upstream views are stale, when
 * that is over, and when ticks were missed. A failure or staleness is reported once, until it is
 * over. Hooks never block a refresh; a failing hook is only logged.
 */
public final class Hooks implements UpkeepListener, AutoCloseable {
  private static final int AT_ONCE = 4;
  private static final int MOST_WAITING = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A webhook is tried three times, with pauses. */
  private static final int ATTEMPTS = 3;

  /** Reasons of an expected full refresh. */
  private static final Set<String> WANTED =
      Set.of(
          RefreshReason.FIRST_REFRESH.name(),
          RefreshReason.REQUESTED.name(),
          RefreshReason.DEFINITION_CHANGED.name());

  /** Hears of each run of a hook how it ended. */
  @FunctionalInterface
  public interface Outcomes {
    /**
     * @param outcome {@code done}, {@code failed} or {@code dropped}
     */
    void add(String trigger, String outcome);
  }

  private final List<WatchingHook> hooks;
  private final Function<String, Policy> policies;
  private final UnaryOperator<String> mask;
  private final Outcomes outcomes;
  private final Clock clock;
  private final HookRunner runner;
  private final BestEffortExecutor background;

  /** A hook, and the views in a state that it was notified of, or would have been. */
  private record WatchingHook(
      HookSettings hook,
      ViewPatterns views,
      Episodes failed,
      Episodes stale,
      Episodes upstreamStale) {
    /**
     * @param episodes by state
     */
    static WatchingHook of(HookSettings hook, Function<Trigger, Episodes> episodes) {
      return new WatchingHook(
          hook,
          new ViewPatterns(hook.views()),
          episodes.apply(Trigger.FAILURE),
          episodes.apply(Trigger.STALE),
          episodes.apply(Trigger.UPSTREAM_STALE));
    }

    static WatchingHook inMemory(HookSettings hook) {
      return of(hook, state -> Episodes.inMemory());
    }
  }

  /**
   * @param policies by view
   * @param mask hides secrets in messages
   */
  public Hooks(
      Project project,
      Function<String, Policy> policies,
      UnaryOperator<String> mask,
      Outcomes outcomes,
      Clock clock) {
    this(
        project,
        project.serve().hooks().stream().map(WatchingHook::inMemory).toList(),
        policies,
        mask,
        outcomes,
        PATIENCE,
        clock);
  }

  private Hooks(
      Project project,
      List<WatchingHook> hooks,
      Function<String, Policy> policies,
      UnaryOperator<String> mask,
      Outcomes outcomes,
      Duration patience,
      Clock clock) {
    this.hooks = hooks;
    this.policies = requireNonNull(policies, "policies is null");
    this.mask = requireNonNull(mask, "mask is null");
    this.outcomes = requireNonNull(outcomes, "outcomes is null");
    this.clock = requireNonNull(clock, "clock is null");
    this.runner = new HookRunner(project.directory(), mask);
    this.background =
        new BestEffortExecutor(
            "Hooks", AT_ONCE, MOST_WAITING, patience, clock, () -> outcomes.add("any", "dropped"));
  }

  /**
   * Hooks of a command that is called periodically: their notifications are recorded in the
   * project's folder, and closing waits until they are done.
   *
   * @param policies by view
   */
  public static Hooks ofCommand(Project project, Function<String, Policy> policies, Clock clock) {
    EpisodeFile file = new EpisodeFile(project);
    List<HookSettings> settings = project.serve().hooks();
    List<WatchingHook> hooks = new ArrayList<>();
    Duration longest = Duration.ZERO;
    for (HookSettings hook : settings) {
      int number = hooks.size();
      hooks.add(WatchingHook.of(hook, state -> file.of(hook, number, state.label())));
      longest = hook.timeout().compareTo(longest) > 0 ? hook.timeout() : longest;
    }
    return new Hooks(
        project,
        hooks,
        policies,
        project.secrets()::displayText,
        (trigger, outcome) -> {},
        longest.multipliedBy(ATTEMPTS).plus(PATIENCE),
        clock);
  }

  /** Whether the project has some. */
  public boolean any() {
    return !hooks.isEmpty();
  }

  @Override
  public void on(UpkeepEvent event) {
    if (hooks.isEmpty()) {
      return;
    }
    if (event instanceof UpkeepEvent.Failed failed && isGivenUp(failed)) {
      failed(failed);
    } else if (event instanceof UpkeepEvent.Completed completed) {
      succeeded(completed);
    } else if (event instanceof UpkeepEvent.TicksMissed missed) {
      missed(missed);
    }
  }

  private void missed(UpkeepEvent.TicksMissed missed) {
    ObjectNode told = about(Trigger.TICKS_MISSED, missed.view(), missed.at());
    told.put("first", missed.ticks().first().toString());
    told.put("last", missed.ticks().last().toString());
    told.put("ticks", missed.ticks().count());
    told.put("caughtUp", missed.caughtUp().toString());
    for (WatchingHook watched : interested(missed.view())) {
      run(watched, new HookEvent(Trigger.TICKS_MISSED, missed.view(), told));
    }
  }

  /** What was cancelled, since the service stops, has not failed. */
  private static boolean isGivenUp(UpkeepEvent.Failed failed) {
    return failed.retryAt().isEmpty() && failed.error().code() != ErrorCode.CANCELLED;
  }

  private void failed(UpkeepEvent.Failed failed) {
    ObjectNode told = about(Trigger.FAILURE, failed.view(), failed.at());
    told.put("occasion", failed.trigger().label());
    told.put("attempts", failed.attempt());
    told.put("code", failed.error().code().name());
    told.put("message", mask.apply(String.valueOf(failed.error().getMessage())));
    for (WatchingHook watched : interested(failed.view())) {
      if (watched.failed().begins(failed.view())) {
        run(watched, new HookEvent(Trigger.FAILURE, failed.view(), told));
      }
    }
  }

  private void succeeded(UpkeepEvent.Completed completed) {
    for (WatchingHook watched : interested(completed.view())) {
      if (watched.failed().ends(completed.view())) {
        run(watched, recovered(Trigger.FAILURE, completed.view(), completed.at()));
      }
    }
    RefreshResult result = completed.result();
    upstreamStale(completed, result);
    boolean asked =
        completed.trigger() instanceof RefreshTrigger.Requested parameters && parameters.full();
    if (result.kind() == RefreshKind.FULL && !asked && !WANTED.contains(result.reason())) {
      background.submit(() -> unexpectedFull(completed));
    }
  }

  private void upstreamStale(UpkeepEvent.Completed completed, RefreshResult result) {
    boolean asked = completed.trigger() instanceof RefreshTrigger.Requested;
    for (WatchingHook watched : interested(completed.view())) {
      if (!result.leftBehind()) {
        if (watched.upstreamStale().ends(completed.view())) {
          run(watched, recovered(Trigger.UPSTREAM_STALE, completed.view(), completed.at()));
        }
      } else if (!asked && watched.upstreamStale().begins(completed.view())) {
        ObjectNode told = about(Trigger.UPSTREAM_STALE, completed.view(), completed.at());
        told.put("occasion", completed.trigger().label());
        told.put("reason", result.reason());
        told.put("message", mask.apply(result.message()));
        run(watched, new HookEvent(Trigger.UPSTREAM_STALE, completed.view(), told));
      }
    }
  }

  private void unexpectedFull(UpkeepEvent.Completed completed) {
    if (policies.apply(completed.view()) == Policy.FULL) {
      return;
    }
    RefreshResult result = completed.result();
    ObjectNode told = about(Trigger.UNEXPECTED_FULL, completed.view(), completed.at());
    told.put("occasion", completed.trigger().label());
    told.put("reason", result.reason());
    told.put("message", mask.apply(result.message()));
    told.put("snapshotId", result.snapshotId());
    told.put("rowsAdded", result.rowsAdded());
    told.put("durationMs", result.durationMs());
    HookEvent event = new HookEvent(Trigger.UNEXPECTED_FULL, completed.view(), told);
    for (WatchingHook watched : interested(completed.view())) {
      if (watched.hook().on().contains(Trigger.UNEXPECTED_FULL)) {
        runNow(watched.hook(), event);
      }
    }
  }

  /** How the views stand now. */
  public void saw(ViewStates states) {
    Instant now = clock.instant();
    for (WatchingHook watched : hooks) {
      for (ViewState state : states.views()) {
        if (watched.views().match(state.view())) {
          saw(watched, state, now);
        }
      }
    }
  }

  private void saw(WatchingHook watched, ViewState state, Instant now) {
    Duration limit = watched.hook().staleLimit();
    boolean beyond =
        state.staleSince().isPresent() && state.staleSince().get().plus(limit).isBefore(now);
    if (beyond && watched.stale().begins(state.view())) {
      Instant since = state.staleSince().get();
      ObjectNode told = about(Trigger.STALE, state.view(), now);
      told.put("staleSince", since.toString());
      told.put("staleSeconds", Duration.between(since, now).toSeconds());
      told.put("limitSeconds", limit.toSeconds());
      told.put("reason", state.reason().name());
      told.put("message", mask.apply(state.message()));
      run(watched, new HookEvent(Trigger.STALE, state.view(), told));
    } else if (!beyond && watched.stale().ends(state.view())) {
      run(watched, recovered(Trigger.STALE, state.view(), now));
    }
  }

  private HookEvent recovered(Trigger from, String view, Instant at) {
    ObjectNode told = about(Trigger.RECOVERED, view, at).put("from", from.label());
    return new HookEvent(Trigger.RECOVERED, view, told);
  }

  private static ObjectNode about(Trigger trigger, String view, Instant at) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("event", trigger.label())
        .put("view", view)
        .put("at", at.toString());
  }

  private List<WatchingHook> interested(String view) {
    return hooks.stream().filter(watched -> watched.views().match(view)).toList();
  }

  private void run(WatchingHook watched, HookEvent event) {
    if (watched.hook().on().contains(event.trigger())) {
      background.submit(() -> runNow(watched.hook(), event));
    }
  }

  private void runNow(HookSettings hook, HookEvent event) {
    boolean done = runner.run(hook, event);
    outcomes.add(event.trigger().label(), done ? "done" : "failed");
  }

  /** Runs waiting hooks, within a few seconds. */
  @Override
  public void close() {
    background.close();
  }
}
