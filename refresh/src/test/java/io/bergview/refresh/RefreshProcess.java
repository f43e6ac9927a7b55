package io.bergview.refresh;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Another process that refreshes a view over and over. It says {@code ready} when it is warm; told
 * to begin, it refreshes so many times, or until it is told to end, and says {@code done}. Then it
 * may be told to begin again.
 */
final class RefreshProcess implements AutoCloseable {
  /** How it refreshes. */
  enum Way {
    FULLY,
    FOLLOWING
  }

  private final ChildJvm process;

  private RefreshProcess(ChildJvm process) {
    this.process = process;
  }

  static RefreshProcess start(Path project, String view, Way way, int times) throws IOException {
    return new RefreshProcess(
        ChildJvm.start(
            RefreshProcess.class, project.toString(), view, way.name(), Integer.toString(times)));
  }

  void awaitReady() throws IOException {
    process.await("ready");
  }

  void begin() throws IOException {
    process.say("begin");
  }

  void end() throws IOException {
    process.say("end");
  }

  void awaitDone() throws IOException {
    process.await("done");
  }

  /** Kills it. */
  @Override
  public void close() throws InterruptedException {
    process.close();
  }

  /** Project folder, view, way, number of refreshes. */
  public static void main(String[] arguments) throws IOException {
    try (TestProject project = TestProject.open(Path.of(arguments[0]));
        BufferedReader input =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      RefreshRequest following = RefreshRequest.of(arguments[1]);
      RefreshRequest request =
          Way.valueOf(arguments[2]) == Way.FULLY ? following.fully() : following;
      int times = Integer.parseInt(arguments[3]);
      project.refresh(RefreshRequest.of(arguments[1]).fully().dry());
      System.out.println("ready");
      for (String told = input.readLine(); told != null; told = input.readLine()) {
        if (told.equals("begin")) {
          for (int i = 0; i < times && !input.ready(); i++) {
            refresh(project, request);
          }
          System.out.println("done");
        }
      }
    }
  }

  private static void refresh(TestProject project, RefreshRequest request) {
    for (RefreshOutcome.Failure failure : project.refresh(request).failures()) {
      BergviewException error = failure.error();
      if (error.code() != ErrorCode.COMMIT_CONFLICT) {
        System.out.println("failed: " + error.getMessage().replace('\n', ' '));
      }
    }
  }
}
