package io.bergview.catalog.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Forces files to disk (fsync). Files and directories are forced at once, so that one write of the
 * file system's journal serves them all: one after another each waits for a write of its own.
 */
final class Disk {
  private static final int MOST_AT_ONCE = 8;
  private static final ThreadPoolExecutor THREADS =
      new ThreadPoolExecutor(
          MOST_AT_ONCE,
          MOST_AT_ONCE,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> {
            Thread thread = new Thread(task, "bergview-disk");
            thread.setDaemon(true);
            return thread;
          });

  static {
    THREADS.allowCoreThreadTimeOut(true);
  }

  private Disk() {}

  /**
   * Returns when the contents of these files, and their names in their directories, outlast a power
   * failure. Files that were deleted meanwhile are passed over.
   */
  static void force(Collection<Path> files) {
    Set<Path> directories = new HashSet<>();
    List<CompletableFuture<Void>> forced = new ArrayList<>();
    for (Path file : files) {
      forced.add(start(file, StandardOpenOption.WRITE));
      Path directory = file.getParent();
      if (directory != null && directories.add(directory)) {
        forced.add(start(directory, StandardOpenOption.READ));
      }
    }
    try {
      CompletableFuture.allOf(forced.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  private static CompletableFuture<Void> start(Path path, StandardOpenOption mode) {
    return CompletableFuture.runAsync(() -> force(path, mode), THREADS);
  }

  private static void force(Path path, StandardOpenOption mode) {
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    } catch (NoSuchFileException deleted) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot force %s to disk: %s".formatted(path, e), e);
    }
  }
}
