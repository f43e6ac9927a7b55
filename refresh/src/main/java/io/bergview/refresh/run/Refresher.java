package io.bergview.refresh.run;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewListing;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.RefusedException;
import io.bergview.errors.UsageException;
import io.bergview.pipeline.KernelPool;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshPlanner;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningKernel;
import io.bergview.refresh.full.FullRefresh;
import io.bergview.refresh.incremental.Forecast;
import io.bergview.refresh.incremental.IncrementalRefresh;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Snapshot;

/** Refreshes views: plans, runs, and plans again where somebody else was first. */
public final class Refresher {
  private static final int MOST_ATTEMPTS = 5;

  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Staleness staleness;
  private final Clock clock;
  private final RefreshProgress progress;
  private final FullRefresh fullRefresh;
  private final IncrementalRefresh incrementalRefresh;
  private final RunningKernel running = new RunningKernel();

  public Refresher(
      Catalogs catalogs,
      ViewRegistry registry,
      KernelPool kernels,
      Clock clock,
      RefreshProgress progress) {
    this.catalogs = catalogs;
    this.registry = registry;
    this.staleness = new Staleness(catalogs, registry, clock);
    this.clock = clock;
    this.progress = progress;
    this.fullRefresh = new FullRefresh(catalogs, registry, kernels, clock, progress, running);
    this.incrementalRefresh =
        new IncrementalRefresh(catalogs, registry, kernels, clock, progress, running);
  }

  /**
   * Refreshes the views of a request, each after those it reads. A view whose upstream failed is
   * not refreshed.
   *
   * @throws io.bergview.errors.NotFoundException where a name is no view; then nothing is done
   */
  public RefreshOutcome refresh(RefreshRequest request) {
    if (request.views().isEmpty() && !request.all()) {
      throw new UsageException(ErrorCode.USAGE, "No view is named; name one or more, or say --all");
    }
    ViewListing chosen =
        request.all()
            ? registry.listing()
            : new ViewListing(
                request.views().stream().distinct().map(registry::find).toList(), List.of());
    RefreshOrder order = new RefreshOrder(catalogs, chosen.views());
    List<RefreshResult> done = new ArrayList<>();
    List<RefreshOutcome.Failure> failures = new ArrayList<>();
    chosen
        .unreadable()
        .forEach(broken -> failures.add(new RefreshOutcome.Failure(broken.name(), broken.error())));
    Set<String> failed = new HashSet<>();
    for (RegisteredView view : order.inOrder()) {
      try {
        List<String> missing =
            order.upstream(view).stream()
                .map(RegisteredView::name)
                .filter(failed::contains)
                .toList();
        if (!missing.isEmpty()) {
          throw new RefusedException(
              ErrorCode.POLICY_REFUSED,
              "View "
                  + view.name()
                  + " was not refreshed, since it reads "
                  + String.join(", ", missing)
                  + ", whose refresh failed");
        }
        done.add(refresh(view, request));
      } catch (BergviewException e) {
        failed.add(view.name());
        failures.add(new RefreshOutcome.Failure(view.name(), e));
      }
    }
    return new RefreshOutcome(done, failures);
  }

  /**
   * Stops what is running; the refresh fails with {@code CANCELLED} and nothing is committed. Call
   * it from any thread.
   */
  public void cancel() {
    running.cancel();
  }

  private RefreshResult refresh(RegisteredView seen, RefreshRequest request) {
    RegisteredView view = seen;
    for (int attempt = 1; ; attempt++) {
      try {
        return attempt(view, request, attempt);
      } catch (ConflictException | MissingFileException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
        progress.phase(view.name(), "planning again");
        view = registry.find(view.name());
      }
    }
  }

  private RefreshResult attempt(RegisteredView view, RefreshRequest request, int attempt) {
    Instant started = clock.instant();
    progress.phase(view.name(), "planning");
    ViewState state = staleness.state(view);
    RefreshPlan plan = RefreshPlanner.plan(view, state, request.full());
    RefreshResult result;
    if (request.dryRun() || plan instanceof RefreshPlan.Skip) {
      result = undone(view, forecast(view, state, plan), started);
    } else if (plan instanceof RefreshPlan.Incremental incremental) {
      result = follow(view, state, incremental, started, attempt);
    } else {
      result = fullRefresh.run(view, (RefreshPlan.Full) plan, started);
    }
    progress.phase(view.name(), "done");
    return result;
  }

  private RefreshPlan forecast(RegisteredView view, ViewState state, RefreshPlan plan) {
    RefreshPlan expected =
        plan instanceof RefreshPlan.Incremental incremental
            ? new Forecast(catalogs).of(view, incremental)
            : plan;
    return plan instanceof RefreshPlan.Incremental && expected instanceof RefreshPlan.Full full
        ? RefreshPlanner.bounded(view, state, full)
        : expected;
  }

  private RefreshResult undone(RegisteredView view, RefreshPlan plan, Instant started) {
    Snapshot current = view.table().currentSnapshot();
    return new RefreshResult(
        view.name(),
        plan.kind(),
        plan.reason(),
        plan.message(),
        current == null ? -1 : current.snapshotId(),
        0,
        0,
        Duration.between(started, clock.instant()).toMillis());
  }

  /** Where it turns out that the changes cannot be followed, the view is recomputed. */
  private RefreshResult follow(
      RegisteredView view,
      ViewState state,
      RefreshPlan.Incremental plan,
      Instant started,
      int attempt) {
    RefreshPlan.Full instead;
    try {
      IncrementalRefresh.Outcome outcome = incrementalRefresh.run(view, plan, started);
      if (outcome instanceof IncrementalRefresh.Outcome.Done done) {
        return done.result();
      }
      instead = ((IncrementalRefresh.Outcome.TooMuch) outcome).instead();
    } catch (MissingFileException e) {
      if (attempt == 1) {
        throw e;
      }
      instead =
          new RefreshPlan.Full(
              "SOURCE_SNAPSHOT_EXPIRED",
              "A file of the sources as view %s has read them is gone: %s"
                  .formatted(view.name(), e.getMessage()),
              false);
    }
    return fullRefresh.run(view, RefreshPlanner.bounded(view, state, instead), started);
  }
}
