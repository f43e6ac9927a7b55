package io.bergview.upkeep.queue;

import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Queued refreshes of views that append, behind the next one. Each tick of such a view is a batch
 * of its own, so a tick that comes while another waits is not merged into it: they run one at a
 * time, the earliest first, and requested refreshes after all of them, since a batch that is not
 * later than the last is not added. A limited number waits for each view; beyond that the earliest
 * ticks are lost and reported as missed. Not thread-safe.
 */
final class Batches {
  /** So many ticks of one view may wait. */
  static final int MOST_TICKS = 24;

  private final Map<String, List<QueuedRefresh>> behind = new HashMap<>();
  private Set<String> appending = Set.of();

  /**
   * @param queued that took in the task
   * @param first that is next now
   * @param lost ticks
   */
  record Added(QueuedRefresh queued, QueuedRefresh first, List<Instant> lost) {
    Added {
      lost = List.copyOf(lost);
    }
  }

  void of(Set<String> views) {
    appending = Set.copyOf(views);
  }

  /** Whether a queued refresh is a batch that nothing else may be merged into. */
  boolean keeps(QueuedRefresh queued) {
    return appending.contains(queued.view());
  }

  /** Whether a task must not be merged into the first waiting refresh. */
  boolean isAnother(QueuedRefresh first, RefreshTask task) {
    return keeps(first) && !isSame(first, task);
  }

  private static boolean isSame(QueuedRefresh queued, RefreshTask task) {
    return task.trigger() instanceof RefreshTrigger.ScheduleTick tick
        ? queued.tick().filter(tick.scheduled()::equals).isPresent()
        : queued.tick().isEmpty();
  }

  Added add(QueuedRefresh first, RefreshTask task, Instant now) {
    List<QueuedRefresh> all = new ArrayList<>(behind.getOrDefault(first.view(), List.of()));
    all.add(0, first);
    Optional<QueuedRefresh> same = all.stream().filter(queued -> isSame(queued, task)).findFirst();
    QueuedRefresh queued = same.orElseGet(() -> new QueuedRefresh(task, now));
    if (same.isPresent()) {
      queued.merge(task, now);
    } else {
      all.add(queued);
    }
    if (task.trigger() instanceof RefreshTrigger.Requested) {
      first.requeue(now);
    }
    all.sort(Comparator.comparing(each -> each.tick().orElse(Instant.MAX)));
    List<Instant> lost = lose(all);
    behind.put(first.view(), all);
    return new Added(all.contains(queued) ? queued : all.get(0), all.remove(0), lost);
  }

  /** Who waits for a tick that is lost hears of the one after it. */
  private static List<Instant> lose(List<QueuedRefresh> all) {
    List<Instant> lost = new ArrayList<>();
    while (all.stream().filter(queued -> queued.tick().isPresent()).count() > MOST_TICKS) {
      QueuedRefresh earliest = all.remove(0);
      earliest.waiters().forEach(all.get(0)::addWaiter);
      lost.add(earliest.tick().orElseThrow());
    }
    return lost;
  }

  /** What waits behind the first of a view, which becomes the first. */
  Optional<QueuedRefresh> next(String view) {
    List<QueuedRefresh> all = behind.getOrDefault(view, List.of());
    if (all.isEmpty()) {
      behind.remove(view);
      return Optional.empty();
    }
    return Optional.of(all.remove(0));
  }

  /** The first of a view is behind another again. */
  void putBack(QueuedRefresh first) {
    behind.computeIfAbsent(first.view(), view -> new ArrayList<>()).add(0, first);
  }

  /** Nothing waits any more. */
  List<QueuedRefresh> abandon() {
    List<QueuedRefresh> left = behind.values().stream().flatMap(List::stream).toList();
    behind.clear();
    return left;
  }
}
