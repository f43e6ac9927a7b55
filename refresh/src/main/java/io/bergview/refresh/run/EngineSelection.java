package io.bergview.refresh.run;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.incremental.CostEstimate;
import io.bergview.refresh.pin.PinnedSources;
import java.util.Optional;

/** Says which engine carries out a plan: that of the request, of the view, or of the project. */
final class EngineSelection {
  private final ProjectContext context;

  EngineSelection(ProjectContext context) {
    this.context = context;
  }

  /**
   * Whether Spark carries out a plan, in a process of its own.
   *
   * @param requested for this refresh; empty for what the view says, or else the project
   */
  boolean isSpark(
      RegisteredView view,
      RefreshPlan plan,
      PinnedSources sources,
      Optional<EngineChoice> requested) {
    boolean works =
        plan instanceof RefreshPlan.Incremental || plan instanceof RefreshPlan.Recompute;
    if (!works || context.computesHere()) {
      return false;
    }
    EngineChoice choice =
        requested
            .or(() -> view.definition().view().refresh().engine())
            .orElse(context.project().engine());
    return switch (choice) {
      case EMBEDDED -> false;
      case SPARK -> true;
      case AUTO -> bytes(view, plan, sources) >= context.project().spark().thresholdBytes();
    };
  }

  private long bytes(RegisteredView view, RefreshPlan plan, PinnedSources sources) {
    return plan instanceof RefreshPlan.Incremental
        ? new CostEstimate(context.catalogs()).changedBytes(view, sources)
        : CostEstimate.sourceBytes(sources);
  }
}
