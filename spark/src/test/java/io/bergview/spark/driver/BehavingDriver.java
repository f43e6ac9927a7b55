package io.bergview.spark.driver;

import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.spark.EngineTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.ForeachFunction;
import org.apache.spark.sql.SparkSession;

/** A driver that behaves as the name of a view says; other views it plans. */
public final class BehavingDriver {
  private static final long MINUTE = 60_000;

  private BehavingDriver() {}

  /** As {@link SparkDriver#main}. */
  public static void main(String[] args) {
    SparkDriver.run(args, Behaving::new);
  }

  private static final class Behaving implements TaskRunner {
    private final TaskRunner plans;
    private final SparkSession session;

    Behaving(Path project, SparkSession session) {
      this.plans = new PlanOnly(project, session);
      this.session = session;
    }

    @Override
    public RefreshResult run(EngineTask task, RefreshProgress progress, RunningSession running) {
      switch (task.view()) {
        case "Sleep" -> {
          progress.phase(task.view(), "sleeping");
          session.range(1).foreach((ForeachFunction<Long>) row -> Thread.sleep(MINUTE));
        }
        case "Conflict" ->
            throw new ConflictException(
                ErrorCode.COMMIT_CONFLICT, "somebody was first", List.of("detail"), null);
        case "Bug" -> throw new IllegalStateException("it broke\nhere");
        case "Memory" -> {
          progress.phase(task.view(), "filling the heap");
          List<long[]> heap = new ArrayList<>();
          while (true) {
            heap.add(new long[1 << 20]);
          }
        }
        default -> {}
      }
      return plans.run(task, progress, running);
    }

    @Override
    public void close() {
      plans.close();
    }
  }
}
