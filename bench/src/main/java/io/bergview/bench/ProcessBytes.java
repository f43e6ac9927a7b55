package io.bergview.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The bytes that this process has read and written through the operating system since its start,
 * from disk or cache. Linux only; empty elsewhere.
 */
record ProcessBytes(long read, long written) {
  private static final Path COUNTERS = Path.of("/proc/self/io");

  static ProcessBytes now() {
    if (!Files.isReadable(COUNTERS)) {
      return new ProcessBytes(0, 0);
    }
    try {
      List<String> lines = Files.readAllLines(COUNTERS);
      return new ProcessBytes(value(lines, "rchar: "), value(lines, "wchar: "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long value(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip()))
        .sum();
  }

  /** The most memory in bytes that this process has held at once; 0 where it is not known. */
  static long peakResident() {
    return peakResident(ProcessHandle.current());
  }

  /** The same of another process. */
  static long peakResident(ProcessHandle process) {
    Path status = file(process, "status");
    try {
      return Files.isReadable(status)
          ? value(
                  Files.readAllLines(status).stream().map(line -> line.replace(" kB", "")).toList(),
                  "VmHWM:")
              << 10
          : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The peak is measured from now on, where the system can. */
  static void forgetPeak() {
    forgetPeak(ProcessHandle.current());
  }

  /** The same of another process. */
  static void forgetPeak(ProcessHandle process) {
    Path peaks = file(process, "clear_refs");
    try {
      if (Files.isWritable(peaks)) {
        Files.writeString(peaks, "5");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(ProcessHandle process, String name) {
    return Path.of("/proc", Long.toString(process.pid()), name);
  }

  ProcessBytes since(ProcessBytes earlier) {
    return new ProcessBytes(read - earlier.read, written - earlier.written);
  }

  double megabytesRead() {
    return read / 1e6;
  }

  double megabytesWritten() {
    return written / 1e6;
  }
}
