package io.bergview.imports;

import io.bergview.fixtures.ChildJvm;
import io.bergview.fixtures.ProtocolSteps;
import io.bergview.fixtures.SteppedCatalog;
import io.bergview.fixtures.SteppedCatalog.Writing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Scanner;

/** A process that imports once and dies at a step of its own. */
final class DyingImport {
  private static final String LIVES = "lives";

  private DyingImport() {}

  /**
   * Imports in another process until it dies.
   *
   * @return the step at which it did; empty where it took fewer steps and has lived
   */
  static Optional<String> die(Path project, SteppedImports kind, Writing writing, int step)
      throws IOException, InterruptedException {
    try (ChildJvm process = ChildJvm.start(DyingImport.class, project.toString())) {
      process.say("%s %s %d".formatted(kind, writing, step));
      return process.awaitDeath(LIVES, "step %d of %s".formatted(step, kind));
    }
  }

  /** Project folder. */
  public static void main(String[] arguments) {
    try (ImportProject project = ImportProject.open(Path.of(arguments[0]));
        Scanner input = new Scanner(System.in)) {
      SteppedImports kind = SteppedImports.valueOf(input.next());
      SteppedCatalog.write(Writing.valueOf(input.next()));
      ProtocolSteps.countTo(input.nextInt());
      kind.run(project);
      System.out.println(LIVES);
    }
  }
}
