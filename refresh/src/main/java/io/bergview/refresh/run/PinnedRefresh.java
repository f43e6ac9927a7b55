package io.bergview.refresh.run;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.pin.BaseTables;
import io.bergview.refresh.run.ViewRefresh.RefreshOptions;
import io.bergview.refresh.spark.EngineTask;
import java.util.List;
import java.util.Optional;

/**
 * One attempt to refresh one view from the state of the base tables that another process has
 * pinned. That process retries, and records failures.
 */
public final class PinnedRefresh {
  private final ProjectContext context;

  /**
   * @param context with the engine that computes, in this process
   */
  public PinnedRefresh(ProjectContext context) {
    this.context = context;
  }

  /**
   * @throws io.bergview.refresh.pin.StalePinException if the pinned state is too old, or gone
   * @throws io.bergview.errors.BergviewException as a refresh does
   */
  public RefreshResult refresh(EngineTask task, RefreshProgress progress, RunningSession running) {
    return new ViewRefresh(context, progress, running)
        .run(find(task), bases(task), options(task), task.first(), kind -> {});
  }

  /** What {@link #refresh} would do; nothing is done. */
  public RefreshResult plan(EngineTask task, RefreshProgress progress, RunningSession running) {
    return new ViewRefresh(context, progress, running)
        .forecast(find(task), bases(task), options(task), List.of());
  }

  private RegisteredView find(EngineTask task) {
    return context.registry().find(task.view());
  }

  private BaseTables bases(EngineTask task) {
    return BaseTables.pinnedAt(context.catalogs(), task.bases());
  }

  /** Not handed on to another process, whatever the view says. */
  private static RefreshOptions options(EngineTask task) {
    return new RefreshOptions(
        task.full(), task.named(), task.scheduled(), Optional.of(EngineChoice.EMBEDDED));
  }
}
