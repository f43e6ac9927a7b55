package io.bergview.catalog.storage;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.LockManager;
import org.apache.iceberg.util.PropertyUtil;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a Hadoop catalog on local files, between threads and processes of one machine.
 *
 * <p>A Hadoop catalog commits by renaming to {@code metadata/vN.metadata.json}, and a local rename
 * silently replaces a file that another process has just put there: a lost commit. Here one
 * operating-system lock on {@code metadata/.bergview.lock} guards a table's commits. The system
 * gives it back when its process dies, so there is no lease to expire, no clock to trust and
 * nothing to clean up after {@code kill -9}. The file itself stays: deleting it would let two
 * owners lock two files of one name.
 *
 * <p>It also refuses a version that the table has already passed. Where old metadata files are
 * deleted, a slow committer would find its {@code vN} free again and lose everything since.
 */
public final class FileLockManager implements LockManager {
  static final String LOCK_FILE = ".bergview.lock";

  private static final Duration DEFAULT_ACQUIRE_TIMEOUT = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 5;
  private static final Pattern VERSION = Pattern.compile("v(\\d+)\\..*metadata\\.json.*");

  /**
   * One permit per lock file. POSIX drops all of a process's locks on a file when any of its
   * channels on it is closed, so a process must never open the file twice.
   */
  private static final Map<Path, Semaphore> IN_PROCESS = new ConcurrentHashMap<>();

  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private Duration acquireTimeout = DEFAULT_ACQUIRE_TIMEOUT;

  private record Held(String owner, Semaphore permit, FileChannel channel) {}

  /** As {@code lock-impl} demands; {@link #initialize} follows. */
  public FileLockManager() {}

  @Override
  public void initialize(Map<String, String> properties) {
    acquireTimeout =
        Duration.ofMillis(
            PropertyUtil.propertyAsLong(
                properties,
                CatalogProperties.LOCK_ACQUIRE_TIMEOUT_MS,
                DEFAULT_ACQUIRE_TIMEOUT.toMillis()));
  }

  /**
   * Waits for the lock of the table whose metadata file this is.
   *
   * @return false where the wait was too long or the table has passed that version: the commit has
   *     failed and may be tried again on fresh metadata
   */
  @Override
  public boolean acquire(String entityId, String ownerId) {
    Path metadataFile = LocalPaths.path(entityId);
    Path directory = requireNonNull(metadataFile.getParent(), "a metadata file has a directory");
    Path lockFile = directory.resolve(LOCK_FILE);
    Semaphore permit = IN_PROCESS.computeIfAbsent(lockFile, file -> new Semaphore(1, true));
    long deadline = System.nanoTime() + acquireTimeout.toNanos();
    try {
      if (!permit.tryAcquire(acquireTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    boolean owned = false;
    try {
      FileChannel channel = lockBetweenProcesses(lockFile, deadline);
      if (channel != null && passed(metadataFile, directory)) {
        channel.close();
      } else if (channel != null) {
        held.put(entityId, new Held(ownerId, permit, channel));
        owned = true;
      }
      return owned;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + lockFile + ": " + e.getMessage(), e);
    } finally {
      if (!owned) {
        permit.release();
      }
    }
  }

  private static @Nullable FileChannel lockBetweenProcesses(Path lockFile, long deadline)
      throws IOException, InterruptedException {
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      while (true) {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          locked = true;
          return channel;
        }
        if (System.nanoTime() > deadline) {
          return null;
        }
        Thread.sleep(POLL_MILLIS);
      }
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static boolean passed(Path metadataFile, Path directory) throws IOException {
    long wanted = version(metadataFile);
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> version(file) > wanted);
    }
  }

  /** The N of {@code vN.metadata.json} and its compressed forms; -1 for other files. */
  private static long version(Path file) {
    Matcher matcher = VERSION.matcher(String.valueOf(file.getFileName()));
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  @Override
  public boolean release(String entityId, String ownerId) {
    Held lock = held.get(entityId);
    if (lock == null || !lock.owner().equals(ownerId) || !held.remove(entityId, lock)) {
      return false;
    }
    try {
      lock.channel().close();
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unlock " + entityId + ": " + e.getMessage(), e);
    } finally {
      lock.permit().release();
    }
  }

  @Override
  public void close() {
    held.forEach((entity, lock) -> release(entity, lock.owner()));
  }
}
