package io.bergview.settings;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * When a view's table needs maintenance, and how much of its history is kept.
 *
 * @param retention how long snapshots are kept where neither the view nor the caller says
 * @param readerGrace so long the files of a snapshot stay when the snapshot has gone before its
 *     time, since others came after it: a reader may have begun with it
 * @param minSnapshots so many are kept however old they are, where the table has no {@code
 *     history.expire.min-snapshots-to-keep}
 * @param maxSnapshots no more are kept than these and those that something else holds
 * @param manyManifests from so many small ones on manifests are merged
 * @param smallFiles so many small data files of a partition are worth a rewrite
 * @param newFiles so many data and delete files, written since files were last rewritten, make
 *     looking for small ones worth its while
 * @param deleteFiles so many delete files of one data file fold them in
 * @param deleteShare such a share of deleted rows of a data file folds its deletes in
 */
public record MaintenanceLimits(
    Duration retention,
    Duration readerGrace,
    int minSnapshots,
    int maxSnapshots,
    int manyManifests,
    int smallFiles,
    int newFiles,
    int deleteFiles,
    double deleteShare) {
  public MaintenanceLimits {
    requireNonNull(retention, "retention is null");
    requireNonNull(readerGrace, "readerGrace is null");
    if (retention.isNegative()
        || readerGrace.isNegative()
        || minSnapshots < 1
        || maxSnapshots < minSnapshots
        || manyManifests < 2
        || smallFiles < 2
        || newFiles < 1
        || deleteFiles < 1
        || deleteShare <= 0
        || deleteShare > 1) {
      throw new IllegalArgumentException("no limits of maintenance: " + this);
    }
  }

  public static MaintenanceLimits defaults() {
    return MaintenanceSettings.defaults().limits();
  }
}
