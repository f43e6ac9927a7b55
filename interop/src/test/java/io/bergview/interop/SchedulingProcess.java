package io.bergview.interop;

import io.bergview.catalog.Project;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshResult;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.TaskQueue;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.schedule.Schedules;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A process that follows the schedules of a project, and tells what it would refresh: a line {@code
 * wanted VIEW TICK} each. It ends when its input does.
 *
 * <p>Arguments: the project's folder; {@code works}: what is wanted is done at once, {@code hangs}:
 * it is never done, {@code leaves}: it is given back as by a queue that stops.
 */
public final class SchedulingProcess {
  private SchedulingProcess() {}

  public static void main(String[] args) throws Exception {
    Project project = Project.open(Path.of(args[0]));
    try (ProjectContext context = ProjectContext.open(project, Clock.systemUTC())) {
      ViewRegistry registry = context.registry();
      TaskQueue queue = task -> wanted(task, args[1]);
      try (Schedules schedules = new Schedules(context, queue, event -> {})) {
        schedules.views(registry.listing());
        schedules.start();
        say("started");
        while (System.in.read() >= 0) {
          schedules.views(registry.listing());
          say("read");
        }
      }
    }
    say("ended");
  }

  private static CompletionStage<UpkeepEvent> wanted(RefreshTask task, String mode) {
    RefreshTrigger.ScheduleTick tick = (RefreshTrigger.ScheduleTick) task.trigger();
    say("wanted " + task.view() + " " + tick.scheduled());
    return switch (mode) {
      case "works" ->
          CompletableFuture.completedFuture(
              new UpkeepEvent.Completed(
                  task.view(),
                  tick.scheduled(),
                  UUID.randomUUID(),
                  tick,
                  1,
                  new RefreshResult(
                      task.view(),
                      RefreshKind.SKIP,
                      "UP_TO_DATE",
                      "nothing to do",
                      -1,
                      0,
                      0,
                      0,
                      0)));
      case "leaves" -> CompletableFuture.failedFuture(new CancellationException("stopped"));
      default -> new CompletableFuture<>();
    };
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
