package io.bergview.spark.driver;

import io.bergview.catalog.Project;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.run.PinnedRefresh;
import io.bergview.refresh.spark.EngineTask;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.spark.sql.SparkSession;

/** Says what a refresh would do, and does nothing. */
final class PlanOnly implements TaskRunner {
  private final ProjectContext context;
  private final PinnedRefresh refresh;

  PlanOnly(Path project, SparkSession session) {
    this.context = ProjectContext.open(Project.open(project), Clock.systemUTC());
    this.refresh = new PinnedRefresh(context);
  }

  @Override
  public RefreshResult run(EngineTask task, RefreshProgress progress, RunningSession running) {
    return refresh.plan(task, progress, running);
  }

  @Override
  public void close() {
    context.close();
  }
}
