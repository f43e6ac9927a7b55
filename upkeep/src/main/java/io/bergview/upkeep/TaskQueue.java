package io.bergview.upkeep;

import java.util.concurrent.CompletionStage;

/**
 * Accepts refreshes for execution by a worker. A view is never refreshed twice at once: a trigger
 * that comes while it waits is merged into the waiting refresh, and one that comes while it runs
 * waits behind it.
 */
public interface TaskQueue {
  /**
   * Requests the refresh of a view.
   *
   * @return completes with the last event of the refresh that this was merged into: it succeeded,
   *     or was given up; exceptionally with a {@link java.util.concurrent.CancellationException} if
   *     the queue stopped before
   */
  CompletionStage<UpkeepEvent> submit(RefreshTask task);
}
