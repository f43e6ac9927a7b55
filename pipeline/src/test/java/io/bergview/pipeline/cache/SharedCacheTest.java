package io.bergview.pipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache folder that several processes share. */
class SharedCacheTest {
  @TempDir Path cache;
  private final InMemoryFileIO io = new InMemoryFileIO();

  @Test
  void whatAnotherProcessUsesIsDeletedOnceThatProcessIsGone() throws Exception {
    Process process = start();
    LocalFiles files = new LocalFiles(cache, 150, Clock.systemUTC());
    try {
      Path read = Path.of(ready(process));

      files.release(acquire(files, "second"));
      files.release(acquire(files, "third"));
      assertThat(read).as("while the other process reads it").exists();

      process.destroyForcibly().waitFor();
      Path last = acquire(files, "fourth").path();
      assertThat(read).as("after the process was killed").doesNotExist();
      assertThat(cachedFiles()).containsExactlyInAnyOrder(last, SparseFile.rangesOf(last));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private LocalCopy acquire(LocalFiles files, String name) throws IOException {
    String location = "memory:/" + name;
    try (OutputStream out = io.newOutputFile(location).createOrOverwrite()) {
      out.write(new byte[120]);
    }
    LocalCopy copy = files.acquire(io, new StoredFile(location, 120, "table 1"));
    files.fetch(Map.of(copy, ByteRanges.of(new ByteRange(0, 120))));
    return copy;
  }

  private List<Path> cachedFiles() throws IOException {
    try (Stream<Path> files = Files.list(cache.toRealPath())) {
      return files.filter(file -> !file.endsWith("in-use.lock")).toList();
    }
  }

  private Process start() throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            CacheProcess.class.getName(),
            cache.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static String ready(Process process) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("ready ")) {
        return line.substring("ready ".length());
      }
    }
    throw new AssertionError("the process has not read a file");
  }
}
