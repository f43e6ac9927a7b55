package io.bergview.catalog;

import io.bergview.catalog.storage.Locations;
import org.apache.iceberg.Table;

/**
 * Whether manifests are read in the calling thread. Iceberg's pools wait by sleeping ten
 * milliseconds at a time, and a small manifest on a local disk takes a quarter of one to read; from
 * a store across a network each takes tens, and a pool pays from the second on.
 */
public final class ManifestReading {
  private static final int MOST_LOCAL = 100;
  private static final int MOST_REMOTE = 2;

  private ManifestReading() {}

  /** Whether so many manifests of a table are read sooner without a pool. */
  public static boolean needsNoPool(Table table, long manifests) {
    return manifests <= (Locations.isLocal(table.location()) ? MOST_LOCAL : MOST_REMOTE);
  }
}
