package io.bergview.maintain;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * What vacuuming a view's table freed, or would free.
 *
 * @param dryRun whether nothing was done
 * @param retention how long snapshots are kept
 * @param snapshotsKept how many the table has afterwards
 * @param remarks what was left undone, and why; mostly none
 */
public record VacuumResult(
    String view,
    boolean dryRun,
    Duration retention,
    int snapshotsKept,
    Freed freed,
    List<String> remarks) {
  public VacuumResult {
    requireNonNull(view, "view is null");
    requireNonNull(retention, "retention is null");
    requireNonNull(freed, "freed is null");
    remarks = List.copyOf(remarks);
  }

  /**
   * Counts of what was removed from the table and its folder.
   *
   * @param manifests and manifest lists
   * @param metadataFiles old versions of the table's metadata
   * @param orphans unreferenced files older than the safety age
   * @param bytes of all these files, as far as their length is known
   */
  public record Freed(
      long snapshots,
      long dataFiles,
      long deleteFiles,
      long manifests,
      long statisticsFiles,
      long metadataFiles,
      long orphans,
      long bytes) {
    public static final Freed NOTHING = new Freed(0, 0, 0, 0, 0, 0, 0, 0);

    /** Without the snapshots, which are not files. */
    public long files() {
      return dataFiles + deleteFiles + manifests + statisticsFiles + metadataFiles + orphans;
    }
  }
}
