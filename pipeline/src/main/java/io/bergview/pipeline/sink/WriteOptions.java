package io.bergview.pipeline.sink;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How Parquet files are laid out.
 *
 * @param level of Zstandard, empty for its own default
 * @param rowGroupRows rows in a row group; DuckDB rounds up to a multiple of 2048
 * @param targetFileSizeBytes starts a new file where one has grown to this, at the end of a row
 *     group; empty writes one file (for each partition), however large. <b>Only an unpartitioned
 *     target without this gets files in exact sort order, stamped with it</b>: DuckDB's threads
 *     swap neighbouring row groups where it rolls or partitions.
 * @param bloomFilters whether columns get Bloom filters, all those that are dictionary-encoded
 * @param dictionaryLimit the most distinct values of a row group that are dictionary-encoded; empty
 *     for DuckDB's own, a fifth of its rows. Bloom filters on keys need it at the rows of a group.
 */
public record WriteOptions(
    OptionalInt level,
    long rowGroupRows,
    OptionalLong targetFileSizeBytes,
    boolean bloomFilters,
    OptionalLong dictionaryLimit) {
  public WriteOptions {
    requireNonNull(level, "level is null");
    requireNonNull(targetFileSizeBytes, "targetFileSizeBytes is null");
    requireNonNull(dictionaryLimit, "dictionaryLimit is null");
    if (rowGroupRows < 1) {
      throw new IllegalArgumentException("rowGroupRows is below 1: " + rowGroupRows);
    }
  }

  /** Whether files are in the target's sort order. */
  boolean keepsOrder(FileTarget target) {
    return target.sortOrder().isSorted()
        && target.spec().isUnpartitioned()
        && targetFileSizeBytes.isEmpty();
  }

  /** Zstandard at its default level, row groups of 122,880 rows, files of 512 MB. */
  public static WriteOptions defaults() {
    return new WriteOptions(
        OptionalInt.empty(), 122_880, OptionalLong.of(512L << 20), false, OptionalLong.empty());
  }

  public WriteOptions withRowGroupRows(long rows) {
    return new WriteOptions(level, rows, targetFileSizeBytes, bloomFilters, dictionaryLimit);
  }

  public WriteOptions withTargetFileSizeBytes(OptionalLong bytes) {
    return new WriteOptions(level, rowGroupRows, bytes, bloomFilters, dictionaryLimit);
  }

  /** Bloom filters also on columns whose every value is distinct. */
  public WriteOptions withBloomFilters() {
    return new WriteOptions(
        level, rowGroupRows, targetFileSizeBytes, true, OptionalLong.of(rowGroupRows));
  }
}
