package io.bergview.spark.driver;

import io.bergview.catalog.Project;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.run.PinnedRefresh;
import io.bergview.refresh.spark.EngineTask;
import io.bergview.spark.engine.SparkEngine;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Refreshes views of the project by the driver's session. */
final class RefreshRunner implements TaskRunner {
  private final ProjectContext context;
  private final PinnedRefresh refresh;

  RefreshRunner(Path project, SparkSession session) {
    this.context =
        ProjectContext.open(
            Project.open(project), Clock.systemUTC(), Optional.of(SparkEngine.on(session)));
    this.refresh = new PinnedRefresh(context);
  }

  @Override
  public RefreshResult run(EngineTask task, RefreshProgress progress, RunningSession running) {
    return refresh.refresh(task, progress, running);
  }

  @Override
  public void close() {
    context.close();
  }
}
