package io.bergview.refresh.run;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshListener;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RunningSession;

/** Refreshes views: plans, runs, and plans again after a conflict. */
public final class Refresher {
  private final ProjectContext context;
  private final RefreshProgress progress;
  private final ViewRefresh refresh;
  private final RunningSession running = new RunningSession();

  public Refresher(ProjectContext context, RefreshProgress progress) {
    this.context = context;
    this.progress = progress;
    this.refresh = new ViewRefresh(context, progress, running);
  }

  /**
   * Refreshes the views of a request, each after those it reads, all from one state of their base
   * tables. A view whose upstream view failed is not refreshed. Each failure is recorded in the
   * project's journal, from which the history reports it.
   *
   * @throws io.bergview.errors.NotFoundException if a name is not a view; then nothing is done
   */
  public RefreshOutcome refresh(RefreshRequest request) {
    return refresh(request, RefreshListener.NONE);
  }

  /** As {@link #refresh(RefreshRequest)}; a dry run sends no events. */
  public RefreshOutcome refresh(RefreshRequest request, RefreshListener listener) {
    if (request.views().isEmpty() && !request.all()) {
      throw new UsageException(ErrorCode.USAGE, "No view is named; name one or more, or use --all");
    }
    return new RefreshRun(context, progress, refresh, request, listener).run();
  }

  /**
   * Stops what is running; the refresh fails with {@code CANCELLED} and nothing is committed. Call
   * it from any thread.
   */
  public void cancel() {
    running.cancel();
  }
}
