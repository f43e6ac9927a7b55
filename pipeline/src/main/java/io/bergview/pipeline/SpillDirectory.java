package io.bergview.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's own directory for spilled and prepared files, removed when it is closed. The
 * directory of a killed process, which may be as large as a refresh, is removed by the next session
 * over the same temporary directory.
 *
 * <p>A living session holds an operating-system lock on a file beside the directory, {@code
 * NAME.lock}: it is taken before the directory is created and released after it is deleted, so a
 * process that gets it may delete both. Without locks nothing is marked and nothing removed.
 */
final class SpillDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpillDirectory.class);
  private static final String PREFIX = "bergview-kernel-";
  private static final String LOCK = ".lock";
  private static final String SCRATCH = "scratch-";

  /**
   * Of this process, and of none that had its number before. Opening and closing a file releases
   * all locks that the process has on it, so lock files of this process are never opened.
   */
  private static final String OURS =
      PREFIX
          + ProcessHandle.current().pid()
          + "-"
          + ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH).toEpochMilli()
          + "-";

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final Path path;
  private final @Nullable FileChannel lock;

  private SpillDirectory(Path path, @Nullable FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes one.
   *
   * @param parent made too where it is not there
   */
  static SpillDirectory in(Path parent) throws IOException {
    Files.createDirectories(parent);
    removeLeftBehind(parent);
    while (true) {
      Path path = parent.resolve(OURS + NUMBERS.incrementAndGet());
      FileChannel lock;
      try {
        lock =
            FileChannel.open(lockOf(path), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      } catch (FileAlreadyExistsException taken) {
        continue; // by a process of this number in another container
      }
      try {
        // Another process has mistaken it for a leftover in between, and deleted it.
        if (isLocked(lock) && Files.exists(lockOf(path))) {
          Files.createDirectory(path);
          return new SpillDirectory(path, lock);
        }
        lock.close();
      } catch (IOException noLocks) {
        LOG.debug("There are no locks in {}: {}", parent, noLocks.toString());
        lock.close();
        Files.deleteIfExists(lockOf(path));
        Files.createDirectories(path);
        return new SpillDirectory(path, null);
      }
    }
  }

  private static Path lockOf(Path directory) {
    return directory.resolveSibling(directory.getFileName() + LOCK);
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException ofThisProcess) {
      return false;
    }
  }

  private static void removeLeftBehind(Path parent) {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, PREFIX + "*" + LOCK)) {
      for (Path lock : locks) {
        if (!lock.getFileName().toString().startsWith(OURS)) {
          removeIfLeftBehind(lock);
        }
      }
    } catch (IOException e) {
      LOG.debug("Files of killed processes in {} could not be removed: {}", parent, e.toString());
    }
  }

  private static void removeIfLeftBehind(Path lock) throws IOException {
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      if (isLocked(channel)) {
        String name = lock.getFileName().toString();
        Path directory = lock.resolveSibling(name.substring(0, name.length() - LOCK.length()));
        deleteTree(directory);
        Files.deleteIfExists(lock);
        LOG.debug("Removed {}, left by a killed process", directory);
      }
    } catch (NoSuchFileException removedByOthers) {
      LOG.trace("{} is gone", lock);
    }
  }

  Path path() {
    return path;
  }

  /** A directory within, which lasts until {@link #clear}. */
  Path newScratch() throws IOException {
    return Files.createTempDirectory(path, SCRATCH);
  }

  /**
   * Removes what was prepared.
   *
   * @return false where something is left that only {@link #close} removes: DuckDB keeps the files
   *     that it spilled to, at their size
   */
  boolean clear() throws IOException {
    try (DirectoryStream<Path> scratch = Files.newDirectoryStream(path, SCRATCH + "*")) {
      for (Path directory : scratch) {
        deleteTree(directory);
      }
    }
    try (Stream<Path> files = Files.walk(path)) {
      return files.noneMatch(Files::isRegularFile);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() {
    try {
      deleteTree(path);
      if (lock != null) {
        Files.deleteIfExists(lockOf(path));
        lock.close();
      }
    } catch (IOException e) {
      LOG.warn("Could not remove temporary directory {}", path, e);
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
