package io.bergview.upkeep.daemon;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewGraph;
import io.bergview.catalog.view.ViewListing;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.Suggestions;
import io.bergview.history.FailureJournal;
import io.bergview.maintain.ViewMaintenance;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.pin.SourceLeases;
import io.bergview.settings.ServeSettings;
import io.bergview.upkeep.DaemonThreads;
import io.bergview.upkeep.EventPublisher;
import io.bergview.upkeep.MissedTickNotes;
import io.bergview.upkeep.PausedViews;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepControl;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepListener;
import io.bergview.upkeep.UpkeepStatus;
import io.bergview.upkeep.queue.DependencyGroups;
import io.bergview.upkeep.queue.RefreshWorkers;
import io.bergview.upkeep.queue.RetryPolicy;
import io.bergview.upkeep.queue.ViewLimits;
import io.bergview.upkeep.schedule.Schedules;
import io.bergview.upkeep.stream.EventFilter;
import io.bergview.upkeep.stream.StreamWatcher;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the views of a project fresh for as long as the process runs: streaming ones as their
 * tables change, scheduled ones at their ticks, according to their current definitions. The only
 * state between processes is that of the catalogs, and which views are paused, so any process may
 * die at any time, and several may run at once. Safe for use by several threads.
 */
public final class Upkeep implements UpkeepControl, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  /** How often the definitions are checked again. */
  private static final Duration DEFINITIONS_INTERVAL = Duration.ofSeconds(5);

  /** How often leases are looked at; each is renewed after half of its age. */
  private static final Duration LEASES_INTERVAL = Duration.ofMinutes(1);

  /** How long other tasks than refreshes have to end at a stop. */
  private static final Duration TO_END = Duration.ofSeconds(10);

  private final Clock clock;
  private final ViewRegistry registry;
  private final Catalogs catalogs;
  private final ProjectContext refreshing;
  private final ProjectContext maintaining;
  private final ViewMaintenance maintenance;
  private final Housekeeping housekeeping;
  private final BehindUpstream behindUpstream = new BehindUpstream();
  private final RefreshWorkers workers;
  private final StreamWatcher watcher;
  private final Schedules schedules;
  private final ScheduledExecutorService definitions;
  private final PausedViews paused;
  private volatile Set<String> views = Set.of();
  private String pausesProblem = "";
  private volatile boolean ready;
  private volatile boolean stopping;

  private Upkeep(ProjectContext context, RefreshProgress progress, UpkeepListener listener) {
    Project project = context.project();
    ServeSettings settings = project.serve();
    this.clock = context.clock();
    this.catalogs = context.catalogs();
    this.registry = context.registry();
    this.refreshing = context.forWorkers(settings.workers());
    this.maintaining = context.givingWayTo(settings.workers());
    this.maintenance =
        new ViewMaintenance(maintaining, RefreshProgress.SILENT, project.maintenance().limits());
    this.housekeeping =
        new Housekeeping(
            project.maintenance().commits(),
            view ->
                maintenance
                    .keepBounded(view)
                    .again()
                    .map(again -> Duration.between(clock.instant(), again)));
    TimeoutNotes timeouts = new TimeoutNotes(new FailureJournal(project));
    UpkeepListener all =
        EventPublisher.to(
            List.of(
                housekeeping, behindUpstream, timeouts, new MissedTickNotes(context), listener));
    this.workers =
        new RefreshWorkers(
            new ProjectRefreshes(refreshing, new SerializedListener(progress), this::pausedViews),
            new RefreshWorkers.Limits(
                settings.workers(), settings.refreshTimeout(), RetryPolicy.of(settings)),
            all,
            clock);
    this.watcher =
        new StreamWatcher(context, new EventFilter(refreshing), workers, settings.pollInterval());
    this.schedules = new Schedules(context, workers, all);
    this.paused = new PausedViews(project, clock);
    this.definitions =
        Executors.newSingleThreadScheduledExecutor(new DaemonThreads("bergview-definitions"));
  }

  /**
   * Starts at once.
   *
   * @param progress is notified of the progress of refreshes, from their threads
   * @param listener notified of events, on the thread of the event
   * @throws BergviewException if no catalog can be listed
   */
  public static Upkeep start(
      ProjectContext context, RefreshProgress progress, UpkeepListener listener) {
    Upkeep upkeep = new Upkeep(context, progress, listener);
    try {
      upkeep.readPauses();
      upkeep.readDefinitions();
    } catch (RuntimeException e) {
      upkeep.close();
      throw e;
    }
    upkeep.workers.start();
    upkeep.watcher.start();
    upkeep.schedules.start();
    upkeep.housekeeping.repeat(() -> SourceLeases.renewAll(upkeep.maintaining), LEASES_INTERVAL);
    long interval = DEFINITIONS_INTERVAL.toMillis();
    upkeep.definitions.scheduleWithFixedDelay(
        upkeep::lookAgain, interval, interval, TimeUnit.MILLISECONDS);
    upkeep.ready = true;
    return upkeep;
  }

  /** Looks now at what the definitions say; it happens every few seconds anyway. */
  public void definitionsChanged() {
    try {
      definitions.execute(this::lookAgain);
    } catch (RejectedExecutionException stopped) {
      LOG.debug("Definitions changed after the stop");
    }
  }

  private void lookAgain() {
    lookAgainAtPauses();
    try {
      readDefinitions();
    } catch (RuntimeException e) {
      LOG.warn(
          "The definitions of the views cannot be read, so they are left unchanged: {}",
          e.getMessage());
    }
  }

  /** Also what another process of this project's folder has paused or resumed. */
  private void readPauses() {
    boolean fewer;
    synchronized (paused) {
      Set<String> now = paused.read().keySet();
      fewer = !now.containsAll(pausedViews());
      workers.pauseOnly(now);
    }
    if (fewer) {
      followAgain();
    }
  }

  /** Streaming views that had nothing to read while an upstream view was paused. */
  private void followAgain() {
    Instant now = clock.instant();
    for (String view : behindUpstream.following()) {
      workers.submit(new RefreshTask(view, new RefreshTrigger.SourceChange(now, now)));
    }
  }

  private void lookAgainAtPauses() {
    try {
      readPauses();
      pausesProblem = "";
    } catch (RuntimeException e) {
      String problem = String.valueOf(e.getMessage());
      if (!problem.equals(pausesProblem)) {
        LOG.warn("Views stay paused as they were: {}", problem);
        pausesProblem = problem;
      }
    }
  }

  /** What cannot be read stays as it was before, as far as it was there. */
  private synchronized void readDefinitions() {
    ViewListing listing = registry.listingToRead();
    List<RegisteredView> now = listing.views();
    workers.dependencyGroups(DependencyGroups.of(ViewGraph.of(now)));
    workers.limits(ViewLimits.of(now));
    workers.appending(
        now.stream()
            .filter(view -> view.definition().view().refresh().appends())
            .map(RegisteredView::name)
            .collect(Collectors.toSet()));
    workers.definitions(
        now.stream().collect(Collectors.toMap(RegisteredView::name, Upkeep::definition)));
    watcher.views(now);
    schedules.views(listing);
    views = now.stream().map(RegisteredView::name).collect(Collectors.toCollection(TreeSet::new));
    if (listing.unreadable().isEmpty()) {
      workers.retainOnly(views);
      housekeeping.retainOnly(views);
      behindUpstream.retainOnly(views);
      dropUnknownPauses();
    }
  }

  /** Another for each definition that a view has had, and for each view of that name. */
  private static String definition(RegisteredView view) {
    return view.table().uuid() + " " + view.definitionVersion();
  }

  private void dropUnknownPauses() {
    try {
      paused.retainOnly(views);
    } catch (RuntimeException e) {
      LOG.debug("The pauses of dropped views could not be removed", e);
    }
  }

  @Override
  public CompletionStage<UpkeepEvent> submit(RefreshTask task) {
    return workers.submit(task);
  }

  @Override
  public UpkeepStatus status() {
    RefreshWorkers.QueueState standing = workers.standing();
    return new UpkeepStatus(
        ready,
        stopping,
        standing.waiting(),
        standing.running(),
        standing.paused(),
        standing.givenUp(),
        behindUpstream.views(),
        schedules.next(),
        watcher.standing());
  }

  @Override
  public void pause(String view) {
    synchronized (paused) {
      paused.pause(known(view));
      workers.pause(view);
    }
  }

  @Override
  public void resume(String view) {
    synchronized (paused) {
      paused.forget(known(view));
      workers.resume(view);
    }
    followAgain();
  }

  private Set<String> pausedViews() {
    return workers.standing().paused();
  }

  private String known(String view) {
    Set<String> names = views;
    if (!names.contains(view)) {
      throw new NotFoundException(
          ErrorCode.VIEW_NOT_FOUND,
          "There is no view '%s'%s".formatted(view, Suggestions.didYouMean(view, names)));
    }
    return view;
  }

  @Override
  public int stop(Duration deadline) {
    stopping = true;
    try (refreshing;
        maintaining) {
      definitions.shutdown();
      watcher.close();
      schedules.pause();
      housekeeping.close();
      int cancelled = workers.stop(deadline);
      maintenance.cancel();
      housekeeping.await(TO_END);
      awaitEnd(definitions);
      schedules.close();
      return cancelled;
    }
  }

  private static void awaitEnd(ExecutorService ending) {
    try {
      if (!ending.awaitTermination(TO_END.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("The definitions are still being read");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops at once; what runs is cancelled. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }
}
