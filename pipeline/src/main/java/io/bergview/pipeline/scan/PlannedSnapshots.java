package io.bergview.pipeline.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The files of snapshots that were planned lately: a snapshot does not change. Kept as long as they
 * are read, at most an hour after that. Thread-safe.
 */
final class PlannedSnapshots {
  /** Bounds of columns in files, some 150 bytes each. */
  private static final long MOST_BOUNDS = 200_000;

  /** What a file takes beside the bounds of its columns, in bounds. */
  private static final int OF_A_FILE = 4;

  /** What a plan takes beside its files, in bounds. */
  private static final int OF_A_PLAN = 200;

  /**
   * Of a table with no more columns, files are kept with the bounds of all, for all who read it.
   */
  private static final int FEW_COLUMNS = 64;

  private static final Duration LONGEST = Duration.ofHours(1);

  private record Key(UUID table, long snapshotId, Set<Integer> columns) {}

  private record Kept(SnapshotPlan plan, long bounds) {}

  private final Cache<Key, Kept> snapshots =
      Caffeine.newBuilder()
          .maximumWeight(MOST_BOUNDS)
          .weigher((Key key, Kept kept) -> Math.toIntExact(kept.bounds()))
          .expireAfterAccess(LONGEST)
          .executor(Runnable::run)
          .build();

  /**
   * @param columns those that files are chosen by, by id
   */
  PlannedFiles of(Table table, OptionalLong snapshotId, Schema columns) {
    Snapshot snapshot = snapshotId.isEmpty() ? null : table.snapshot(snapshotId.getAsLong());
    long files = snapshot == null ? 0 : PlannedFiles.number(snapshot);
    if (snapshot == null || files > SnapshotFiles.FEW_FILES) {
      return new PlannedFiles(table, snapshotId, columns, new SnapshotPlan());
    }
    Schema bounded = table.schema().columns().size() <= FEW_COLUMNS ? table.schema() : columns;
    Key key =
        new Key(
            table.uuid(),
            snapshot.snapshotId(),
            bounded.columns().stream().map(NestedField::fieldId).collect(Collectors.toSet()));
    long bounds = files * (key.columns().size() + OF_A_FILE) + OF_A_PLAN;
    SnapshotPlan plan = snapshots.get(key, unknown -> new Kept(new SnapshotPlan(), bounds)).plan();
    return new PlannedFiles(table, snapshotId, bounded, plan);
  }
}
