package io.bergview.staleness.delta;

import io.bergview.catalog.ManifestReading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Table;

/**
 * Which data files manifests list, by a hash of their locations.
 *
 * <p>A file may be listed any number of times, in any manifests: by a writer that commits it twice,
 * or an import without a check. So to find where a file is live, each manifest that may list it
 * must be read, and none shows that there is no other. Manifests never change: their listings are
 * cached for the life of the process, a few bytes per file, so that following a table reads each of
 * its manifests once. A hash collision costs an unnecessary read of a manifest, and never a row.
 */
final class ManifestLocations {
  private static final int MOST_LOCATIONS = 4_000_000;
  private static final int THREADS = 8;

  private static final ManifestLocations SHARED = new ManifestLocations(MOST_LOCATIONS);

  private final int mostLocations;
  private final Map<String, long[]> byManifest = new LinkedHashMap<>(16, 0.75f, true);
  private long remembered;

  /**
   * @param mostLocations the size of the cache; the least recently used manifests are evicted first
   */
  ManifestLocations(int mostLocations) {
    this.mostLocations = mostLocations;
  }

  /** Those of this process. */
  static ManifestLocations shared() {
    return SHARED;
  }

  /** What a manifest lists; reads the hashes of live files, in any order. */
  interface Reader {
    long[] read(ManifestFile manifest);
  }

  static long hash(String location) {
    long hash = 1_125_899_906_842_597L;
    for (int i = 0; i < location.length(); i++) {
      hash = 31 * hash + location.charAt(i);
    }
    return hash;
  }

  /**
   * Sorted hashes of the live files of each manifest, in the order of the manifests.
   *
   * @param reader reads those that are not cached, by several threads where that pays
   */
  List<long[]> of(Table table, List<ManifestFile> manifests, Reader reader) {
    List<ManifestFile> unknown = new ArrayList<>();
    Map<String, long[]> found = new LinkedHashMap<>();
    synchronized (this) {
      for (ManifestFile manifest : manifests) {
        long[] known = byManifest.get(manifest.path());
        if (known == null) {
          unknown.add(manifest);
        } else {
          found.put(manifest.path(), known);
        }
      }
    }
    List<long[]> read = read(table, unknown, reader);
    for (int i = 0; i < unknown.size(); i++) {
      Arrays.sort(read.get(i));
      found.put(unknown.get(i).path(), read.get(i));
      remember(unknown.get(i).path(), read.get(i));
    }
    return manifests.stream().map(manifest -> found.getOrDefault(manifest.path(), NONE)).toList();
  }

  private static final long[] NONE = new long[0];

  private static List<long[]> read(Table table, List<ManifestFile> manifests, Reader reader) {
    if (manifests.size() < 2 || ManifestReading.needsNoPool(table, manifests.size())) {
      return manifests.stream().map(reader::read).toList();
    }
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.min(THREADS, manifests.size()),
            task -> {
              Thread thread = new Thread(task, "bergview-manifests");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<long[]>> started =
          manifests.stream().map(manifest -> pool.submit(() -> reader.read(manifest))).toList();
      List<long[]> read = new ArrayList<>();
      for (Future<long[]> result : started) {
        read.add(result.get());
      }
      return read;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while manifests were read", e);
    } finally {
      pool.shutdownNow();
    }
  }

  private synchronized void remember(String manifest, long[] locations) {
    if (locations.length > mostLocations || byManifest.put(manifest, locations) != null) {
      return;
    }
    remembered += locations.length;
    var eldest = byManifest.entrySet().iterator();
    while (remembered > mostLocations) {
      remembered -= eldest.next().getValue().length;
      eldest.remove();
    }
  }

  /** How many locations are remembered. */
  synchronized long remembered() {
    return remembered;
  }

  /** Whether one of the sorted hashes is among others. */
  static boolean anyOf(long[] sorted, Collection<Long> wanted) {
    return wanted.stream().anyMatch(hash -> Arrays.binarySearch(sorted, hash) >= 0);
  }
}
