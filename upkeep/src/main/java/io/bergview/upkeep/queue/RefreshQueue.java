package io.bergview.upkeep.queue;

import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The queued refreshes and those that run. The view that has waited longest is first; one with
 * repeated triggers takes its turn like any other. At most one refresh of each view waits, and one
 * batch of each dependency group runs. Times are passed by the caller. Not thread-safe.
 */
final class RefreshQueue {
  private final Map<String, QueuedRefresh> waiting = new LinkedHashMap<>();
  private final Map<String, QueuedRefresh> running = new LinkedHashMap<>();
  private final Set<String> busyGroups = new HashSet<>();
  private final Set<String> paused = new HashSet<>();
  private final Batches batches = new Batches();
  private DependencyGroups dependencyGroups = DependencyGroups.NONE;

  /** Refreshes of one dependency group that run together. */
  record Batch(String dependencyGroup, List<QueuedRefresh> refreshes) {
    Batch {
      refreshes = List.copyOf(refreshes);
    }
  }

  void dependencyGroups(DependencyGroups now) {
    dependencyGroups = now;
  }

  /** Views that append: each tick of theirs is a piece of its own. */
  void appending(Set<String> views) {
    batches.of(views);
  }

  /** The ticks of a view that will have no batch, since too many wait; empty as a rule. */
  List<Instant> add(RefreshTask task, CompletableFuture<UpkeepEvent> waiter, Instant now) {
    QueuedRefresh queued = waiting.get(task.view());
    List<Instant> lost = List.of();
    if (queued == null) {
      queued = new QueuedRefresh(task, now);
      waiting.put(task.view(), queued);
    } else if (batches.isAnother(queued, task)) {
      Batches.Added added = batches.add(queued, task, now);
      waiting.put(task.view(), added.first());
      queued = added.queued();
      lost = added.lost();
    } else {
      queued.merge(task, now);
    }
    queued.addWaiter(waiter);
    return lost;
  }

  /** Commits to the sources of a view that was given up do not trigger an attempt before then. */
  void hold(String view, Instant until, int attempts) {
    QueuedRefresh queued = waiting.get(view);
    if (queued != null && queued.isOf(RefreshTrigger.SourceChange.class)) {
      queued.hold(until, attempts);
    }
  }

  /** What waits of a view is tried at once, as if it had never failed. */
  void requeue(String view, Instant now) {
    QueuedRefresh queued = waiting.get(view);
    if (queued != null) {
      queued.requeue(now);
    }
  }

  /** What is to be done now, which is worked on from now on; empty where nothing is ready. */
  Optional<Batch> next(Instant now) {
    Optional<String> dependencyGroup =
        waiting.values().stream()
            .filter(queued -> isReady(queued, now))
            .min(Comparator.comparing(QueuedRefresh::since))
            .map(queued -> dependencyGroups.of(queued.view()));
    return dependencyGroup.map(
        chosen -> {
          List<QueuedRefresh> refreshes =
              waiting.values().stream()
                  .filter(queued -> dependencyGroups.of(queued.view()).equals(chosen))
                  .filter(queued -> isReady(queued, now))
                  .toList();
          for (QueuedRefresh queued : refreshes) {
            waiting.remove(queued.view());
            batches.next(queued.view()).ifPresent(next -> waiting.put(next.view(), next));
            running.put(queued.view(), queued);
          }
          busyGroups.add(chosen);
          return new Batch(chosen, refreshes);
        });
  }

  private boolean isReady(QueuedRefresh queued, Instant now) {
    return isFree(queued) && !queued.ready().isAfter(now);
  }

  /** A family may have grown since a piece of it was begun. */
  private boolean isFree(QueuedRefresh queued) {
    return !paused.contains(queued.view())
        && !running.containsKey(queued.view())
        && !busyGroups.contains(dependencyGroups.of(queued.view()));
  }

  /** When something will be ready; empty where that takes an event. */
  Optional<Instant> nextReady() {
    return waiting.values().stream()
        .filter(this::isFree)
        .map(QueuedRefresh::ready)
        .min(Comparator.naturalOrder());
  }

  void ended(Batch batch) {
    busyGroups.remove(batch.dependencyGroup());
    batch.refreshes().forEach(queued -> running.remove(queued.view(), queued));
  }

  /**
   * A refresh is to be retried. If the view was requested meanwhile, the request is the next
   * attempt; other triggers are merged with it.
   */
  void putBack(QueuedRefresh queued, Instant retryAt) {
    QueuedRefresh newer = waiting.get(queued.view());
    if (newer != null && batches.keeps(queued)) {
      batches.putBack(newer);
      newer = null;
    }
    if (newer != null && newer.isOf(RefreshTrigger.Requested.class)) {
      queued.waiters().forEach(newer::addWaiter);
      return;
    }
    if (newer != null) {
      queued.merge(newer);
    }
    queued.waitUntil(retryAt);
    waiting.put(queued.view(), queued);
  }

  void pause(String view) {
    paused.add(view);
  }

  /** These are paused, and no others. */
  void pauseOnly(Set<String> views) {
    paused.clear();
    paused.addAll(views);
  }

  void resume(String view) {
    paused.remove(view);
  }

  /** Forgets views that are not among these. */
  void resumeAllExcept(Set<String> views) {
    paused.retainAll(views);
  }

  Set<String> paused() {
    return Set.copyOf(paused);
  }

  List<QueuedRefresh> waiting() {
    return List.copyOf(waiting.values());
  }

  List<QueuedRefresh> running() {
    return List.copyOf(running.values());
  }

  /** Nothing waits any more. */
  List<QueuedRefresh> abandonWaiting() {
    List<QueuedRefresh> left = new ArrayList<>(waiting.values());
    left.addAll(batches.abandon());
    waiting.clear();
    return left;
  }
}
