package io.bergview.upkeep.queue;

import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** One refresh of one view, queued or running. */
final class QueuedRefresh {
  private final String view;
  private final UUID run = UUID.randomUUID();
  private final List<CompletableFuture<UpkeepEvent>> waiters = new ArrayList<>();
  private RefreshTrigger trigger;
  private Instant since;
  private Instant ready;
  private int attempts;
  private boolean held;

  QueuedRefresh(RefreshTask task, Instant now) {
    this.view = task.view();
    this.trigger = task.trigger();
    this.since = now;
    this.ready = readiness(task, now);
  }

  String view() {
    return view;
  }

  /** The same for all attempts. */
  UUID run() {
    return run;
  }

  RefreshTrigger trigger() {
    return trigger;
  }

  /** Since when it waits for a worker, or will; once it is begun, since then. */
  Instant since() {
    return since;
  }

  /** When it may be begun. */
  Instant ready() {
    return ready;
  }

  int attempts() {
    return attempts;
  }

  void addWaiter(CompletableFuture<UpkeepEvent> waiter) {
    waiters.add(waiter);
  }

  List<CompletableFuture<UpkeepEvent>> waiters() {
    return waiters;
  }

  private static Instant readiness(RefreshTask task, Instant now) {
    return task.notBefore().filter(now::isBefore).orElse(now);
  }

  /**
   * A refresh that waits for its next attempt is tried at once, with a new count of attempts, on
   * request; one of a view that was given up also at a tick. Commits do neither: otherwise a busy
   * source would have a failing view tried at every commit, for ever.
   */
  void merge(RefreshTask task, Instant now) {
    trigger = merged(trigger, task.trigger());
    boolean requeue =
        task.trigger() instanceof RefreshTrigger.Requested
            || (held && task.trigger() instanceof RefreshTrigger.ScheduleTick);
    if (requeue) {
      release();
    }
    Instant sooner = readiness(task, now);
    if (attempts == 0 && sooner.isBefore(ready)) {
      ready = sooner;
    }
  }

  /** Triggers that came while this ran apply to its next attempt. */
  void merge(QueuedRefresh newer) {
    trigger = merged(trigger, newer.trigger);
    waiters.addAll(newer.waiters);
  }

  /** The view was given up: this is tried once, not before then. */
  void hold(Instant until, int attemptsBefore) {
    held = true;
    attempts = attemptsBefore;
    ready = until.isAfter(ready) ? until : ready;
  }

  private void release() {
    held = false;
    attempts = 0;
  }

  /** The refresh need not wait any longer. */
  void requeue(Instant now) {
    release();
    ready = now.isBefore(ready) ? now : ready;
  }

  boolean isOf(Class<? extends RefreshTrigger> kind) {
    return kind.isInstance(trigger);
  }

  /** The tick that it is for; empty for another occasion. */
  Optional<Instant> tick() {
    return trigger instanceof RefreshTrigger.ScheduleTick tick
        ? Optional.of(tick.scheduled())
        : Optional.empty();
  }

  /** A request outranks a schedule, and a schedule a change; two of the same kind are combined. */
  private static RefreshTrigger merged(RefreshTrigger one, RefreshTrigger two) {
    if (one instanceof RefreshTrigger.Requested first
        && two instanceof RefreshTrigger.Requested second) {
      return new RefreshTrigger.Requested(first.at(), first.full() || second.full());
    }
    if (one instanceof RefreshTrigger.ScheduleTick first
        && two instanceof RefreshTrigger.ScheduleTick second) {
      return first.scheduled().isAfter(second.scheduled()) ? first : second;
    }
    if (one instanceof RefreshTrigger.SourceChange first
        && two instanceof RefreshTrigger.SourceChange second) {
      return first.seen().isAfter(second.seen()) ? second : first;
    }
    return rank(one) <= rank(two) ? one : two;
  }

  private static int rank(RefreshTrigger trigger) {
    if (trigger instanceof RefreshTrigger.Requested) {
      return 0;
    }
    return trigger instanceof RefreshTrigger.ScheduleTick ? 1 : 2;
  }

  RefreshTask begin(Instant now) {
    attempts++;
    since = now;
    return new RefreshTask(view, trigger);
  }

  UpkeepStatus.Waiting asWaiting() {
    return new UpkeepStatus.Waiting(
        view, trigger, since, attempts + 1, attempts > 0 ? Optional.of(ready) : Optional.empty());
  }

  UpkeepStatus.Running asRunning() {
    return new UpkeepStatus.Running(view, trigger, run, attempts, since);
  }

  void waitUntil(Instant instant) {
    since = instant;
    ready = instant;
  }
}
