package io.bergview.upkeep.daemon;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.run.Refresher;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.queue.RefreshRunner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Refreshes views of a project. */
final class ProjectRefreshes implements RefreshRunner {
  private final ProjectContext context;
  private final RefreshProgress progress;
  private final Supplier<Set<String>> paused;

  /**
   * @param paused the views that are not refreshed for downstream views
   */
  ProjectRefreshes(ProjectContext context, RefreshProgress progress, Supplier<Set<String>> paused) {
    this.context = requireNonNull(context, "context is null");
    this.progress = requireNonNull(progress, "progress is null");
    this.paused = requireNonNull(paused, "paused is null");
  }

  @Override
  public RefreshOutcome run(List<RefreshTask> tasks, Consumer<Runnable> cancellation) {
    Refresher refresher = new Refresher(context, progress);
    cancellation.accept(refresher::cancel);
    List<String> full = names(tasks, true);
    RefreshOutcome outcome = refresh(refresher, names(tasks, false), tasks);
    return full.isEmpty()
        ? outcome
        : together(outcome, refresher.refresh(RefreshRequest.of(array(full)).fully()));
  }

  private static List<String> names(List<RefreshTask> tasks, boolean full) {
    return tasks.stream()
        .filter(
            task ->
                (task.trigger() instanceof RefreshTrigger.Requested asked && asked.full()) == full)
        .map(RefreshTask::view)
        .toList();
  }

  private static Map<String, Instant> ticks(List<RefreshTask> tasks) {
    Map<String, Instant> ticks = new HashMap<>();
    for (RefreshTask task : tasks) {
      if (task.trigger() instanceof RefreshTrigger.ScheduleTick tick) {
        ticks.put(task.view(), tick.scheduled());
      }
    }
    return ticks;
  }

  private static List<String> unattended(List<RefreshTask> tasks) {
    return tasks.stream()
        .filter(task -> !(task.trigger() instanceof RefreshTrigger.Requested))
        .map(RefreshTask::view)
        .toList();
  }

  /**
   * A refresh triggered by a schedule or a stream also refreshes upstream views. With a requested
   * one, they are refreshed only if they are derived from different states of a base table.
   */
  private RefreshOutcome refresh(Refresher refresher, List<String> views, List<RefreshTask> tasks) {
    if (views.isEmpty()) {
      return new RefreshOutcome(List.of(), List.of());
    }
    Map<String, Instant> ticks = ticks(tasks);
    List<String> unattended = unattended(tasks);
    RefreshOutcome outcome =
        refresher.refresh(
            RefreshRequest.of(array(views)).at(ticks).unattended(unattended).pausing(paused.get()));
    List<String> diverged =
        outcome.failures().stream()
            .filter(failure -> failure.error().code() == ErrorCode.UPSTREAM_DIVERGED)
            .map(RefreshOutcome.Failure::view)
            .filter(view -> views.contains(view) && !unattended.contains(view))
            .toList();
    return diverged.isEmpty()
        ? outcome
        : together(
            outcome,
            refresher.refresh(RefreshRequest.of(array(diverged)).withUpstream().at(ticks)));
  }

  private static String[] array(List<String> names) {
    return names.toArray(String[]::new);
  }

  /** What was done later says what became of a view. */
  private static RefreshOutcome together(RefreshOutcome before, RefreshOutcome after) {
    Set<String> later = new HashSet<>();
    after.done().forEach(result -> later.add(result.view()));
    after.failures().forEach(failure -> later.add(failure.view()));
    List<RefreshResult> done = new ArrayList<>(before.done());
    done.addAll(after.done());
    List<RefreshOutcome.Failure> failures =
        Stream.concat(
                before.failures().stream().filter(failure -> !later.contains(failure.view())),
                after.failures().stream())
            .toList();
    return new RefreshOutcome(done, failures);
  }
}
