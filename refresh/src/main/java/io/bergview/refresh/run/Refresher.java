package io.bergview.refresh.run;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import io.bergview.errors.UsageException;
import io.bergview.pipeline.MissingFileException;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshPlanner;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.full.FullRefresh;
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

  public Refresher(
      Project project,
      Catalogs catalogs,
      ViewRegistry registry,
      Clock clock,
      RefreshProgress progress) {
    this.catalogs = catalogs;
    this.registry = registry;
    this.staleness = new Staleness(catalogs, registry, clock);
    this.clock = clock;
    this.progress = progress;
    this.fullRefresh = new FullRefresh(project, catalogs, registry, clock, progress);
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
    List<RegisteredView> chosen =
        request.all()
            ? registry.list()
            : request.views().stream().distinct().map(registry::find).toList();
    RefreshOrder order = new RefreshOrder(catalogs, chosen);
    List<RefreshResult> done = new ArrayList<>();
    List<RefreshOutcome.Failure> failures = new ArrayList<>();
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
    fullRefresh.cancel();
  }

  private RefreshResult refresh(RegisteredView seen, RefreshRequest request) {
    RegisteredView view = seen;
    for (int attempt = 1; ; attempt++) {
      try {
        return attempt(view, request);
      } catch (ConflictException | MissingFileException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
        progress.phase(view.name(), "planning again");
        view = registry.find(view.name());
      }
    }
  }

  private RefreshResult attempt(RegisteredView view, RefreshRequest request) {
    Instant started = clock.instant();
    progress.phase(view.name(), "planning");
    ViewState state = staleness.state(view);
    RefreshPlan plan = RefreshPlanner.plan(view, state, request.full());
    if (request.dryRun() || plan instanceof RefreshPlan.Skip) {
      progress.phase(view.name(), "done");
      Snapshot current = view.table().currentSnapshot();
      long millis = Duration.between(started, clock.instant()).toMillis();
      return new RefreshResult(
          view.name(),
          plan.kind(),
          plan.reason(),
          plan.message(),
          current == null ? -1 : current.snapshotId(),
          0,
          0,
          millis);
    }
    RefreshResult result = fullRefresh.run(view, (RefreshPlan.Full) plan, started);
    progress.phase(view.name(), "done");
    return result;
  }
}
