package io.bergview.cli.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs commands as a user who owns one folder and may write nothing else. Where the tests do not
 * run as root every command runs as such a user already.
 */
final class OtherUser {
  /** A process takes a second. */
  static final int PERCENT = 4;

  private static final String NOBODY = "65534";
  private static final long PATIENCE_SECONDS = 60;
  private static final List<String> AS_NOBODY =
      List.of(
          "setpriv",
          "--reuid",
          NOBODY,
          "--regid",
          NOBODY,
          "--clear-groups",
          "--no-new-privs",
          // It may read the class path, wherever that is.
          "--inh-caps",
          "-all,+dac_read_search",
          "--ambient-caps",
          "-all,+dac_read_search");

  private final Path folder;
  private final String whyNot;
  private int runs;

  private OtherUser(Path folder, String whyNot) {
    this.folder = folder;
    this.whyNot = whyNot;
  }

  static OtherUser find(Path folder) {
    OtherUser user = new OtherUser(folder, "");
    if (!"root".equals(System.getProperty("user.name"))) {
      return new OtherUser(folder, "the tests themselves run as such a user");
    }
    user.own(folder);
    try {
      Commands.Result version = user.run(List.of("--version"));
      user.runs = 0;
      return version.done() ? user : new OtherUser(folder, Printable.of(version.err()));
    } catch (UncheckedIOException e) {
      return new OtherUser(folder, e.getCause().getMessage());
    }
  }

  boolean isThere() {
    return whyNot.isEmpty();
  }

  /** Gives the user the folder. */
  void own(Path path) {
    if (!isThere()) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.toList()) {
        Files.setAttribute(file, "unix:uid", Integer.parseInt(NOBODY));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Commands.Result run(List<String> line) {
    List<String> command = new ArrayList<>(AS_NOBODY);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dfile.encoding=UTF-8",
            "-Djava.io.tmpdir=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            "io.bergview.cli.Main"));
    command.addAll(line);
    runs++;
    try {
      Path out = Files.createTempFile("out", ".txt");
      Path err = Files.createTempFile("err", ".txt");
      try {
        Process process =
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new IllegalStateException("no end of " + line);
        }
        return new Commands.Result(
            process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return isThere()
        ? "command-lines: %d in a process of a user without rights".formatted(runs)
        : "command-lines: none in a process of a user without rights: " + whyNot;
  }
}
