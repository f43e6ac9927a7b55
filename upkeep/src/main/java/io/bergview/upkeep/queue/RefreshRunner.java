package io.bergview.upkeep.queue;

import io.bergview.refresh.RefreshOutcome;
import io.bergview.upkeep.RefreshTask;
import java.util.List;
import java.util.function.Consumer;

/** Runs queued refreshes. */
public interface RefreshRunner {
  /**
   * Refreshes views that belong together; returns when all are done, or failed.
   *
   * @param tasks one a view
   * @param cancellation is given, before the work begins, what stops it from another thread
   */
  RefreshOutcome run(List<RefreshTask> tasks, Consumer<Runnable> cancellation);
}
