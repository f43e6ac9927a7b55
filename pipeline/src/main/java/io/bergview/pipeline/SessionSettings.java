package io.bergview.pipeline;

import static java.util.Objects.requireNonNull;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * What a session may use of this machine.
 *
 * @param memoryLimitBytes memory for DuckDB, outside the Java heap; beyond it a query spills
 * @param tempDirectory for spilled data; each session creates, and on closing removes, its own
 *     directory in it
 * @param maxTempBytes the limit of spilled data at one time
 * @param threads worker threads
 */
public record SessionSettings(
    long memoryLimitBytes, Path tempDirectory, long maxTempBytes, int threads) {
  static final long SMALLEST_MEMORY = 64L << 20;

  public SessionSettings {
    requireNonNull(tempDirectory, "tempDirectory is null");
    if (memoryLimitBytes < SMALLEST_MEMORY) {
      throw new IllegalArgumentException(
          "memory limit of "
              + memoryLimitBytes
              + " bytes is below the least usable, "
              + SMALLEST_MEMORY);
    }
    if (maxTempBytes < 0) {
      throw new IllegalArgumentException("maxTempBytes is negative: " + maxTempBytes);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads is below 1: " + threads);
    }
  }

  /**
   * Half of the machine's memory (the container's, where there is one), every processor, and nine
   * tenths of the free space on the default temporary directory's disk.
   */
  public static SessionSettings defaults() {
    OperatingSystemMXBean machine =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));
    return new SessionSettings(
        Math.max(SMALLEST_MEMORY, machine.getTotalMemorySize() / 2),
        temp,
        temp.toFile().getUsableSpace() / 10 * 9,
        Runtime.getRuntime().availableProcessors());
  }

  public SessionSettings withMemoryLimitBytes(long bytes) {
    return new SessionSettings(bytes, tempDirectory, maxTempBytes, threads);
  }

  public SessionSettings withTempDirectory(Path directory) {
    return new SessionSettings(memoryLimitBytes, directory, maxTempBytes, threads);
  }

  public SessionSettings withMaxTempBytes(long bytes) {
    return new SessionSettings(memoryLimitBytes, tempDirectory, bytes, threads);
  }

  public SessionSettings withThreads(int count) {
    return new SessionSettings(memoryLimitBytes, tempDirectory, maxTempBytes, count);
  }
}
