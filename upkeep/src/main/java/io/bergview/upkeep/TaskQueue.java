package io.bergview.upkeep;

import java.util.concurrent.CompletionStage;

/**
 * Accepts refreshes for execution by a worker. A view is never refreshed twice at once: what is
 * wanted of it while it waits is taken in by what waits, and what is wanted while it runs waits
 * behind it.
 */
public interface TaskQueue {
  /**
   * Wants a view refreshed.
   *
   * @return complete with the last event of the work that took this in: it succeeded, or was given
   *     up; exceptionally with a {@link java.util.concurrent.CancellationException} where the queue
   *     stopped before
   */
  CompletionStage<UpkeepEvent> submit(RefreshTask task);
}
