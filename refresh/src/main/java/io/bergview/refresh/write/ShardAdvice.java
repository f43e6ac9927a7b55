package io.bergview.refresh.write;

import io.bergview.catalog.lineage.SummaryNumbers;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/**
 * How many shards are worth their files. Each shard that a refresh touches is a file, and a scan
 * opens all of them; a lookup reads little more than a row group of one, however large it is. So a
 * shard is worth its file from {@link #WORTH_A_SHARD} on (bench/README.md has the figures).
 *
 * @param bytes of the table, compressed
 */
public record ShardAdvice(long bytes) {
  /** A quarter of the size at which a data file of a view ends by default. */
  private static final long WORTH_A_SHARD = 128_000_000;

  private static final int MOST = 10_000;

  /** A number that is not further off than by this factor is nobody's mistake. */
  private static final int TOLERANCE = 4;

  /** By the size of a table's current snapshot, of which files that only say deletes are part. */
  public static ShardAdvice of(Table table) {
    Snapshot current = table.currentSnapshot();
    return new ShardAdvice(
        current == null
            ? 0
            : SummaryNumbers.number(current.summary(), SnapshotSummary.TOTAL_FILE_SIZE_PROP, 0));
  }

  /** At least 1, which is as good as none. */
  public int recommended() {
    return (int) Math.min(MOST, Math.max(1, (bytes + WORTH_A_SHARD - 1) / WORTH_A_SHARD));
  }

  /**
   * What to say of a view with too many shards.
   *
   * @param table whose size it is
   */
  public Optional<String> ofTooMany(int shards, String table) {
    int enough = recommended();
    return shards <= (long) enough * TOLERANCE
        ? Optional.empty()
        : Optional.of(
            "%,d shards are many for the %s of %s: a shard is worth its file from %s on, so %,d would do"
                .formatted(shards, megabytes(bytes), table, megabytes(WORTH_A_SHARD), enough));
  }

  private static String megabytes(long bytes) {
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%,d MB", Math.round(bytes / 1e6));
  }
}
