package io.bergview.catalog.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Mutual exclusion of threads and processes that work on the small files of a local folder. */
public final class FolderLock {
  private static final Object ONE_AT_A_TIME = new Object();
  private static final String LOCK = ".lock";
  private static final int ATTEMPTS = 200;
  private static final long PAUSE_MILLIS = 10;

  private FolderLock() {}

  /** Something to do with the files of a folder. */
  @FunctionalInterface
  public interface LockedAction {
    void run() throws IOException;
  }

  /**
   * Runs an action exclusively for this folder, under an operating-system lock on {@code .lock} in
   * it.
   *
   * @param folder created if missing
   * @throws IOException also where another process holds the lock for more than two seconds
   */
  public static void holding(Path folder, LockedAction work) throws IOException {
    synchronized (ONE_AT_A_TIME) {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = lock(channel)) {
        if (lock.isValid()) {
          work.run();
        }
      }
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for the lock", e);
      }
    }
    throw new IOException("another process holds the lock");
  }
}
