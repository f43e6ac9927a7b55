package io.bergview.refresh;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another process that refreshes a view in full, over and over. It says {@code ready} when it is
 * warm and waits for a line; then it refreshes so many times and says {@code done}, unless it is
 * killed before.
 */
final class RefreshProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private RefreshProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts a process, which takes a second or two to be ready. */
  static RefreshProcess start(Path project, String view, int times) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("-Xmx256m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", classPath, RefreshProcess.class.getName()));
    command.addAll(List.of(project.toString(), view, Integer.toString(times)));
    return new RefreshProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  void awaitReady() throws IOException {
    await("ready");
  }

  void begin() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  void awaitDone() throws IOException {
    await("done");
  }

  private void await(String word) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals(word)) {
        return;
      }
      if (line.startsWith("failed")) {
        throw new AssertionError("the other process " + line);
      }
    }
    throw new AssertionError("the other process ended before it was " + word);
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  /** Project folder, view, number of refreshes. */
  public static void main(String[] arguments) throws IOException {
    try (TestProject project = TestProject.open(Path.of(arguments[0]))) {
      RefreshRequest request = RefreshRequest.of(arguments[1]).fully();
      project.refresh(new RefreshRequest(List.of(arguments[1]), false, true, true));
      System.out.println("ready");
      if (System.in.read() < 0) {
        return;
      }
      for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
        for (RefreshOutcome.Failure failure : project.refresh(request).failures()) {
          BergviewException error = failure.error();
          if (error.code() != ErrorCode.COMMIT_CONFLICT) {
            System.out.println("failed: " + error.getMessage().replace('\n', ' '));
          }
        }
      }
      System.out.println("done");
    }
  }
}
