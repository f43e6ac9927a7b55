package io.bergview.spark.driver;

import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.spark.EngineTask;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** Refreshes views of one project, several at once. */
public interface TaskRunner extends AutoCloseable {
  /** Makes the runner of a driver, once. */
  interface Factory {
    /**
     * @param project the folder of {@code bergview.yaml}
     * @param session of this driver
     */
    TaskRunner open(Path project, SparkSession session);
  }

  /**
   * @param running is cancelled from another thread; Spark's jobs of the calling thread are too
   */
  RefreshResult run(EngineTask task, RefreshProgress progress, RunningSession running);

  @Override
  void close();
}
