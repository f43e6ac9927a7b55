package io.bergview.upkeep.queue;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.CancelledException;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshResult;
import io.bergview.upkeep.DaemonThreads;
import io.bergview.upkeep.EventPublisher;
import io.bergview.upkeep.MissedTicks;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.TaskQueue;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepListener;
import io.bergview.upkeep.UpkeepStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A fixed pool of threads that run queued refreshes, the longest waiting first. A failed refresh is
 * retried after a wait, a bounded number of times; one that takes too long is cancelled, which
 * counts as a failure. Safe for use by several threads.
 */
public final class RefreshWorkers implements TaskQueue, AutoCloseable {
  /** Sleeps are cut into such pieces: a clock that is set must not let work oversleep. */
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(1);

  private static final Duration LONGEST_CANCEL = Duration.ofSeconds(10);

  /**
   * @param workers how many refreshes run at once
   * @param timeout of one refresh
   */
  public record Limits(int workers, Duration timeout, RetryPolicy retries) {
    public Limits {
      requireNonNull(timeout, "timeout is null");
      requireNonNull(retries, "retries is null");
      if (workers < 1) {
        throw new IllegalArgumentException("workers is below 1: " + workers);
      }
    }
  }

  /** A snapshot of the queue. */
  public record QueueState(
      List<UpkeepStatus.Waiting> waiting,
      List<UpkeepStatus.Running> running,
      Set<String> paused,
      List<UpkeepStatus.GivenUp> givenUp) {
    public QueueState {
      waiting = List.copyOf(waiting);
      running = List.copyOf(running);
      paused = Set.copyOf(paused);
      givenUp = List.copyOf(givenUp);
    }
  }

  private final RefreshRunner runner;
  private final Limits limits;
  private final EventPublisher publisher;
  private final Clock clock;
  private final RefreshQueue refreshQueue = new RefreshQueue();
  private final Map<RefreshQueue.Batch, Runnable> cancellations = new LinkedHashMap<>();
  private final Map<String, UpkeepStatus.GivenUp> givenUp = new TreeMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final ScheduledExecutorService watchdog;
  private final Map<String, CommitCooldown> holds = new HashMap<>();
  private Map<String, String> definitions = Map.of();
  private volatile Map<String, ViewLimits> own = Map.of();
  private boolean stopping;
  private boolean cancelling;

  /** How long commits do not trigger another attempt at a view that was given up. */
  private record CommitCooldown(Instant until, int attempts) {}

  public RefreshWorkers(RefreshRunner runner, Limits limits, UpkeepListener listener, Clock clock) {
    this.runner = requireNonNull(runner, "runner is null");
    this.limits = requireNonNull(limits, "limits is null");
    this.publisher = EventPublisher.to(listener);
    this.clock = requireNonNull(clock, "clock is null");
    this.watchdog =
        Executors.newSingleThreadScheduledExecutor(new DaemonThreads("bergview-timeouts"));
  }

  /** Begins to work. What was submitted before has waited. */
  public synchronized void start() {
    for (int i = 1; i <= limits.workers(); i++) {
      Thread thread = new Thread(this::work, "bergview-refresh-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  @Override
  public CompletionStage<UpkeepEvent> submit(RefreshTask task) {
    CompletableFuture<UpkeepEvent> ended = new CompletableFuture<>();
    boolean taken;
    List<Instant> lost = List.of();
    synchronized (this) {
      taken = !stopping;
      if (taken) {
        lost = refreshQueue.add(task, ended, clock.instant());
        hold(task.view());
        notifyAll();
      }
    }
    if (!lost.isEmpty()) {
      lost(task, lost);
    }
    if (taken) {
      return ended;
    }
    ended.completeExceptionally(new CancellationException("no new refresh is started"));
    return ended;
  }

  private void hold(String view) {
    CommitCooldown hold = holds.get(view);
    if (hold != null) {
      refreshQueue.hold(view, hold.until(), hold.attempts());
    }
  }

  private void lost(RefreshTask task, List<Instant> ticks) {
    Instant next =
        task.trigger() instanceof RefreshTrigger.ScheduleTick tick
            ? tick.scheduled()
            : clock.instant();
    publisher.on(
        new UpkeepEvent.TicksMissed(
            task.view(),
            clock.instant(),
            new MissedTicks(ticks.get(0), ticks.get(ticks.size() - 1), ticks.size()),
            next));
  }

  /** Views that append, from now on: each tick of theirs is a batch. */
  public synchronized void appending(Set<String> views) {
    refreshQueue.appending(views);
  }

  /**
   * An identity of the current definition of each view. A view whose definition has changed is
   * tried as if it had never failed.
   */
  public synchronized void definitions(Map<String, String> now) {
    now.forEach(
        (view, definition) -> {
          String before = definitions.get(view);
          if (before != null && !before.equals(definition)) {
            holds.remove(view);
            refreshQueue.requeue(view, clock.instant());
          }
        });
    definitions = Map.copyOf(now);
    notifyAll();
  }

  /** Which views belong together, from now on. */
  public synchronized void dependencyGroups(DependencyGroups dependencyGroups) {
    refreshQueue.dependencyGroups(dependencyGroups);
    notifyAll();
  }

  /** What the definitions of some views say of their refreshes, from now on. */
  public void limits(Map<String, ViewLimits> views) {
    own = Map.copyOf(views);
  }

  private ViewLimits own(QueuedRefresh queued) {
    return own.getOrDefault(queued.view(), ViewLimits.NONE);
  }

  /** Views that are refreshed together share the longest of their timeouts. */
  private Duration timeout(RefreshQueue.Batch batch) {
    return batch.refreshes().stream()
        .map(queued -> own(queued).timeout().orElse(limits.timeout()))
        .max(Comparator.naturalOrder())
        .orElse(limits.timeout());
  }

  /** What waits of a view keeps waiting; what runs ends. */
  public synchronized void pause(String view) {
    refreshQueue.pause(view);
  }

  /** These are paused, and no others. */
  public synchronized void pauseOnly(Set<String> views) {
    refreshQueue.pauseOnly(views);
    notifyAll();
  }

  public synchronized void resume(String view) {
    refreshQueue.resume(view);
    notifyAll();
  }

  public synchronized QueueState standing() {
    return new QueueState(
        refreshQueue.waiting().stream().map(QueuedRefresh::asWaiting).toList(),
        refreshQueue.running().stream().map(QueuedRefresh::asRunning).toList(),
        refreshQueue.paused(),
        List.copyOf(givenUp.values()));
  }

  /** Forgets views that are not among these. */
  public synchronized void retainOnly(Set<String> views) {
    givenUp.keySet().retainAll(views);
    holds.keySet().retainAll(views);
    refreshQueue.resumeAllExcept(views);
  }

  private void work() {
    try {
      for (RefreshQueue.Batch batch = take(); batch != null; batch = take()) {
        run(batch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a queued refresh; null if there will be no more. */
  private synchronized RefreshQueue.@Nullable Batch take() throws InterruptedException {
    while (!stopping) {
      Instant now = clock.instant();
      Optional<RefreshQueue.Batch> batch = refreshQueue.next(now);
      if (batch.isPresent()) {
        return batch.get();
      }
      Duration sleep =
          refreshQueue
              .nextReady()
              .map(ready -> Duration.between(now, ready))
              .filter(wait -> wait.compareTo(LONGEST_SLEEP) < 0)
              .orElse(LONGEST_SLEEP);
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, sleep.toNanos()));
    }
    return null;
  }

  private void run(RefreshQueue.Batch batch) {
    List<RefreshTask> tasks = new ArrayList<>();
    for (QueuedRefresh queued : batch.refreshes()) {
      Instant now = clock.instant();
      Duration waited = Duration.between(queued.ready(), now);
      tasks.add(queued.begin(now));
      publisher.on(
          new UpkeepEvent.Started(
              queued.view(), now, queued.run(), queued.trigger(), queued.attempts(), waited));
    }
    AtomicBoolean late = new AtomicBoolean();
    try {
      settle(batch, attempt(batch, tasks, late), late.get());
    } catch (RuntimeException | Error e) {
      settle(batch, failedAltogether(tasks, e), late.get());
    }
  }

  private RefreshOutcome attempt(
      RefreshQueue.Batch batch, List<RefreshTask> tasks, AtomicBoolean late) {
    List<ScheduledFuture<?>> timers = new ArrayList<>();
    try {
      return runner.run(
          tasks,
          cancel -> {
            timers.add(
                watchdog.schedule(
                    () -> {
                      late.set(true);
                      cancel.run();
                    },
                    timeout(batch).toMillis(),
                    TimeUnit.MILLISECONDS));
            cancellable(batch, cancel);
          });
    } finally {
      timers.forEach(timer -> timer.cancel(false));
      synchronized (this) {
        cancellations.remove(batch);
      }
    }
  }

  private synchronized void cancellable(RefreshQueue.Batch batch, Runnable cancel) {
    cancellations.put(batch, cancel);
    if (cancelling) {
      cancel.run();
    }
  }

  private static RefreshOutcome failedAltogether(List<RefreshTask> tasks, Throwable failure) {
    BergviewException error =
        failure instanceof BergviewException known
            ? known
            : new StorageException(
                failure instanceof OutOfMemoryError ? ErrorCode.OUT_OF_MEMORY : ErrorCode.INTERNAL,
                "The refresh failed unexpectedly: " + failure,
                failure);
    return new RefreshOutcome(
        List.of(),
        tasks.stream().map(task -> new RefreshOutcome.Failure(task.view(), error)).toList());
  }

  /** Says what became of each piece, and puts back what is to be tried again. */
  private void settle(RefreshQueue.Batch batch, RefreshOutcome outcome, boolean late) {
    Map<QueuedRefresh, UpkeepEvent> events = new LinkedHashMap<>();
    List<UpkeepEvent> upstream;
    synchronized (this) {
      Instant began = batch.refreshes().get(0).since();
      refreshQueue.ended(batch);
      for (QueuedRefresh queued : batch.refreshes()) {
        UpkeepEvent event = event(batch, queued, outcome, late);
        events.put(queued, event);
        note(event);
        if (isTriedAgain(event)) {
          refreshQueue.putBack(queued, ((UpkeepEvent.Failed) event).retryAt().orElseThrow());
        } else {
          hold(queued.view());
        }
      }
      upstream = UpstreamEvents.of(batch, outcome, events.values(), began, clock.instant());
      upstream.forEach(this::note);
      notifyAll();
    }
    upstream.forEach(publisher::on);
    events.forEach(
        (queued, event) -> {
          publisher.on(event);
          if (!isTriedAgain(event)) {
            queued.waiters().forEach(waiter -> waiter.complete(event));
          }
        });
  }

  /** By this process: where it stops the next one does it. */
  private synchronized boolean isTriedAgain(UpkeepEvent event) {
    return !stopping && event instanceof UpkeepEvent.Failed failed && failed.retryAt().isPresent();
  }

  /** A given-up refresh is reported until some refresh of the view succeeds. */
  private void note(UpkeepEvent event) {
    if (event instanceof UpkeepEvent.Completed) {
      givenUp.remove(event.view());
      holds.remove(event.view());
    } else if (event instanceof UpkeepEvent.Failed failed
        && failed.retryAt().isEmpty()
        && failed.error().code() != ErrorCode.CANCELLED) {
      givenUp.put(
          failed.view(),
          new UpkeepStatus.GivenUp(
              failed.view(),
              failed.at(),
              failed.attempt(),
              failed.error().code(),
              String.valueOf(failed.error().getMessage())));
      Duration wait = limits.retries().waitAfter(failed.attempt());
      holds.put(failed.view(), new CommitCooldown(failed.at().plus(wait), failed.attempt()));
    }
  }

  private UpkeepEvent event(
      RefreshQueue.Batch batch, QueuedRefresh queued, RefreshOutcome outcome, boolean late) {
    Instant now = clock.instant();
    Optional<RefreshResult> result =
        outcome.done().stream()
            .filter(done -> done.view().equals(queued.view()))
            .reduce((a, b) -> b);
    if (result.isPresent()) {
      return new UpkeepEvent.Completed(
          queued.view(), now, queued.run(), queued.trigger(), queued.attempts(), result.get());
    }
    BergviewException error =
        outcome.failures().stream()
            .filter(failure -> failure.view().equals(queued.view()))
            .findFirst()
            .map(RefreshOutcome.Failure::error)
            .orElseGet(() -> missingOutcome(queued));
    if (late && error.code() == ErrorCode.CANCELLED) {
      error = tookTooLong(batch, queued, error);
    } else if (cancelling && error.code() != ErrorCode.CANCELLED) {
      error = new CancelledException(error);
    }
    RetryPolicy retries = own(queued).retries(limits.retries());
    boolean again = retries.allowsAfter(queued.attempts(), error);
    return new UpkeepEvent.Failed(
        queued.view(),
        now,
        queued.run(),
        queued.trigger(),
        queued.attempts(),
        error,
        again ? Optional.of(now.plus(retries.waitAfter(queued.attempts()))) : Optional.empty());
  }

  private static BergviewException missingOutcome(QueuedRefresh queued) {
    return new StorageException(
        ErrorCode.INTERNAL, "No result was reported for the refresh of view " + queued.view());
  }

  private BergviewException tookTooLong(
      RefreshQueue.Batch batch, QueuedRefresh queued, BergviewException cancelled) {
    return new StorageException(
        ErrorCode.REFRESH_TIMEOUT,
        "The refresh of view %s took longer than %d s and was cancelled; nothing was committed. Raise serve.refresh-timeout or $refresh.timeout, or let the view follow its changes more often"
            .formatted(queued.view(), timeout(batch).toSeconds()),
        cancelled);
  }

  /**
   * Begins nothing new, waits for what runs, and cancels what runs longer than that. What was
   * submitted and not begun ends with a {@link CancellationException}.
   *
   * @return how many views were being refreshed when that was cancelled
   */
  public int stop(Duration patience) {
    List<QueuedRefresh> left;
    synchronized (this) {
      stopping = true;
      left = refreshQueue.abandonWaiting();
      notifyAll();
    }
    left.forEach(
        queued ->
            queued
                .waiters()
                .forEach(
                    waiter ->
                        waiter.completeExceptionally(
                            new CancellationException("stopped before it started"))));
    int cancelled = 0;
    if (!join(patience)) {
      synchronized (this) {
        cancelled = refreshQueue.running().size();
        cancelling = true;
        cancellations.values().forEach(Runnable::run);
      }
      join(LONGEST_CANCEL);
    }
    watchdog.shutdownNow();
    return cancelled;
  }

  private boolean join(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        thread.join(Math.max(1, left));
      } catch (InterruptedException e) {
        interrupted = true;
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return threads.stream().noneMatch(Thread::isAlive);
  }

  /** Stops at once; what runs is cancelled. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }
}
