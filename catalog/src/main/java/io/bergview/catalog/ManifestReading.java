package io.bergview.catalog;

import io.bergview.catalog.storage.Locations;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.ThreadPools;

/**
 * The threads that read and write manifests and read delete files: used by every scan and every
 * commit.
 *
 * <p>They are not Iceberg's own. Its shared pools shut down in a JVM shutdown hook, concurrently
 * with all other hooks: they would reject tasks of a refresh that still has time to finish. The
 * threads here are daemons and end with the process.
 *
 * <p>If there is little to read, the calling thread does it: a pool is waited for by sleeping ten
 * milliseconds at a time, and a small manifest on a local disk takes a quarter of one to read. From
 * a store across a network each takes tens, and a pool pays from the second on.
 */
public final class ManifestReading {
  private static final int MOST_LOCAL = 100;
  private static final int MOST_REMOTE = 2;

  /** As many as Iceberg would use, so that its setting {@code iceberg.worker.num-threads} holds. */
  private static final int THREADS = ThreadPools.WORKER_THREAD_POOL_SIZE;

  private static final ExecutorService POOL = newPool();

  private ManifestReading() {}

  private static ExecutorService newPool() {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "bergview-manifests-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Loads what would otherwise be loaded at first use: Iceberg's pools register shutdown hooks as
   * their class is loaded, which fails in a process that is already shutting down.
   */
  static void load() {
    // The static fields are what is loaded.
  }

  /** Whether so many manifests of a table are read sooner without a pool. */
  public static boolean needsNoPool(Table table, long manifests) {
    return manifests <= (Locations.isLocal(table.location()) ? MOST_LOCAL : MOST_REMOTE);
  }

  /** What reads so many manifests, or delete files, of a table. */
  public static ExecutorService executor(Table table, long manifests) {
    return needsNoPool(table, manifests) ? new DirectExecutor() : POOL;
  }

  /** For work that is always large. */
  public static ExecutorService pool() {
    return POOL;
  }

  /** How many threads {@link #pool} has. */
  public static int threads() {
    return THREADS;
  }
}
