package io.bergview.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What processes leave on the disk that had no time to tidy up. */
class KilledSessionTest {
  @TempDir Path folder;

  @Test
  @EnabledOnOs(OS.LINUX)
  void aKilledProcessLeavesNoNativeLibrary() throws Exception {
    Path unpacked = Files.createDirectory(folder.resolve("tmp"));
    Process process = start(unpacked, folder.resolve("spill"));
    assertThat(names(unpacked)).as("while it runs").noneMatch(KilledSessionTest::isLibrary);

    kill(process);

    assertThat(names(unpacked)).noneMatch(KilledSessionTest::isLibrary);
  }

  @Test
  @Tag("long")
  void theNextSessionRemovesWhatAKilledProcessHasPrepared() throws Exception {
    Path spill = folder.resolve("spill");
    Process killed = start(folder, spill);
    Process living = start(folder, spill);
    String its = "bergview-kernel-" + living.pid() + "-";
    assertThat(names(spill)).as("a directory and a lock of each").hasSize(4);
    try {
      kill(killed);
      assertThat(names(spill)).as("nobody has looked").hasSize(4);

      SessionSettings settings = SessionSettings.defaults().withTempDirectory(spill);
      try (DuckDbSession session = DuckDbSession.open(settings);
          DuckDbSession another = DuckDbSession.open(settings)) {
        session.query("SELECT 1").close();
        another.query("SELECT 1").close();
        assertThat(names(spill))
            .hasSize(6)
            .noneMatch(name -> name.contains("-" + killed.pid() + "-"));
      }

      assertThat(names(spill)).hasSize(2).allMatch(name -> name.startsWith(its));
    } finally {
      living.getOutputStream().write('\n');
      living.getOutputStream().close();
      living.waitFor();
    }
    assertThat(names(spill)).as("it has tidied up itself").isEmpty();
  }

  @Test
  void oldLibrariesOfOthersGo() throws IOException {
    Instant now = Instant.parse("2026-03-02T12:00:00Z");
    Path old = library("libduckdb_java123456.so", now.minus(Duration.ofDays(2)));
    Path oldOfArrow = library("jnilib-123.tmp", now.minus(Duration.ofDays(2)));
    Path beingUnpacked = library("libduckdb_java77.so", now.minusSeconds(1));
    Path notUnpacked = library("libduckdb_java.so", now.minus(Duration.ofDays(2)));
    Path somebodys = library("jnilib-notes.tmp", now.minus(Duration.ofDays(2)));

    UnpackedLibraries.deleteOld(folder, now.minus(Duration.ofDays(1)));

    assertThat(old).doesNotExist();
    assertThat(oldOfArrow).doesNotExist();
    assertThat(List.of(beingUnpacked, notUnpacked, somebodys)).allMatch(Files::exists);
  }

  private Path library(String name, Instant written) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "library");
    return Files.setLastModifiedTime(file, FileTime.from(written));
  }

  private static boolean isLibrary(String name) {
    return name.startsWith("libduckdb") || name.startsWith("jnilib");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** A process that has a session. */
  private static Process start(Path unpacked, Path spill) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + unpacked,
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                SessionProcess.class.getName(),
                spill.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals("ready")) {
        return process;
      }
    }
    throw new AssertionError("the process has not opened a kernel");
  }

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
