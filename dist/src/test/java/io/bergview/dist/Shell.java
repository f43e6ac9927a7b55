package io.bergview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Starts programs of the machine in a folder, with an environment that has no Java in it.
 *
 * @param environment all that the program sees, PATH excepted
 */
record Shell(Path folder, Map<String, String> environment) {
  private static final long MOST_SECONDS = 240;

  Shell {
    environment = Map.copyOf(environment);
  }

  /** How a program ended. */
  record Outcome(int exitCode, String out, String err) {
    Outcome succeeded() {
      assertThat(exitCode).describedAs("%s%n%s", out, err).isZero();
      return this;
    }
  }

  /** With a home folder below {@code folder}. */
  static Shell in(Path folder) throws IOException {
    return new Shell(
        folder, Map.of("HOME", Files.createDirectories(folder.resolve("home")).toString()));
  }

  Shell at(Path other) {
    return new Shell(other, environment);
  }

  Shell with(String variable, String value) {
    Map<String, String> more = new TreeMap<>(environment);
    more.put(variable, value);
    return new Shell(folder, more);
  }

  Shell without(String variable) {
    Map<String, String> fewer = new TreeMap<>(environment);
    fewer.remove(variable);
    return new Shell(folder, fewer);
  }

  Outcome run(Object... words) throws Exception {
    return start(words).end();
  }

  /** A program that runs. */
  record Running(Process process, Path out, Path err, List<String> words) {
    Outcome end() throws Exception {
      if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(words + " did not end within " + MOST_SECONDS + " seconds");
      }
      Outcome outcome =
          new Outcome(
              process.exitValue(),
              Files.readString(out, StandardCharsets.UTF_8),
              Files.readString(err, StandardCharsets.UTF_8));
      Files.delete(out);
      Files.delete(err);
      return outcome;
    }
  }

  Running start(Object... words) throws IOException {
    Path out = Files.createTempFile("bergview-out", "");
    Path err = Files.createTempFile("bergview-err", "");
    List<String> line = new ArrayList<>(Arrays.stream(words).map(String::valueOf).toList());
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new Running(process, out, err, line);
  }

  /** Whether a program is on the path. */
  static boolean has(String program) {
    return List.of("/usr/bin", "/bin").stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
