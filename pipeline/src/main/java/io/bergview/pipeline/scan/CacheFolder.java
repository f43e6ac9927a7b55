package io.bergview.pipeline.scan;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One folder of cached files, with those of them that are in use. A process has one object per
 * folder, under whatever path it is named. Thread-safe.
 *
 * <p>DuckDB opens a file by its name, and again for each statement, so a file must keep its name as
 * long as any process may read it. Within a process the uses are counted. To other processes a use
 * shows as a shared lock on one byte of the folder's lock file, at a position that follows from the
 * name; a file is deleted only under the exclusive lock of its byte. The operating system releases
 * the locks when a process dies. If the file system has no locks, only the uses of this process are
 * known.
 *
 * <p>The lock file is open once and only while a file is in use: POSIX takes all locks of a process
 * from a file when any descriptor of it is closed. It is an asynchronous channel since interrupting
 * a thread closes any other.
 */
final class CacheFolder {
  private static final Logger LOG = LoggerFactory.getLogger(CacheFolder.class);
  private static final String LOCK_FILE = "in-use.lock";
  private static final Duration RETRY = Duration.ofMillis(1);

  private static final Map<Path, WeakReference<CacheFolder>> BY_PATH = new HashMap<>();

  private final Path directory;
  private final Map<Path, Use> inUse = new HashMap<>();
  private @Nullable AsynchronousFileChannel locks;
  private boolean warned;

  /** A file in use. Who holds {@link #fetching} may write it. */
  static final class Use {
    final ReentrantLock fetching = new ReentrantLock();
    private final @Nullable FileLock shared;
    private int count;

    private Use(@Nullable FileLock shared) {
      this.shared = shared;
    }
  }

  private record Cached(Path path, BasicFileAttributes attributes) {}

  private CacheFolder(Path directory) {
    this.directory = directory;
  }

  /** The folder, which is made where it is not there yet. */
  static CacheFolder at(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path path = directory.toRealPath();
    synchronized (BY_PATH) {
      BY_PATH.values().removeIf(folder -> folder.get() == null);
      WeakReference<CacheFolder> known = BY_PATH.get(path);
      CacheFolder folder = known == null ? null : known.get();
      if (folder == null) {
        folder = new CacheFolder(path);
        BY_PATH.put(path, new WeakReference<>(folder));
      }
      return folder;
    }
  }

  Path resolve(String name) {
    return directory.resolve(name);
  }

  /** From now on no process deletes the file of this path, whether it exists or not. */
  synchronized Use hold(Path file) {
    Use use = inUse.get(file);
    if (use == null) {
      use = new Use(lockShared(file));
      inUse.put(file, use);
    }
    use.count++;
    return use;
  }

  /** Gives back one {@link #hold}; other paths are left alone. */
  synchronized void release(Path file) {
    Use use = inUse.get(file);
    if (use == null || --use.count > 0) {
      return;
    }
    inUse.remove(file);
    unlock(use.shared);
    if (inUse.isEmpty()) {
      closeLocks();
    }
  }

  /** Deletes the files that were used longest ago until no more than this is left. */
  synchronized void evict(long maxBytes) throws IOException {
    List<Cached> files = files();
    long total = files.stream().mapToLong(file -> file.attributes().size()).sum();
    files.sort(Comparator.comparing(file -> file.attributes().lastAccessTime()));
    for (Cached file : files) {
      if (total <= maxBytes) {
        return;
      }
      if (!inUse.containsKey(file.path()) && deleteUnused(file.path())) {
        total -= file.attributes().size();
      }
    }
  }

  private List<Cached> files() throws IOException {
    List<Cached> files = new ArrayList<>();
    try (Stream<Path> listed = Files.list(directory)) {
      for (Path path : (Iterable<Path>) listed::iterator) {
        if (!path.endsWith(LOCK_FILE)) {
          try {
            files.add(new Cached(path, Files.readAttributes(path, BasicFileAttributes.class)));
          } catch (IOException e) {
            LOG.debug("Another process has deleted a cached file", e);
          }
        }
      }
    }
    return files;
  }

  /** Whether it was deleted, since no other process uses it. */
  private boolean deleteUnused(Path file) throws IOException {
    FileLock exclusive;
    try {
      exclusive = locks().tryLock(position(file), 1, false);
    } catch (OverlappingFileLockException ofAnotherClassLoader) {
      return false;
    } catch (IOException noLocks) {
      warnOnce(noLocks);
      return Files.deleteIfExists(file);
    }
    if (exclusive == null) {
      return false;
    }
    try {
      return Files.deleteIfExists(file);
    } finally {
      unlock(exclusive);
    }
  }

  /** Waits while another process deletes the file. */
  private @Nullable FileLock lockShared(Path file) {
    try {
      FileLock lock = locks().tryLock(position(file), 1, true);
      while (lock == null) {
        LockSupport.parkNanos(RETRY.toNanos());
        lock = locks().tryLock(position(file), 1, true);
      }
      return lock;
    } catch (OverlappingFileLockException ofAnotherClassLoader) {
      return null;
    } catch (IOException noLocks) {
      warnOnce(noLocks);
      return null;
    }
  }

  private void warnOnce(IOException noLocks) {
    if (!warned) {
      warned = true;
      LOG.warn(
          "Cache folder {} cannot lock files ({}); no other process may use it",
          directory,
          noLocks.toString());
    }
  }

  private static long position(Path file) {
    byte[] name = String.valueOf(file.getFileName()).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(name).getMostSignificantBits() >>> 2;
  }

  private AsynchronousFileChannel locks() throws IOException {
    AsynchronousFileChannel open = locks;
    if (open == null) {
      open =
          AsynchronousFileChannel.open(
              directory.resolve(LOCK_FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      locks = open;
    }
    return open;
  }

  private static void unlock(@Nullable FileLock lock) {
    try {
      if (lock != null) {
        lock.release();
      }
    } catch (IOException e) {
      LOG.debug("A lock ends with the process", e);
    }
  }

  private void closeLocks() {
    try {
      if (locks != null) {
        locks.close();
      }
    } catch (IOException e) {
      LOG.debug("The lock file ends with the process", e);
    } finally {
      locks = null;
    }
  }
}
