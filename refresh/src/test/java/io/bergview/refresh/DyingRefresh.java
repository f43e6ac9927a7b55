package io.bergview.refresh;

import io.bergview.fixtures.ChildJvm;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.ProtocolSteps;
import io.bergview.fixtures.SteppedCatalog;
import io.bergview.fixtures.SteppedCatalog.Writing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Scanner;

/** A process that refreshes a view once and dies at a step of its own. */
final class DyingRefresh implements AutoCloseable {
  private static final String LIVES = "lives";

  /** What happens to the view while it is refreshed. */
  enum Meanwhile {
    NOTHING,
    /** Somebody compacts the view just before the commit, which therefore is refused. */
    COMPACTION
  }

  private final ChildJvm process;

  private DyingRefresh(ChildJvm process) {
    this.process = process;
  }

  /** Starts a process, which waits to be told what to refresh. */
  static DyingRefresh start(Path project) throws IOException {
    return new DyingRefresh(ChildJvm.start(DyingRefresh.class, project.toString()));
  }

  /**
   * Refreshes until it dies.
   *
   * @return the step at which it did; empty where it took fewer steps and has lived
   */
  Optional<String> die(String view, Meanwhile meanwhile, Writing writing, int step)
      throws IOException, InterruptedException {
    process.say("%s %s %s %d".formatted(view, meanwhile, writing, step));
    return process.awaitDeath(LIVES, "step %d of %s".formatted(step, view));
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }

  /** Refreshes a view in this process and counts the steps. */
  static RefreshResult refresh(
      TestProject project, String view, Meanwhile meanwhile, Writing writing, int dieAt) {
    PhaseHook compaction = PhaseHook.committing(() -> Compaction.rewrite(project.tableOf(view)));
    RefreshProgress steps = new StepPhases();
    RefreshProgress both =
        new RefreshProgress() {
          @Override
          public void phase(String name, String phase) {
            steps.phase(name, phase);
            if (meanwhile == Meanwhile.COMPACTION) {
              compaction.phase(name, phase);
            }
          }

          @Override
          public void advance(String name, double fraction, String detail) {}
        };
    SteppedCatalog.write(writing);
    ProtocolSteps.countTo(dieAt);
    try {
      return project.refresh(view, both);
    } finally {
      SteppedCatalog.write(Writing.IN_PLACE);
    }
  }

  /** Project folder. */
  public static void main(String[] arguments) {
    try (TestProject project = TestProject.open(Path.of(arguments[0]));
        Scanner input = new Scanner(System.in)) {
      project.table("shop", "orders");
      refresh(
          project,
          input.next(),
          Meanwhile.valueOf(input.next()),
          Writing.valueOf(input.next()),
          input.nextInt());
      System.out.println(LIVES);
    }
  }
}
