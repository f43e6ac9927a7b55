package io.bergview.refresh;

import io.bergview.catalog.storage.LocalFileIO;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Another JVM on this class path, small and quick to start, with which a test talks in lines. What
 * a killed one leaves of its temporary files (DuckDB's library has 70 MB) goes when it is closed.
 */
final class ChildJvm implements AutoCloseable {
  /** The status of a process that SIGKILL ended. */
  private static final int KILLED = 128 + 9;

  private final Process process;
  private final Path temporary;
  private final BufferedReader output;

  private ChildJvm(Process process, Path temporary) {
    this.process = process;
    this.temporary = temporary;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts a process, which takes a second or two to do anything. */
  static ChildJvm start(Class<?> program, String... arguments) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Path temporary = Files.createTempDirectory("child");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("-Xmx256m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", classPath, program.getName()));
    command.addAll(List.of(arguments));
    return new ChildJvm(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start(),
        temporary);
  }

  void say(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Waits for a line that is this word; one that begins with {@code failed} is an error. */
  void await(String word) throws IOException {
    for (String line = nextLine(); line != null; line = nextLine()) {
      if (line.equals(word)) {
        return;
      }
    }
    throw new AssertionError("the other process ended before it was " + word);
  }

  /** What it says next; null where it has ended. */
  @Nullable String nextLine() throws IOException {
    String line = output.readLine();
    if (line != null && line.startsWith("failed")) {
      throw new AssertionError("the other process " + line);
    }
    return line;
  }

  /**
   * Waits until it has died, or says that it lives on without having done so.
   *
   * @param lives its last word where it took fewer steps than it was to die at
   * @return the step at which it died; empty where it has lived
   */
  Optional<String> awaitDeath(String lives, String doing) throws IOException, InterruptedException {
    String last = "";
    for (String line = nextLine(); line != null; line = nextLine()) {
      last = line;
    }
    int status = awaitEnd();
    if (status == 0 && last.equals(lives)) {
      return Optional.empty();
    }
    if (status != KILLED || !last.startsWith(ProtocolSteps.DIES)) {
      throw new AssertionError("not killed at %s: status %d, %s".formatted(doing, status, last));
    }
    return Optional.of(last);
  }

  /** Waits for its end, and returns its status: 128 and the signal where one ended it. */
  int awaitEnd() throws InterruptedException {
    return process.waitFor();
  }

  /** Kills it, if it has not ended. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
    new LocalFileIO().deletePrefix(temporary.toString());
  }
}
