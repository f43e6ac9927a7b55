package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the view's table is laid out, as far as the definition says; what it leaves open follows the
 * projection. All columns here are output names.
 *
 * @param partitionBy empty for the projection's default; a present but empty list means
 *     unpartitioned
 * @param sortBy empty for the projection's default; a present but empty list means unsorted
 * @param shards number of hash buckets by the shard key; 0 for as many as the root table's own
 *     bucketing has
 * @param shardKey the column that shards are by, with {@code shards} above 0; empty for a column of
 *     the view's key
 * @param replication copies of each data file, where the storage replicates (HDFS)
 * @param lookup columns that an {@code oltp} view is looked up by: they get Bloom filters
 */
public record LayoutSettings(
    Optional<List<PartitionKey>> partitionBy,
    Optional<List<SortKey>> sortBy,
    OptionalInt shards,
    Optional<ColumnPath> shardKey,
    OptionalInt replication,
    List<ColumnPath> lookup) {
  /** {@code $projection}. */
  public enum Projection {
    OLAP,
    OLTP,
    BOTH
  }

  /**
   * {@code status}, {@code {month: created_at}}, {@code {bucket: 16, of: customer_id}}, {@code
   * {truncate: 4, of: sku}}.
   */
  public record PartitionKey(ColumnPath column, Transform transform, int width) {
    public PartitionKey {
      requireNonNull(column, "column is null");
      requireNonNull(transform, "transform is null");
    }
  }

  /** Iceberg's partition transforms (spec, Partition Transforms). */
  public enum Transform {
    IDENTITY,
    YEAR,
    MONTH,
    DAY,
    HOUR,
    BUCKET,
    TRUNCATE
  }

  /** {@code name} or {@code {name: desc}}; nulls first ascending, last descending. */
  public record SortKey(ColumnPath column, boolean descending) {
    public SortKey {
      requireNonNull(column, "column is null");
    }
  }

  public LayoutSettings {
    partitionBy = partitionBy.map(List::copyOf);
    sortBy = sortBy.map(List::copyOf);
    requireNonNull(shards, "shards is null");
    requireNonNull(shardKey, "shardKey is null");
    requireNonNull(replication, "replication is null");
    lookup = List.copyOf(lookup);
  }

  public static LayoutSettings defaults() {
    return new LayoutSettings(
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        List.of());
  }
}
