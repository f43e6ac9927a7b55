package io.bergview.upkeep.schedule;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewGraph;
import io.bergview.catalog.view.ViewListing;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.settings.ServeSettings;
import io.bergview.upkeep.EventPublisher;
import io.bergview.upkeep.MissedTicks;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.TaskQueue;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepListener;
import io.bergview.upkeep.queue.DependencyGroups;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refreshes views at the ticks of their schedules, following changes of their definitions.
 *
 * <p>Views of one dependency group that are due at the same instant are requested together, and so
 * are refreshed in dependency order, from one state of the base tables. A missed tick is made up
 * for once, whatever the number of ticks since: missed ticks are determined from the view's table
 * alone, so it does not matter which process has died.
 *
 * <p>Quartz fires the triggers and, if several processes share its tables, ensures that one of them
 * acts. It is not relied on for correctness: the commit of the view is what prevents two refreshes.
 */
public final class Schedules implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);

  /** Views that are due together wait so long for each other to be submitted. */
  private static final Duration GATHERING = Duration.ofMillis(100);

  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Clock clock;
  private final DueViews due;
  private final Timetable timetable;
  private final DueRefreshes work;
  private final EventPublisher publisher;
  private volatile ProjectSchedules book = ProjectSchedules.EMPTY;

  /**
   * Nothing fires before {@link #start}.
   *
   * @param listener notified of ticks that were missed
   * @throws StorageException where schedules are shared and their database cannot be used
   */
  public Schedules(ProjectContext context, TaskQueue queue, UpkeepListener listener) {
    this.catalogs = context.catalogs();
    this.registry = context.registry();
    this.clock = context.clock();
    this.publisher = EventPublisher.to(listener);
    ServeSettings settings = context.project().serve();
    this.due = new DueViews(context);
    this.timetable =
        new Timetable(
            QuartzStore.scheduler(settings.quartz(), context.project().secrets()),
            new TickJob.Firing() {
              @Override
              public void tick(String view, Instant planned, Optional<Instant> before)
                  throws InterruptedException {
                fired(view, planned, before);
              }

              @Override
              public void catchUp(Map<String, Instant> ticks) throws InterruptedException {
                want(ticks);
              }
            });
    this.work = new DueRefreshes(queue, settings, settings.quartz().isPresent());
  }

  /** From now on what is due is submitted. */
  public void start() {
    try {
      timetable.start();
    } catch (SchedulerException e) {
      throw unusable(e);
    }
  }

  /**
   * Adapts the schedules to the current definitions. Those of views that cannot be read do not
   * change.
   *
   * @throws StorageException if shared schedules cannot be read or written
   */
  public synchronized void views(ViewListing listing) {
    List<ViewSchedule> schedules = new ArrayList<>();
    listing.views().forEach(view -> ViewSchedule.of(view).ifPresent(schedules::add));
    boolean complete = listing.unreadable().isEmpty();
    ProjectSchedules before = book;
    if (!complete) {
      before.byView().values().stream()
          .filter(known -> listing.views().stream().noneMatch(v -> v.name().equals(known.view())))
          .forEach(schedules::add);
    }
    book = new ProjectSchedules(schedules, DependencyGroups.of(ViewGraph.of(listing.views())));
    Instant now = clock.instant();
    try {
      List<String> begun = timetable.follow(book.byView().values(), complete, now);
      if (!begun.isEmpty()) {
        catchUp(begun, listing, now);
      }
    } catch (SchedulerException e) {
      throw unusable(e);
    }
  }

  /** Views whose schedules are followed from now on may have missed ticks when they were not. */
  private void catchUp(List<String> begun, ViewListing listing, Instant now)
      throws SchedulerException {
    Map<String, Map<String, Instant>> dependencyGroups = new LinkedHashMap<>();
    for (DueView view : due.among(listing, now)) {
      if (view.verdict() == DueView.DueStatus.DUE
          && view.tick().isPresent()
          && begun.contains(view.view())) {
        dependencyGroups
            .computeIfAbsent(book.dependencyGroup(view.view()), head -> new TreeMap<>())
            .put(view.view(), view.tick().get());
        if (view.untried()) {
          missed(view, now);
        }
      }
    }
    for (Map<String, Instant> ticks : dependencyGroups.values()) {
      String first = ticks.keySet().iterator().next();
      Duration delay = book.of(first).map(ViewSchedule::delay).orElse(Duration.ZERO);
      timetable.catchUp(first, ticks, now.plus(delay));
    }
  }

  /**
   * A view's own trigger fired.
   *
   * @param planned the time for which it did
   * @param before the time for which it fired the last time
   */
  void fired(String view, Instant planned, Optional<Instant> before) throws InterruptedException {
    Optional<ViewSchedule> schedule = book.of(view).or(() -> scheduleNow(view));
    Optional<Instant> tick = schedule.flatMap(known -> known.tickBegunAt(planned));
    if (schedule.isEmpty() || tick.isEmpty()) {
      return;
    }
    boolean onTime = tick.get().plus(schedule.get().delay()).equals(planned);
    if (!onTime) {
      late(schedule.get(), tick.get(), before);
    }
    List<String> views = onTime ? book.together(view, tick.get()) : List.of(view);
    if (views.isEmpty()) {
      views = List.of(view);
    }
    if (views.get(0).equals(view)) {
      Map<String, Instant> ticks = new TreeMap<>();
      views.forEach(each -> ticks.put(each, tick.get()));
      want(ticks);
    }
  }

  /** A view's last tick was missed, and perhaps earlier ones. */
  private void missed(DueView view, Instant now) {
    Instant tick = view.tick().orElseThrow();
    MissedTicks ticks =
        view.missed()
            .map(earlier -> new MissedTicks(earlier.first(), tick, earlier.count() + 1))
            .orElse(new MissedTicks(tick, tick, 1));
    publisher.on(new UpkeepEvent.TicksMissed(view.view(), now, ticks, tick));
  }

  /** The process slept, or had no thread left, at the tick for which it fires now. */
  private void late(ViewSchedule schedule, Instant tick, Optional<Instant> before) {
    Instant first = tick;
    int count = 1;
    Optional<Instant> at = before.flatMap(schedule::tickBegunAt).flatMap(schedule.ticks()::next);
    if (at.isPresent() && at.get().isBefore(tick)) {
      first = at.get();
      for (; at.isPresent() && at.get().isBefore(tick) && count < MissedTicks.MOST; count++) {
        at = schedule.ticks().next(at.get());
      }
    }
    MissedTicks ticks = new MissedTicks(first, tick, count);
    publisher.on(new UpkeepEvent.TicksMissed(schedule.view(), clock.instant(), ticks, tick));
  }

  /** Of a view that another process has heard of before this one. */
  private Optional<ViewSchedule> scheduleNow(String view) {
    try {
      RegisteredView found = registry.find(view);
      return ViewSchedule.of(found);
    } catch (NotFoundException gone) {
      return Optional.empty();
    }
  }

  private void want(Map<String, Instant> ticks) throws InterruptedException {
    Optional<Instant> notBefore =
        ticks.size() > 1 ? Optional.of(clock.instant().plus(GATHERING)) : Optional.empty();
    List<RefreshTask> tasks = new ArrayList<>();
    ticks.forEach(
        (view, tick) ->
            tasks.add(new RefreshTask(view, new RefreshTrigger.ScheduleTick(tick), notBefore)));
    Map<String, Instant> left = work.submit(tasks);
    if (!left.isEmpty()) {
      handOver(left);
    }
  }

  /** This process stops; another that shares the schedules does what it has not done. */
  private void handOver(Map<String, Instant> ticks) {
    try {
      timetable.catchUp(ticks.keySet().iterator().next(), ticks, clock.instant());
    } catch (SchedulerException e) {
      LOG.warn("The ticks of {} could not be handed over to another process", ticks.keySet());
    }
  }

  /** When each scheduled view is due next, without its jitter. */
  public Map<String, Instant> next() {
    Instant now = clock.instant();
    Map<String, Instant> next = new TreeMap<>();
    book.byView()
        .forEach(
            (view, schedule) -> schedule.ticks().next(now).ifPresent(tick -> next.put(view, tick)));
    return next;
  }

  /** Nothing more is submitted; what was is seen to its end. */
  public void pause() {
    timetable.pause();
  }

  /** Submitted refreshes that have not ended are left to other processes, if there are any. */
  @Override
  public void close() {
    timetable.pause();
    work.stop();
    timetable.close();
  }

  private StorageException unusable(SchedulerException e) {
    return new StorageException(
        ErrorCode.CATALOG_UNREACHABLE,
        catalogs.project().secrets().mask("The schedules cannot be used: " + QuartzStore.root(e)));
  }
}
