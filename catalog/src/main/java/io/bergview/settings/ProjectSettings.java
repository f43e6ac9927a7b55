package io.bergview.settings;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The {@code settings} of a project. All paths are absolute.
 *
 * @param memoryLimitBytes what the session may use before it spills; empty for its own choice
 * @param threads of the session; empty for one a processor
 * @param tempDirectory where it spills to, and where files are prepared
 * @param tempLimitBytes how much may be spilled; empty for no limit of ours
 * @param cacheDirectory what was read of remote files
 * @param cacheLimitBytes of all that together
 * @param targetFileSizeBytes of a data file
 * @param safetyAge no unreferenced file younger than this is deleted: a refresh may be writing it
 */
public record ProjectSettings(
    OptionalLong memoryLimitBytes,
    OptionalInt threads,
    Path tempDirectory,
    OptionalLong tempLimitBytes,
    Path cacheDirectory,
    long cacheLimitBytes,
    long targetFileSizeBytes,
    Duration safetyAge) {
  public ProjectSettings {
    requireNonNull(memoryLimitBytes, "memoryLimitBytes is null");
    requireNonNull(threads, "threads is null");
    requireNonNull(tempDirectory, "tempDirectory is null");
    requireNonNull(tempLimitBytes, "tempLimitBytes is null");
    requireNonNull(cacheDirectory, "cacheDirectory is null");
    requireNonNull(safetyAge, "safetyAge is null");
  }
}
