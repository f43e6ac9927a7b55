package io.bergview.upkeep.work;

import io.bergview.upkeep.Occasion;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What is wanted of one view: the refresh that waits for a worker, or that one works on. */
final class Piece {
  private final String view;
  private final UUID run = UUID.randomUUID();
  private final List<CompletableFuture<UpkeepEvent>> waiters = new ArrayList<>();
  private Occasion occasion;
  private Instant since;
  private Instant ready;
  private int attempts;
  private boolean held;

  Piece(RefreshTask task, Instant now) {
    this.view = task.view();
    this.occasion = task.occasion();
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

  Occasion occasion() {
    return occasion;
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
   * What waits for its next attempt is tried at once, and counted from the beginning, where
   * somebody asks for it; what is held since the view was given up also by a tick. Commits change
   * neither: else a busy source would have a view tried as often as it is committed to, for ever.
   */
  void takeIn(RefreshTask task, Instant now) {
    occasion = merged(occasion, task.occasion());
    boolean anew =
        task.occasion() instanceof Occasion.Asked
            || (held && task.occasion() instanceof Occasion.Tick);
    if (anew) {
      release();
    }
    Instant sooner = readiness(task, now);
    if (attempts == 0 && sooner.isBefore(ready)) {
      ready = sooner;
    }
  }

  /** What was wanted while this was worked on is wanted of its next attempt. */
  void takeIn(Piece newer) {
    occasion = merged(occasion, newer.occasion);
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

  /** What it waited for is no reason to wait any more. */
  void anew(Instant now) {
    release();
    ready = now.isBefore(ready) ? now : ready;
  }

  boolean isOf(Class<? extends Occasion> kind) {
    return kind.isInstance(occasion);
  }

  /** The tick that it is for; empty for another occasion. */
  Optional<Instant> tick() {
    return occasion instanceof Occasion.Tick tick
        ? Optional.of(tick.scheduled())
        : Optional.empty();
  }

  /** What is asked for outranks a schedule, and that a change; of two of a kind both count. */
  private static Occasion merged(Occasion one, Occasion two) {
    if (one instanceof Occasion.Asked first && two instanceof Occasion.Asked second) {
      return new Occasion.Asked(first.at(), first.full() || second.full());
    }
    if (one instanceof Occasion.Tick first && two instanceof Occasion.Tick second) {
      return first.scheduled().isAfter(second.scheduled()) ? first : second;
    }
    if (one instanceof Occasion.Change first && two instanceof Occasion.Change second) {
      return first.seen().isAfter(second.seen()) ? second : first;
    }
    return rank(one) <= rank(two) ? one : two;
  }

  private static int rank(Occasion occasion) {
    if (occasion instanceof Occasion.Asked) {
      return 0;
    }
    return occasion instanceof Occasion.Tick ? 1 : 2;
  }

  RefreshTask begin(Instant now) {
    attempts++;
    since = now;
    return new RefreshTask(view, occasion);
  }

  UpkeepStatus.Waiting asWaiting() {
    return new UpkeepStatus.Waiting(
        view, occasion, since, attempts + 1, attempts > 0 ? Optional.of(ready) : Optional.empty());
  }

  UpkeepStatus.Running asRunning() {
    return new UpkeepStatus.Running(view, occasion, run, attempts, since);
  }

  void waitUntil(Instant instant) {
    since = instant;
    ready = instant;
  }
}
