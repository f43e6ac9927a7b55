package io.bergview.pipeline.cache;

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
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
  private static final int MOST_CONTENTS = 10_000;

  private static final Map<Path, WeakReference<CacheFolder>> BY_PATH = new HashMap<>();

  private final Path directory;
  private final Map<Path, Use> inUse = new HashMap<>();

  /** What was found in files lately, the one used last at the end. */
  private final Map<Path, SparseFile> contents = new LinkedHashMap<>(16, 0.75f, true);

  /** How many bytes lists of ranges name, by their path and length: they only grow. */
  private Map<Cached, Long> counted = Map.of();

  private @Nullable AsynchronousFileChannel locks;
  private boolean warned;

  /** A file in use. Only who holds {@link #fetching} may touch its {@link #content}. */
  static final class Use {
    final ReentrantLock fetching = new ReentrantLock();
    final SparseFile content;
    private final @Nullable FileLock shared;
    private int count;

    private Use(SparseFile content, @Nullable FileLock shared) {
      this.content = content;
      this.shared = shared;
    }
  }

  private record Cached(Path path, long size) {}

  /** A file that can be deleted, with its list of ranges. */
  private record Candidate(Path path, long bytes, FileTime used) {}

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
  synchronized Use hold(Path file, long length) {
    Use use = inUse.get(file);
    if (use == null) {
      FileLock shared = lockShared(file);
      use = new Use(contents.computeIfAbsent(file, path -> new SparseFile(path, length)), shared);
      inUse.put(file, use);
      if (contents.size() > MOST_CONTENTS) {
        contents.remove(contents.keySet().iterator().next());
      }
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
    List<Candidate> files = files();
    long total = files.stream().mapToLong(Candidate::bytes).sum();
    files.sort(Comparator.comparing(Candidate::used));
    for (Candidate file : files) {
      if (total <= maxBytes) {
        return;
      }
      if (!inUse.containsKey(file.path()) && deleteUnused(file.path())) {
        total -= file.bytes();
      }
    }
  }

  private List<Candidate> files() throws IOException {
    Map<Path, BasicFileAttributes> listed = new HashMap<>();
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (!path.endsWith(LOCK_FILE)) {
          try {
            listed.put(path, Files.readAttributes(path, BasicFileAttributes.class));
          } catch (IOException e) {
            LOG.debug("Another process has deleted a cached file", e);
          }
        }
      }
    }
    Map<Cached, Long> counts = new HashMap<>();
    List<Candidate> files = new ArrayList<>();
    listed.forEach(
        (path, attributes) -> {
          BasicFileAttributes ranges = listed.get(SparseFile.rangesOf(path));
          if (ranges != null) {
            Cached list = new Cached(SparseFile.rangesOf(path), ranges.size());
            long bytes = counted.getOrDefault(list, -1L);
            counts.put(list, bytes < 0 ? SparseFile.noted(list.path()).size() : bytes);
            files.add(new Candidate(path, counts.get(list), attributes.lastAccessTime()));
          } else if (!SparseFile.isRanges(path)) {
            files.add(new Candidate(path, attributes.size(), attributes.lastAccessTime()));
          } else if (!listed.containsKey(SparseFile.ofRanges(path))) {
            files.add(
                new Candidate(
                    SparseFile.ofRanges(path), attributes.size(), attributes.lastAccessTime()));
          }
        });
    counted = counts;
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
      return delete(file);
    }
    if (exclusive == null) {
      return false;
    }
    try {
      return delete(file);
    } finally {
      unlock(exclusive);
    }
  }

  /** The list first: without its file it would speak of the next one. */
  private static boolean delete(Path file) throws IOException {
    return Files.deleteIfExists(SparseFile.rangesOf(file)) | Files.deleteIfExists(file);
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
