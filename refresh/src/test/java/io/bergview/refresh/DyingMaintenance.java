package io.bergview.refresh;

import io.bergview.define.alter.ViewAlteration;
import io.bergview.fixtures.ChildJvm;
import io.bergview.fixtures.ProtocolSteps;
import io.bergview.fixtures.SteppedCatalog;
import io.bergview.fixtures.SteppedCatalog.Writing;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.maintain.ViewMaintenance;
import io.bergview.settings.MaintenanceLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Scanner;

/** A process that maintains a view once and dies at a step of its own. */
final class DyingMaintenance implements AutoCloseable {
  /** So much later, all that is there now is old. */
  static final Duration LATER = Duration.ofDays(30);

  private static final String LIVES = "lives";

  /** What is done. */
  enum Work {
    VACUUM,
    COMPACTION,
    BOTH,
    /** The view gets another number of shards, and its files are brought into them. */
    RESHARDING
  }

  private final ChildJvm process;

  private DyingMaintenance(ChildJvm process) {
    this.process = process;
  }

  /** Starts a process, which waits to be told what to do. */
  static DyingMaintenance start(Path project) throws IOException {
    return new DyingMaintenance(ChildJvm.start(DyingMaintenance.class, project.toString()));
  }

  /**
   * Works until it dies.
   *
   * @return the step at which it did; empty where it took fewer steps and has lived
   */
  Optional<String> die(String view, Work work, int step) throws IOException, InterruptedException {
    process.say("%s %s %d".formatted(view, work, step));
    return process.awaitDeath(LIVES, "step %d of %s".formatted(step, work));
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }

  /** Maintains a view in this process and counts the steps. */
  static void run(TestProject project, String view, Work work, int dieAt) {
    int shards = project.tableOf(view).spec().toString().contains("bucket[3]") ? 5 : 3;
    SteppedCatalog.write(Writing.THROUGH_IO);
    ProtocolSteps.countTo(dieAt);
    try {
      if (work == Work.RESHARDING) {
        project.altering().alter(ViewAlteration.of(view).set("shards", Integer.toString(shards)));
      }
      ViewMaintenance maintenance =
          project.maintenance(LATER, new StepPhases(), MaintenanceLimits.defaults());
      MaintenanceRequest request = MaintenanceRequest.of(view);
      if (work != Work.VACUUM) {
        maintenance.compact(request).failures().forEach(DyingMaintenance::fail);
      }
      if (work == Work.VACUUM || work == Work.BOTH) {
        maintenance.vacuum(request).failures().forEach(DyingMaintenance::fail);
      }
    } finally {
      SteppedCatalog.write(Writing.IN_PLACE);
    }
  }

  private static void fail(RefreshOutcome.Failure failure) {
    throw failure.error();
  }

  /** Project folder. */
  public static void main(String[] arguments) {
    try (TestProject project = TestProject.open(Path.of(arguments[0]));
        Scanner input = new Scanner(System.in)) {
      project.table("shop", "orders");
      run(project, input.next(), Work.valueOf(input.next()), input.nextInt());
      System.out.println(LIVES);
    }
  }
}
