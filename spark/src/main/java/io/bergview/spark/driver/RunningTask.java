package io.bergview.spark.driver;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.EngineException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.CancelledException;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.spark.EngineTask;
import io.bergview.refresh.spark.TaskFiles;
import io.bergview.refresh.spark.TaskOutcome;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One task of the driver, from its request to its result. */
final class RunningTask implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningTask.class);

  private final TaskFiles files;
  private final int number;
  private final Future<Opened> opened;
  private final RunningSession running = new RunningSession();
  private final TaskProgress progress;
  private volatile @Nullable SparkContext working;

  /** What all tasks share, once Spark has started. */
  record Opened(SparkSession session, TaskRunner runner) {
    Opened {
      requireNonNull(session, "session is null");
      requireNonNull(runner, "runner is null");
    }
  }

  RunningTask(TaskFiles files, int number, Future<Opened> opened) {
    this.files = files;
    this.number = number;
    this.opened = opened;
    this.progress = new TaskProgress(files, number);
  }

  private String group() {
    return "bergview-" + number;
  }

  @Override
  public void run() {
    EngineTask task = files.request(number);
    TaskOutcome outcome;
    try {
      progress.phase(task.view(), "starting Spark");
      outcome = new TaskOutcome.Done(refresh(task));
    } catch (Throwable failure) {
      // Also errors: whoever waits for the result must hear of them.
      LOG.warn("The refresh of {} failed", task.view(), failure);
      outcome =
          TaskOutcome.failure(
              task.view(), running.isCancelled() ? new CancelledException(failure) : failure);
    }
    files.outcome(number, outcome);
  }

  private RefreshResult refresh(EngineTask task) throws Exception {
    Opened shared = opened.get();
    SparkContext context = shared.session().sparkContext();
    context.setJobGroup(group(), "refresh of " + task.view(), true);
    working = context;
    try {
      running.check();
      return shared.runner().run(task, progress, running);
    } catch (RuntimeException e) {
      throw context.isStopped() ? ended(task, e) : e;
    } finally {
      working = null;
      context.clearJobGroup();
    }
  }

  private static EngineException ended(EngineTask task, RuntimeException failure) {
    return new EngineException(
        ErrorCode.SPARK_FAILED,
        "View %s was not refreshed: Spark's application has ended, since the cluster removed it; the driver's log in .bergview says why"
            .formatted(task.view()),
        List.of(),
        failure);
  }

  /** Spark's jobs of it end, and none begins. */
  void cancel() {
    running.cancel();
    SparkContext context = working;
    if (context != null) {
      context.cancelJobGroupAndFutureJobs(group());
    }
  }
}
