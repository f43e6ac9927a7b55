package io.bergview.refresh.spark;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a driver printed. It is for people: nothing is decided by it.
 *
 * @param file readable for this user only
 */
record DriverLog(Project project, Path file) {
  private static final int KEPT = 10;
  private static final int QUOTED_LINES = 5;
  private static final int QUOTED_BYTES = 20_000;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  DriverLog {
    requireNonNull(project, "project is null");
    requireNonNull(file, "file is null");
  }

  /** A new one; the oldest of the others are deleted. */
  static DriverLog create(Project project, Clock clock) {
    Path folder = project.stateDirectory();
    try {
      Files.createDirectories(folder);
      try (Stream<Path> logs = Files.list(folder)) {
        List<Path> old =
            logs.filter(file -> file.getFileName().toString().matches("spark-\\d+-\\d+-\\d+\\.log"))
                .sorted()
                .toList();
        for (Path log : old.subList(0, Math.max(0, old.size() - KEPT + 1))) {
          Files.deleteIfExists(log);
        }
      }
      for (int number = 1; ; number++) {
        String name = "spark-%s-%d.log".formatted(TIME.format(clock.instant()), number);
        try {
          return new DriverLog(
              project,
              Files.createFile(
                  folder.resolve(name),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------"))));
        } catch (FileAlreadyExistsException e) {
          continue;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last lines, without stack traces and secrets. */
  List<String> lastLines() {
    byte[] bytes;
    try (var channel = Files.newByteChannel(file)) {
      channel.position(Math.max(0, channel.size() - QUOTED_BYTES));
      bytes = java.nio.channels.Channels.newInputStream(channel).readNBytes(QUOTED_BYTES);
    } catch (IOException e) {
      return List.of();
    }
    List<String> lines =
        new String(bytes, StandardCharsets.UTF_8)
            .lines()
            .filter(
                line -> !line.isBlank() && !line.startsWith("\tat ") && !line.startsWith("\t..."))
            .toList();
    return lines.subList(Math.max(0, lines.size() - QUOTED_LINES), lines.size()).stream()
        .map(project.secrets()::displayText)
        .toList();
  }
}
