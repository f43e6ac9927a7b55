package io.bergview.upkeep.queue;

import io.bergview.errors.BergviewException;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshResult;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The outcomes of upstream views that were refreshed together with a batch. If one failed, its
 * downstream views are retried with it.
 */
final class UpstreamEvents {
  private final RefreshQueue.Batch batch;
  private final RefreshTrigger trigger;
  private final Instant began;
  private final Instant now;
  private final int attempt;

  private UpstreamEvents(RefreshQueue.Batch batch, Instant began, Instant now) {
    this.batch = batch;
    this.trigger = new RefreshTrigger.Downstream(names(batch));
    this.began = began;
    this.now = now;
    this.attempt = batch.refreshes().stream().mapToInt(QueuedRefresh::attempts).max().orElse(1);
  }

  private static List<String> names(RefreshQueue.Batch batch) {
    return batch.refreshes().stream().map(QueuedRefresh::view).toList();
  }

  /**
   * @param settled what became of the batch's own views
   */
  static List<UpkeepEvent> of(
      RefreshQueue.Batch batch,
      RefreshOutcome outcome,
      Collection<UpkeepEvent> settled,
      Instant began,
      Instant now) {
    UpstreamEvents events = new UpstreamEvents(batch, began, now);
    Set<String> told = new HashSet<>(names(batch));
    List<UpkeepEvent> upstream = new ArrayList<>();
    for (RefreshResult result : outcome.done()) {
      if (told.add(result.view())) {
        upstream.add(events.started(result.view()));
        upstream.add(events.completed(result));
      }
    }
    for (RefreshOutcome.Failure failure : outcome.failures()) {
      if (told.add(failure.view())) {
        upstream.add(events.started(failure.view()));
        upstream.add(events.failed(failure.view(), failure.error(), retry(settled)));
      }
    }
    return upstream;
  }

  private static Optional<Instant> retry(Collection<UpkeepEvent> settled) {
    return settled.stream()
        .filter(UpkeepEvent.Failed.class::isInstance)
        .flatMap(event -> ((UpkeepEvent.Failed) event).retryAt().stream())
        .min(Comparator.naturalOrder());
  }

  private UpkeepEvent started(String view) {
    return new UpkeepEvent.Started(view, began, run(view), trigger, attempt, Duration.ZERO);
  }

  private UpkeepEvent completed(RefreshResult result) {
    return new UpkeepEvent.Completed(
        result.view(), now, run(result.view()), trigger, attempt, result);
  }

  private UpkeepEvent failed(String view, BergviewException error, Optional<Instant> retryAt) {
    return new UpkeepEvent.Failed(view, now, run(view), trigger, attempt, error, retryAt);
  }

  /** The same for all attempts of the work that the view is refreshed for. */
  private UUID run(String view) {
    String work = batch.refreshes().get(0).run() + " " + view;
    return UUID.nameUUIDFromBytes(work.getBytes(StandardCharsets.UTF_8));
  }
}
