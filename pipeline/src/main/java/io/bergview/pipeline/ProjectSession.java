package io.bergview.pipeline;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.settings.ProjectSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A session within the limits that a project sets. */
public final class ProjectSession {
  private ProjectSession() {}

  /**
   * As {@link #open}, for many small queries to the same files: it remembers the footers that it
   * has read, which cost more than the rows of a point lookup.
   */
  public static DuckDbSession openForQueries(ProjectSettings settings) {
    DuckDbSession session = open(settings);
    try {
      session.execute("SET GLOBAL parquet_metadata_cache = true");
      return session;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** Opens a new one; the caller closes it. */
  public static DuckDbSession open(ProjectSettings settings) {
    return open(settings, 1);
  }

  /** As {@link #open(ProjectSettings)}, one of several that share the memory. */
  static DuckDbSession open(ProjectSettings settings, int sharers) {
    return open(settings, sharers, settings.threads().orElse(SessionSettings.defaults().threads()));
  }

  /** As {@link #open(ProjectSettings, int)}, which leaves the other processors to others. */
  static DuckDbSession openOnOneThread(ProjectSettings settings, int sharers) {
    return open(settings, sharers, 1);
  }

  private static DuckDbSession open(ProjectSettings settings, int sharers, int threads) {
    Path temp = settings.tempDirectory();
    try {
      Files.createDirectories(temp);
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot make the temporary directory %s: %s; choose another with temp-directory"
              .formatted(temp, e.getMessage()),
          e);
    }
    SessionSettings defaults = SessionSettings.defaults();
    return DuckDbSession.open(
        new SessionSettings(
            share(settings.memoryLimitBytes().orElse(defaults.memoryLimitBytes()), sharers),
            temp,
            settings.tempLimitBytes().orElse(temp.toFile().getUsableSpace() / 10 * 9),
            threads));
  }

  private static long share(long memoryBytes, int sharers) {
    return sharers == 1
        ? memoryBytes
        : Math.max(SessionSettings.SMALLEST_MEMORY, memoryBytes / sharers);
  }
}
